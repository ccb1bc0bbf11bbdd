#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "daemonkit/descriptor.hpp"
#include "loop/asio.hpp"

namespace learn_slots {

/// Lines from a terminal, a pipe or a file, without ever making the descriptor non-blocking: a
/// terminal is shared with the shell, which would find it so afterwards.
class LineInput {
public:
    /// @param on_change  a line came, or the end
    LineInput(asio::io_context& io, int descriptor, std::function<void()> on_change);

    /// The next line, without its end; a last one that has none counts too. At most 1000 bytes
    /// of it.
    std::optional<std::string> take();
    void drop(); ///< what was typed too early
    /// There is no line and there will be none.
    bool is_over() const { return ended_ && lines_.empty(); }
    bool is_terminal() const;

private:
    void wait();
    void read();
    void add(char byte);

    int descriptor_;
    std::function<void()> on_change_;
    std::string line_;
    std::deque<std::string> lines_;
    bool ended_ = false;
    bool waiting_ = false;
    bool has_events_ = true;               ///< false for a file: it can always be read
    asio::posix::stream_descriptor ready_; ///< an epoll of its own around the descriptor
};

} // namespace learn_slots
