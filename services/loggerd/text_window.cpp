#include "loggerd/text_window.hpp"

#include <algorithm>

namespace loggerd {

TextWindow::TextWindow(LogText& text, std::uint64_t at, LastLine last)
    : text_(text), last_(last), base_(at - std::min<std::uint64_t>(at, beside_bytes))
{
    begin_ = end_ = static_cast<std::size_t>(at - base_);
}

bool TextWindow::next()
{
    begin_ = end_;
    if (begin_ > beside_bytes) {
        const auto passed = begin_ - beside_bytes;
        buffer_.erase(0, passed);
        base_ += passed;
        begin_ -= passed;
    }
    const auto wanted = begin_ + block_bytes + beside_bytes;
    const auto had = buffer_.size();
    if (had < wanted) {
        buffer_.resize(wanted);
        buffer_.resize(had + text_.read(base_ + had, std::span{buffer_}.subspan(had)));
    }
    const bool is_last = buffer_.size() < wanted;
    begin_ = std::min(begin_, buffer_.size()); // a place behind the end
    const auto limit = std::min(begin_ + block_bytes, buffer_.size());
    const auto rest = all().substr(begin_, limit - begin_);
    const auto newline = rest.rfind('\n');
    if (newline != std::string_view::npos)
        end_ = begin_ + newline + 1;
    else // one endless line, or the last
        end_ = is_last && last_ == LastLine::waits ? begin_ : limit;
    // The text's last line, behind others in its block.
    if (is_last && limit == buffer_.size() && last_ == LastLine::counts) end_ = limit;
    return end_ > begin_;
}

} // namespace loggerd
