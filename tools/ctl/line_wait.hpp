#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ctl/backend.hpp"

namespace re2 {
class RE2;
}

namespace ctl {

/// Looks in what a board says for a line that matches: in lines that end in the last second or
/// later, and, when nothing new has come, in the one that has no end yet, however old: the prompt
/// at which a board stands.
class LineWait {
public:
    /// @param pattern  RE2's syntax
    /// @throws commandkit::WrongUsage in RE2's words
    explicit LineWait(const std::string& pattern);
    ~LineWait();

    /// The first line that matches, without its end.
    std::optional<std::string> receive(const Output& output);

private:
    bool matches(const std::string& line) const;

    std::unique_ptr<re2::RE2> pattern_;
    std::string line_; // without an end so far; a longer one than most_line loses its begin
};

} // namespace ctl
