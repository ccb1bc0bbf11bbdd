#include "ctl/completion_text.hpp"

#include <vector>

namespace ctl {
namespace {

constexpr const char* slot_words =
    R"(rfc2217ctl ls --json 2>/dev/null | grep -o '"slot":"[^"]*"' | cut -d'"' -f4)";

std::vector<const CLI::App*> commands_of(const CLI::App& app)
{
    auto found = app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
    return {found.begin(), found.end()};
}

/// "--lines", "-n"
std::vector<std::string> options_of(const CLI::App& app)
{
    std::vector<std::string> words;
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) words.push_back("--" + name);
        for (const auto& name : option->get_snames()) words.push_back("-" + name);
    }
    return words;
}

std::string words_of(const CLI::App& app)
{
    std::string text;
    for (const auto* command : commands_of(app)) text += command->get_name() + " ";
    for (const auto& option : options_of(app)) text += option + " ";
    if (!text.empty()) text.pop_back();
    return text;
}

bool takes_slot(const CLI::App& command)
{
    return command.get_option_no_throw("SLOT") != nullptr;
}

/// A case for each subcommand, alike in bash and zsh.
std::string cases_of(const CLI::App& app)
{
    std::string text;
    for (const auto* command : commands_of(app)) {
        text += "        " + command->get_name() + ") offers=\"" + words_of(*command) + " " +
                "$common\"";
        if (takes_slot(*command)) text += "; takes_slot=1";
        text += " ;;\n";
    }
    return text;
}

std::string common_of(const CLI::App& app)
{
    std::string text;
    for (const auto& option : options_of(app)) text += option + " ";
    text.pop_back();
    return text;
}

std::string names_of(const CLI::App& app)
{
    std::string text;
    for (const auto* command : commands_of(app)) text += command->get_name() + "|";
    text.pop_back();
    return text;
}

/// For a text between single quotes.
std::string quoted(const std::string& text)
{
    std::string escaped;
    for (const char byte : text)
        escaped += byte == '\'' ? std::string("\\'") : std::string(1, byte);
    return "'" + escaped + "'";
}

/// What both shells do before they offer `words` and the slots.
std::string body(const CLI::App& app, const std::string& typed)
{
    return "    local common=\"" + common_of(app) + "\" offers=\"" + words_of(app) +
           "\" takes_slot= word\n"
           "    for word in " +
           typed +
           "; do\n"
           "        case $word in\n"
           "        " +
           names_of(app) +
           ") break ;;\n"
           "        esac\n"
           "    done\n"
           "    case $word in\n" +
           cases_of(app) +
           "    esac\n"
           "    [ -z \"$takes_slot\" ] || offers=\"$offers $(" +
           slot_words + ")\"\n";
}

void fish_options(std::string& text, const CLI::App& app, const std::string& when)
{
    for (const auto* option : app.get_options()) {
        if (!option->nonpositional()) continue;
        text += "complete -c rfc2217ctl" + when;
        for (const auto& name : option->get_lnames()) text += " -l " + name;
        for (const auto& name : option->get_snames()) text += " -s " + name;
        if (option->get_expected_min() > 0) text += " -r";
        text += " -d " + quoted(option->get_description()) + "\n";
    }
}

} // namespace

std::string bash_completion(const CLI::App& app)
{
    return "# bash completion for rfc2217ctl; made by: rfc2217ctl completion bash\n"
           "_rfc2217ctl()\n"
           "{\n" +
           body(app, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") +
           "    COMPREPLY=($(compgen -W \"$offers\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "}\n"
           "complete -o default -F _rfc2217ctl rfc2217ctl\n";
}

std::string zsh_completion(const CLI::App& app)
{
    // `words` is zsh's own name for what was typed.
    return "#compdef rfc2217ctl\n"
           "# zsh completion for rfc2217ctl; made by: rfc2217ctl completion zsh\n"
           "_rfc2217ctl()\n"
           "{\n"
           "    local -a typed=(\"${(@)words[2,CURRENT-1]}\")\n" +
           body(app, "\"${typed[@]}\"") +
           "    compadd -- ${=offers}\n"
           "}\n"
           "_rfc2217ctl \"$@\"\n";
}

std::string fish_completion(const CLI::App& app)
{
    std::string text = "# fish completion for rfc2217ctl; made by: rfc2217ctl completion fish\n"
                       "complete -c rfc2217ctl -f\n";
    fish_options(text, app, "");
    for (const auto* command : commands_of(app)) {
        text += "complete -c rfc2217ctl -n __fish_use_subcommand -a " + command->get_name() +
                " -d " + quoted(command->get_description()) + "\n";
        const auto when = " -n '__fish_seen_subcommand_from " + command->get_name() + "'";
        for (const auto* inner : commands_of(*command))
            text += "complete -c rfc2217ctl" + when + " -a " + inner->get_name() + " -d " +
                    quoted(inner->get_description()) + "\n";
        fish_options(text, *command, when);
        if (takes_slot(*command))
            text += "complete -c rfc2217ctl" + when +
                    " -a \"(rfc2217ctl ls --json 2>/dev/null | string match -rag "
                    "'\\\"slot\\\":\\\"([^\\\"]*)')\"\n";
    }
    return text;
}

} // namespace ctl
