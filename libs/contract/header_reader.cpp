#include "contract/header_reader.hpp"

#include <charconv>

namespace contract {
namespace {

constexpr std::size_t most_reads = 4096;

/// What is left of a text. Once something is not as expected, nothing is any more.
class Rest {
public:
    explicit Rest(std::string_view text) : text_(text) {}

    bool is_read() const { return good_ && text_.empty(); }

    /// Whether it goes on with this; then it is read.
    bool takes(std::string_view expected)
    {
        if (!good_ || !text_.starts_with(expected)) return false;
        text_.remove_prefix(expected.size());
        return true;
    }
    void expect(std::string_view expected) { good_ = takes(expected); }

    /// Up to the quote; of characters that JSON has no other spelling for.
    std::string_view plain_string()
    {
        std::size_t size = 0;
        while (size < text_.size() && text_[size] >= ' ' && text_[size] <= '~' &&
               text_[size] != '"' && text_[size] != '\\')
            ++size;
        const auto string = text_.substr(0, size);
        text_.remove_prefix(size);
        expect("\"");
        return string;
    }

    template<typename Number>
    Number number()
    {
        Number number = 0;
        const auto* const end = text_.data() + text_.size();
        const auto [behind, fault] = std::from_chars(text_.data(), end, number);
        const auto size = static_cast<std::size_t>(behind - text_.data());
        const bool zeros = size > 1 && text_.front() == '0';
        const bool is_signed = size > 0 && text_.front() == '-';
        good_ = good_ && fault == std::errc{} && !zeros && !is_signed;
        if (good_) text_.remove_prefix(size);
        return number;
    }

private:
    std::string_view text_;
    bool good_ = true;
};

void read_reads(Rest& rest, std::vector<ReadTime>& reads)
{
    do {
        rest.expect("[");
        ReadTime read;
        read.offset = rest.number<std::uint32_t>();
        rest.expect(",");
        read.after_us = rest.number<std::int64_t>();
        rest.expect("]");
        reads.push_back(read);
    } while (rest.takes(",") && reads.size() < most_reads);
    rest.expect("]");
}

} // namespace

std::optional<Header> read_own_header(std::string_view text)
{
    Rest rest{text};
    Header header;
    rest.expect("{\"v\":1,\"src\":\"");
    header.source = rest.plain_string();
    rest.expect(",\"epoch\":\"");
    header.stamp.epoch = rest.plain_string();
    rest.expect(",\"seq\":");
    header.stamp.seq = rest.number<std::uint64_t>();
    rest.expect(",\"time\":\"");
    const auto time = parse_time(rest.plain_string());
    rest.expect(",\"mono_us\":");
    header.mono = Monotonic{rest.number<std::int64_t>()};
    if (rest.takes(",\"pos\":")) header.pos = rest.number<std::uint64_t>();
    if (rest.takes(",\"t\":[")) read_reads(rest, header.reads);
    if (rest.takes(",\"topic\":\"")) header.topic = rest.plain_string();
    rest.expect("}");
    if (!rest.is_read() || !time) return std::nullopt;
    header.time = *time;
    return header;
}

} // namespace contract
