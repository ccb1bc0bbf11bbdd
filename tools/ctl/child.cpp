#include "ctl/child.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctl {
namespace {

constexpr std::chrono::milliseconds pause{50};
constexpr int not_found = 127;
constexpr int by_signal = 128;

volatile std::sig_atomic_t child_to_tell = 0;

void pass_on(int signal)
{
    if (child_to_tell > 0) ::kill(static_cast<pid_t>(child_to_tell), signal);
}

/// What we do with signals while it runs must not be what it begins with.
struct Attributes {
    Attributes()
    {
        ::posix_spawnattr_init(&value);
        sigset_t defaults;
        ::sigemptyset(&defaults);
        for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE})
            ::sigaddset(&defaults, signal);
        ::posix_spawnattr_setsigdefault(&value, &defaults);
        ::posix_spawnattr_setflags(&value, POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { ::posix_spawnattr_destroy(&value); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    posix_spawnattr_t value{};
};

void take_signals()
{
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    for (const int signal : {SIGINT, SIGQUIT}) ::sigaction(signal, &action, nullptr);
    action.sa_handler = pass_on;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

} // namespace

int run_child(const std::vector<std::string>& words,
              const std::map<std::string, std::string>& environment,
              const std::function<void()>& meanwhile)
{
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    const Attributes attributes;
    take_signals();
    pid_t child = 0;
    const int fault =
        ::posix_spawnp(&child, arguments[0], nullptr, &attributes.value, arguments.data(), environ);
    if (fault != 0) {
        std::cerr << words.front() << ": " << std::strerror(fault) << "\n";
        return not_found;
    }
    child_to_tell = child;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        meanwhile();
        std::this_thread::sleep_for(pause);
    }
    child_to_tell = 0;
    return WIFSIGNALED(status) ? by_signal + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace ctl
