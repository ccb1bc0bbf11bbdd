#include "loggerd/search_pattern.hpp"

#include <string>

#include <re2/re2.h>

#include "contract/json.hpp"

namespace loggerd {
namespace {

constexpr std::int64_t most_memory = 4 << 20;
// What RE2 falls back to when its tables are full takes time in proportion to this.
constexpr int most_instructions = 5000;

re2::RE2::Options options(bool ignore_case)
{
    re2::RE2::Options made;
    made.set_max_mem(most_memory);
    made.set_log_errors(false);
    made.set_never_nl(true); // no match goes over a line's end
    made.set_case_sensitive(!ignore_case);
    return made;
}

re2::StringPiece piece(std::string_view text)
{
    return {text.data(), text.size()};
}

/// Whether it means the same in the middle of a line, where other lines follow: not when it
/// speaks of the text's beginning, or sets flags that would undo how it is wrapped.
bool may_stand_in_block(std::string_view pattern)
{
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        if (c == '\\' && (next == 'A' || next == 'z' || next == 'Q')) return false;
        if (c == '\\' && ++i < pattern.size()) continue;
        if (c == '^' && (i == 0 || pattern[i - 1] != '[')) return false;
        // "\[^" is a bracket and a beginning.
        if (c == '^' && i >= 2 && pattern[i - 2] == '\\') return false;
        if (c == '(' && next == '?' && !pattern.substr(i).starts_with("(?:")) return false;
    }
    return true;
}

} // namespace

SearchPattern::SearchPattern(std::string_view pattern, bool ignore_case)
    : text_(std::make_unique<re2::RE2>(piece(pattern), options(ignore_case)))
{
    if (!text_->ok()) throw contract::BadMessage{"log.search: pattern: " + text_->error()};
    if (text_->ProgramSize() > most_instructions)
        throw contract::BadMessage{"log.search: pattern: is too large"};
    if (!may_stand_in_block(pattern)) return;
    block_ = std::make_unique<re2::RE2>("(?m:" + std::string{pattern} + ")", options(ignore_case));
    if (!block_->ok()) block_.reset();
}

SearchPattern::~SearchPattern() = default;

bool SearchPattern::is_in(std::string_view text) const
{
    return text_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::optional<std::size_t> SearchPattern::candidate(std::string_view lines, std::size_t from) const
{
    if (from >= lines.size()) return {};
    if (!block_) return from;
    re2::StringPiece found;
    if (!block_->Match(piece(lines), from, lines.size(), re2::RE2::UNANCHORED, &found, 1))
        return {};
    return static_cast<std::size_t>(found.data() - lines.data());
}

} // namespace loggerd
