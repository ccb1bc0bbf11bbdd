#pragma once

#include <cstddef>
#include <memory>

#include "bridged/serial_line.hpp"
#include "loop/asio.hpp"

namespace bridged {

/// Puts a serial line back to how nobody's is, behind what the last client has written. Where
/// nothing of that goes out any more (flow control, and a board that does not take it), it is
/// dropped, or the next client would wait behind it for ever.
class LineRestore {
public:
    static constexpr std::chrono::seconds patience{3}; ///< without a byte that leaves

    LineRestore(asio::io_context& io, SerialLine& line);
    ~LineRestore();
    LineRestore(const LineRestore&) = delete;
    LineRestore& operator=(const LineRestore&) = delete;

    void begin(const serial::Settings& settings, serial::LineChange lines);

private:
    void wait();

    SerialLine& line_;
    asio::steady_timer timer_;
    std::size_t pending_ = 0; ///< changes that have not taken effect
    std::size_t unsent_ = 0;  ///< when last looked at
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // the line's handlers outlive us
};

} // namespace bridged
