// The text of a compressed log: which frame a place is in, and a decoder that goes on from where
// it is when what is read next is what comes next.
#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <vector>

#include <zstd.h>

#include "loggerd/log_text.hpp"

namespace loggerd {
namespace {

constexpr int most_window_log = 23; // 8 MiB; more would be memory that a small Pi does not have
constexpr std::size_t most_frames = 65536;
constexpr std::uint32_t zstd_magic = 0xfd2fb528;
constexpr std::uint32_t skippable_magic = 0x184d2a50; // and the 15 after it
constexpr std::uint64_t nowhere = UINT64_MAX;

std::uint32_t little(const char* bytes, std::size_t count)
{
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

/// Of a frame's header, by its fifth byte (RFC 8878, 3.1.1.1).
std::size_t header_bytes(unsigned char descriptor)
{
    constexpr std::array<std::size_t, 4> dictionary{0, 1, 2, 4};
    constexpr std::array<std::size_t, 4> content{0, 2, 4, 8};
    const bool single = (descriptor >> 5 & 1) != 0;
    const auto size = descriptor >> 6 == 0 && single ? 1 : content[descriptor >> 6];
    return 5 + (single ? 0 : 1) + dictionary[descriptor & 3] + size;
}

struct Frame {
    std::uint64_t disk = 0;       ///< where it begins in the file
    std::uint64_t text = nowhere; ///< where its text begins, if that is known
};

class ZstdLog : public LogText {
public:
    explicit ZstdLog(std::unique_ptr<ReadableFile> file)
        : file_(std::move(file)), decoder_(ZSTD_createDCtx())
    {
        if (!decoder_) throw std::bad_alloc{};
        ZSTD_DCtx_setParameter(decoder_.get(), ZSTD_d_windowLogMax, most_window_log);
        find_frames();
    }

    using LogText::read;
    std::optional<std::uint64_t> size() override { return size_; }
    std::uint64_t disk_bytes() const override { return disk_size_; }
    std::uint64_t end() override
    {
        std::array<char, 65536> unwanted;
        while (!size_) { // set where the text is seen to end
            if (decode(unwanted) == 0) size_ = text_at_;
        }
        return *size_;
    }

    std::size_t read(std::uint64_t at, std::span<char> into) override
    {
        if (at >= size_.value_or(nowhere / 2)) return 0;
        go_to(at);
        std::array<char, 65536> unwanted;
        while (text_at_ < at) {
            const auto skip = std::min<std::uint64_t>(at - text_at_, unwanted.size());
            if (decode(std::span{unwanted}.first(skip)) == 0) return size_ = text_at_, 0;
        }
        std::size_t filled = 0;
        while (filled < into.size()) {
            const auto got = decode(into.subspan(filled));
            if (got == 0) break;
            filled += got;
        }
        return filled;
    }

private:
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };

    void find_frames();
    std::uint64_t frame_end(std::uint64_t at) const;
    std::optional<std::uint64_t> text_size(std::uint64_t at) const;
    void go_to(std::uint64_t at);
    std::size_t decode(std::span<char> into);
    [[noreturn]] void give_up(const char* what);
    std::uint32_t number(std::uint64_t at, std::size_t count) const;

    std::unique_ptr<ReadableFile> file_;
    std::unique_ptr<ZSTD_DCtx, Free> decoder_;
    std::vector<Frame> frames_;
    std::optional<std::uint64_t> size_;
    std::uint64_t disk_size_ = 0;
    std::uint64_t text_at_ = 0; // of the next byte that the decoder gives
    std::uint64_t disk_at_ = 0; // of the next byte that it has not been given
    std::vector<char> input_ = std::vector<char>(65536);
    ZSTD_inBuffer pending_{nullptr, 0, 0};
    bool in_frame_ = false; // it ends in the middle if nothing more comes
};

std::uint32_t ZstdLog::number(std::uint64_t at, std::size_t count) const
{
    std::array<char, 4> bytes{};
    if (file_->read(at, std::span{bytes}.first(count)) != count) file_->fail("is cut off");
    return little(bytes.data(), count);
}

/// Follows the blocks' headers, and unpacks nothing.
std::uint64_t ZstdLog::frame_end(std::uint64_t at) const
{
    if ((number(at, 4) & ~0xfU) == skippable_magic) return at + 8 + number(at + 4, 4);
    if (number(at, 4) != zstd_magic) file_->fail("is no zstd file");
    const auto descriptor = static_cast<unsigned char>(number(at + 4, 1));
    at += header_bytes(descriptor);
    for (bool last = false; !last;) {
        const auto header = number(at, 3);
        last = (header & 1) != 0;
        const bool repeats = (header >> 1 & 3) == 1; // one byte, many times
        at += 3 + (repeats ? 1 : header >> 3);
    }
    return at + ((descriptor >> 2 & 1) != 0 ? 4 : 0);
}

std::optional<std::uint64_t> ZstdLog::text_size(std::uint64_t at) const
{
    std::array<char, 18> head{}; // the longest header
    const auto size = ZSTD_getFrameContentSize(head.data(), file_->read(at, head));
    if (size == ZSTD_CONTENTSIZE_UNKNOWN) return {};
    if (size == ZSTD_CONTENTSIZE_ERROR || size >= nowhere / 2) file_->fail("is no zstd file");
    return size;
}

void ZstdLog::find_frames()
{
    disk_size_ = file_->size();
    std::optional<std::uint64_t> text = 0;
    for (std::uint64_t disk = 0; disk < disk_size_;) {
        if (frames_.size() == most_frames) file_->fail("has too many frames");
        frames_.push_back({disk, text.value_or(nowhere)});
        if (text) {
            const auto size = text_size(disk);
            text = size ? std::optional{*text + *size} : std::nullopt;
        }
        disk = frame_end(disk);
    }
    size_ = text;
}

/// Unless the decoder stands between the place and the frame that has it already.
void ZstdLog::go_to(std::uint64_t at)
{
    const auto after = std::ranges::upper_bound(frames_, at, {}, &Frame::text);
    if (after == frames_.begin()) return;
    const auto& frame = *std::prev(after);
    if (frame.text <= text_at_ && text_at_ <= at) return;
    ZSTD_DCtx_reset(decoder_.get(), ZSTD_reset_session_only);
    text_at_ = frame.text;
    disk_at_ = frame.disk;
    pending_ = {};
    in_frame_ = false;
}

/// The next bytes of the text, 0 at its end.
std::size_t ZstdLog::decode(std::span<char> into)
{
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
        if (pending_.pos == pending_.size) {
            const auto got = file_->read(disk_at_, input_);
            if (got == 0 && !in_frame_) return 0;
            disk_at_ += got;
            pending_ = {input_.data(), got, 0};
        }
        // Without input too: it may hold back what had no room before.
        const bool starves = pending_.size == 0;
        const auto hint = ZSTD_decompressStream(decoder_.get(), &out, &pending_);
        if (ZSTD_isError(hint) != 0) give_up(ZSTD_getErrorName(hint));
        if (starves && out.pos == 0 && hint != 0) give_up("is cut off");
        in_frame_ = hint != 0;
    }
    text_at_ += out.pos;
    return out.pos;
}

/// Where the decoder stands is not known: the next read begins at a frame.
void ZstdLog::give_up(const char* what)
{
    text_at_ = nowhere;
    file_->fail(what);
}

} // namespace

std::unique_ptr<LogText> compressed_log(std::unique_ptr<ReadableFile> file)
{
    return std::make_unique<ZstdLog>(std::move(file));
}

} // namespace loggerd
