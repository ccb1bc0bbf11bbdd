#pragma once

#include <cstddef>
#include <memory>

#include "bridged/serial_line.hpp"
#include "loop/asio.hpp"

namespace bridged {

/// Puts a serial line back to how nobody's is, behind what the last client has written. Where
/// nothing of that goes out any more (flow control, and a board that does not take it), it is
/// dropped, or the next client would wait behind it for ever. What the next one has written
/// already stays.
class LineRestore {
public:
    static constexpr std::chrono::seconds patience{3}; ///< without a byte that leaves

    LineRestore(asio::io_context& io, SerialLine& line);
    ~LineRestore();
    LineRestore(const LineRestore&) = delete;
    LineRestore& operator=(const LineRestore&) = delete;

    void begin(const serial::Settings& settings, serial::LineChange lines);

private:
    /// How far it was when last looked at.
    struct Progress {
        std::size_t pending = 0; ///< changes that have not taken effect
        std::size_t unsent = 0;  ///< bytes in front of the next
    };
    void wait();
    bool is_stuck() const;

    SerialLine& line_;
    asio::steady_timer timer_;
    std::size_t pending_ = 0;
    Progress before_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // the line's handlers outlive us
};

} // namespace bridged
