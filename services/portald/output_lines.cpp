#include "portald/output_lines.hpp"

#include <algorithm>
#include <utility>

namespace portald {

namespace {

std::string without_cr(std::string text)
{
    while (text.ends_with('\r')) text.pop_back();
    return text;
}

/// Where to cut, so that no UTF-8 character is: at most its three last bytes earlier.
std::size_t cut_of(std::string_view text, std::size_t most)
{
    std::size_t at = most;
    while (at > most - 3 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80 ? most : at;
}

} // namespace

bool OutputLines::matches(std::string_view text) const
{
    return !pattern_.empty() && (before_ + std::string(text)).find(pattern_) != std::string::npos;
}

bool OutputLines::has_unfinished_match() const
{
    return !has_match() && matches(without_cr(unfinished_));
}

void OutputLines::feed(std::string_view bytes, Age age)
{
    while (!bytes.empty() && !has_match()) {
        const auto end = bytes.find('\n');
        add(bytes.substr(0, end), age);
        if (end == std::string_view::npos || has_match()) return;
        finish(age);
        before_.clear();
        bytes.remove_prefix(end + 1);
    }
}

void OutputLines::add(std::string_view bytes, Age age)
{
    unfinished_ += bytes;
    while (unfinished_.size() > longest_line && !has_match()) cut(age);
}

void OutputLines::cut(Age age)
{
    const auto at = cut_of(unfinished_, longest_line);
    auto rest = unfinished_.substr(at);
    unfinished_.resize(at);
    auto before = before_ + unfinished_;
    finish(age);
    if (has_match()) return;
    const auto kept = pattern_.empty() ? 0 : pattern_.size() - 1;
    before_ = before.substr(before.size() - std::min(before.size(), kept));
    unfinished_ = std::move(rest);
}

void OutputLines::finish(Age age)
{
    auto text = without_cr(std::exchange(unfinished_, {}));
    if (text.empty() || age == Age::old) return;
    if (matches(text)) line_ = text;
    keep(std::move(text));
}

void OutputLines::keep(std::string text)
{
    bytes_ += text.size();
    lines_.push_back(std::move(text));
    while (lines_.size() > most_lines || bytes_ > most_bytes) {
        bytes_ -= lines_.front().size();
        lines_.pop_front();
        truncated_ = true;
    }
}

void OutputLines::gap()
{
    if (has_match()) return;
    finish(Age::fresh);
    before_.clear();
    truncated_ = true;
}

Heard OutputLines::heard() const
{
    OutputLines all = *this;
    if (!has_match()) all.finish(Age::fresh);
    return {{all.lines_.begin(), all.lines_.end()}, all.line_, all.truncated_};
}

} // namespace portald
