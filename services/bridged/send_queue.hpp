#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "telnet/protocol.hpp"

namespace bridged {

/// What one client has yet to be sent: board output and answers, in order. A client
/// that does not read never stops the board: its oldest output is dropped and
/// counted, answers never. Board output is kept raw and escaped when taken, so that a
/// drop cannot cut a doubled 0xFF. No I/O; memory grows as needed up to the limits
/// (docs/states-and-texts.md) and is then reused.
class SendQueue {
public:
    static constexpr std::size_t board_capacity = 1 << 20;
    static constexpr std::size_t answer_capacity = 64 << 10;

    void board_output(std::span<const std::byte> bytes);
    void answer(std::span<const std::byte> bytes); ///< goes behind the board output so far

    /// Appends about `most` bytes to `out`, in order; less when there is no more.
    void take(telnet::Bytes& out, std::size_t most);

    void escape(bool doubled) { escape_ = doubled; }         ///< the client speaks telnet
    void suspend(bool suspended) { suspended_ = suspended; } ///< answers go out all the same
    void purge_board_output() { head_ = tail_; }

    bool is_empty() const { return marks_.empty() && (suspended_ || head_ == tail_); }
    std::size_t board_bytes() const { return static_cast<std::size_t>(tail_ - head_); }
    std::uint64_t dropped() const { return dropped_; }
    /// The client does not read its answers: it has to be closed.
    bool overflowed() const { return answers_.size() - answers_taken_ > answer_capacity; }

private:
    struct Mark {
        std::uint64_t position; ///< of the board output that goes before it
        std::size_t size;
    };
    void grow(std::size_t needed);
    void take_answer(telnet::Bytes& out);
    std::size_t take_board_output(telnet::Bytes& out, std::uint64_t until, std::size_t most);

    std::vector<std::byte> ring_; // size is a power of two; positions wrap by masking
    std::uint64_t head_ = 0;
    std::uint64_t tail_ = 0;
    telnet::Bytes answers_;
    std::size_t answers_taken_ = 0;
    std::deque<Mark> marks_;
    std::uint64_t dropped_ = 0;
    bool escape_ = false;
    bool suspended_ = false;
};

} // namespace bridged
