#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace re2 {
class RE2;
}

namespace loggerd {

/// A regular expression that lines' texts are searched for: bounded in memory, and in time by
/// the text's length.
class SearchPattern {
public:
    /// @throws contract::BadMessage in RE2's words
    SearchPattern(std::string_view pattern, bool ignore_case);
    ~SearchPattern();
    SearchPattern(const SearchPattern&) = delete;
    SearchPattern& operator=(const SearchPattern&) = delete;

    /// Whether a line's text has it.
    bool is_in(std::string_view text) const;
    /// Where in these lines, at the earliest after `from`, one may have it. No line that has it is
    /// passed over; one that is found need not have it.
    std::optional<std::size_t> candidate(std::string_view lines, std::size_t from) const;

private:
    std::unique_ptr<re2::RE2> text_;
    std::unique_ptr<re2::RE2> block_; // absent: every line must be looked at
};

} // namespace loggerd
