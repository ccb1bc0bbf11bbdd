#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/completion_text.hpp"

namespace ctl {

void add_completion(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("completion", "Prints what a shell reads to complete words");
    command->group(""); // for packagers: not in --help, nor in what is completed
    const auto shell = std::make_shared<std::string>();
    command->add_option("SHELL", *shell)->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([&chosen, &app, shell] {
        chosen = [&app, shell](Session&) {
            std::cout << (*shell == "bash"  ? bash_completion(app)
                          : *shell == "zsh" ? zsh_completion(app)
                                            : fish_completion(app));
            return commandkit::exit_ok;
        };
    });
}

} // namespace ctl
