#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portald {

/// What a board said, as the API tells it.
struct Heard {
    std::vector<std::string> output = {};
    std::optional<std::string> line = {}; ///< that has the pattern; the last of `output`
    bool truncated = false;               ///< `output` is not all that there was

    bool operator==(const Heard&) const = default;
};

/// A board's bytes → lines, looking for a pattern in them. LF ends a line, CRs at its end and empty
/// lines do not count. The bytes stay as they are: what is no UTF-8 is replaced where the
/// answer is written. A longer line is cut, but a pattern across the cut is found. No I/O.
class OutputLines {
public:
    static constexpr std::size_t longest_line = 4096;
    static constexpr std::size_t most_lines = 1000;
    static constexpr std::size_t most_bytes = 256 * 1024;

    /// @param pattern  empty: none
    explicit OutputLines(std::string pattern) : pattern_(std::move(pattern)) {}

    /// old: lines that end in these bytes are of no interest any more.
    enum class Age { old, fresh };
    void feed(std::string_view bytes, Age age);
    /// Bytes are missing here.
    void gap();

    /// A line that has ended has the pattern; nothing is taken after it.
    bool has_match() const { return line_.has_value(); }
    /// So has the beginning of one that has not, as a prompt does not.
    bool has_unfinished_match() const;
    bool has_text() const { return !lines_.empty() || !unfinished_.empty(); }

    Heard heard() const;

private:
    bool matches(std::string_view text) const;
    void add(std::string_view bytes, Age age);
    void cut(Age age);
    void finish(Age age);
    void keep(std::string text);

    std::string pattern_;
    std::deque<std::string> lines_;
    std::size_t bytes_ = 0; // in lines_
    std::string unfinished_;
    std::string before_; // where a line was cut: as much of it as may begin a match
    std::optional<std::string> line_;
    bool truncated_ = false;
};

} // namespace portald
