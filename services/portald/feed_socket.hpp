#pragma once

#include <cstdint>

namespace portald {

/// The socket below a WebSocket that civetweb reads. In the middle of a frame civetweb neither
/// looks whether it should end, nor minds how long the frame is: it takes what memory the client
/// says (up to 2 GiB). So we count, and end it from below. Only while the connection is open.
class FeedSocket {
public:
    /// A page sends pongs of a few bytes, other clients at most a little more.
    static constexpr std::uint64_t most_unfinished_bytes = 64 * 1024;

    FeedSocket() = default; ///< of none: never does anything
    explicit FeedSocket(int descriptor) : descriptor_(descriptor) { frame_came(); }

    /// A frame has come whole. On the thread that reads.
    void frame_came();
    /// More has been read since the last whole frame than a frame may have.
    bool is_stuffed() const;
    /// Whoever reads from it finds that it has ended.
    void shut_down() const;

private:
    std::uint64_t received_bytes() const;
    std::uint64_t unread_bytes() const;

    int descriptor_ = -1;
    std::uint64_t whole_bytes_ = 0; // read by then, or a little more
};

} // namespace portald
