#include "loggerd/zstd_frames.hpp"

#include <new>

#include <zstd.h>

namespace loggerd {
namespace {

constexpr int level = 3; // some 5 MB/s on a Pi Zero, a tenth of a log's size; more gains little

std::size_t checked(std::size_t result)
{
    if (ZSTD_isError(result) != 0) throw FrameError{ZSTD_getErrorName(result)};
    return result;
}

} // namespace

struct FrameWriter::Context {
    ZSTD_CCtx* zstd = ZSTD_createCCtx();
    ~Context() { ZSTD_freeCCtx(zstd); }
};

std::size_t frame_part(std::string_view text)
{
    if (text.size() <= frame_text_bytes) return text.size();
    const auto end = text.rfind('\n', frame_text_bytes - 1);
    return end == std::string_view::npos ? frame_text_bytes : end + 1;
}

FrameWriter::FrameWriter() : context_(std::make_unique<Context>())
{
    if (context_->zstd == nullptr) throw std::bad_alloc{};
    checked(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, level));
    checked(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_checksumFlag, 1));
    checked(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_contentSizeFlag, 1));
}

FrameWriter::~FrameWriter() = default;

std::string FrameWriter::frame(std::string_view text)
{
    std::string made(ZSTD_compressBound(text.size()), '\0');
    made.resize(checked(
        ZSTD_compress2(context_->zstd, made.data(), made.size(), text.data(), text.size())));
    return made;
}

FrameHead frame_head(std::string_view bytes)
{
    const auto text = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (text == ZSTD_CONTENTSIZE_ERROR) throw FrameError{"no zstd frame"};
    if (text == ZSTD_CONTENTSIZE_UNKNOWN || text > frame_text_bytes)
        throw FrameError{"a zstd frame that loggerd has not made"};
    const auto length = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
    return {static_cast<std::size_t>(text), ZSTD_isError(length) != 0 ? 0 : length};
}

std::string unpack_frame(std::string_view frame)
{
    std::string text(frame_head(frame).text_bytes, '\0');
    const auto got = checked(ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size()));
    if (got != text.size()) throw FrameError{"a zstd frame that is not whole"};
    return text;
}

} // namespace loggerd
