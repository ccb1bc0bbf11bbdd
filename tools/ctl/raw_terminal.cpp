#include "ctl/raw_terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <poll.h>
#include <unistd.h>

namespace ctl {
namespace {

volatile std::sig_atomic_t told_to_end = 0;

void on_signal(int)
{
    told_to_end = 1;
}

} // namespace

RawTerminal::RawTerminal()
{
    struct sigaction action {};
    action.sa_handler = on_signal; // without SA_RESTART: poll() returns
    for (const int signal : {SIGTERM, SIGHUP, SIGINT}) ::sigaction(signal, &action, nullptr);
    is_terminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_terminal_) return;
    auto raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

RawTerminal::~RawTerminal()
{
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

std::string RawTerminal::wait(int most_ms)
{
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, most_ms) <= 0) return {};
    std::array<char, 4096> typed{};
    const auto size = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN)) at_end_ = true;
    return size > 0 ? std::string(typed.data(), static_cast<std::size_t>(size)) : std::string{};
}

bool RawTerminal::ended() const
{
    return at_end_ || told_to_end != 0;
}

} // namespace ctl
