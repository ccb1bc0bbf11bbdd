#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace loggerd {

/// Text that was to be compressed, or a frame that was to be read, could not be: what() says why.
class FrameError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A compressed log is a row of independent zstd frames (RFC 8878), each with the size of its text
/// in its header and a checksum: zstd -d reads it as it is, and a reader can begin at any frame
/// without unpacking those before it. No text is in two lines' halves unless a line is longer
/// than a frame.
constexpr std::size_t frame_text_bytes = 1 << 20;
/// No frame is longer than this, whatever its text.
constexpr std::size_t most_frame_bytes = frame_text_bytes + (frame_text_bytes >> 8) + 64;
/// Enough of a frame's beginning to know its text's size.
constexpr std::size_t frame_head_bytes = 18;

/// How much of this text one frame is to hold: whole lines, if there are any.
std::size_t frame_part(std::string_view text);

/// Makes frames, one after the other: about 2 MiB of memory, once.
class FrameWriter {
public:
    FrameWriter();
    ~FrameWriter();
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;

    /// @param text  at most frame_text_bytes
    /// @throws FrameError
    std::string frame(std::string_view text);

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// What the beginning of a file, or of its rest, is.
struct FrameHead {
    std::size_t text_bytes = 0;  ///< what it unpacks to
    std::size_t frame_bytes = 0; ///< its own length; 0: it is not all in `bytes`
};

/// @param bytes  from the first byte of a frame on
/// @throws FrameError for what is no frame of ours; also for one that unpacks to more than
///         frame_text_bytes, or whose beginning is not all there (frame_head_bytes suffice)
FrameHead frame_head(std::string_view bytes);

/// Its text. Bounded: a frame that says it is longer than frame_text_bytes is refused.
/// @param frame  exactly one frame
/// @throws FrameError
std::string unpack_frame(std::string_view frame);

} // namespace loggerd
