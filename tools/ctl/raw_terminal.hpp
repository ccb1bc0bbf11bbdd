#pragma once

#include <string>

#include <termios.h>

namespace ctl {

/// stdin, key by key, if it is a terminal; as it was when this ends, also by SIGTERM, SIGHUP and
/// SIGINT, which then just end wait().
class RawTerminal {
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

    /// What was typed, after at most so many milliseconds; "" for nothing.
    std::string wait(int most_ms);
    /// A signal has come, or stdin is at its end.
    bool ended() const;

private:
    termios before_{};
    bool is_terminal_ = false;
    bool at_end_ = false;
};

} // namespace ctl
