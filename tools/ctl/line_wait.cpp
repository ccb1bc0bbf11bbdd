#include "ctl/line_wait.hpp"

#include <re2/re2.h>

#include "commandkit/command_line.hpp"

namespace ctl {
namespace {

constexpr std::size_t most_line = 65536;

} // namespace

LineWait::LineWait(const std::string& pattern)
{
    re2::RE2::Options options{re2::RE2::Quiet};
    pattern_ = std::make_unique<re2::RE2>(pattern, options);
    if (!pattern_->ok()) throw commandkit::WrongUsage("the pattern: " + pattern_->error());
}

LineWait::~LineWait() = default;

bool LineWait::matches(const std::string& line) const
{
    return re2::RE2::PartialMatch(line, *pattern_);
}

std::optional<std::string> LineWait::receive(const Output& output)
{
    for (const auto& part : output.parts) {
        for (const char byte : part.bytes) {
            if (byte != '\n') {
                line_ += byte;
                continue;
            }
            while (line_.ends_with('\r')) line_.pop_back();
            if (part.fresh && matches(line_)) return line_;
            line_.clear();
        }
        if (line_.size() > most_line) line_.erase(0, line_.size() - most_line);
    }
    // Not in the middle of a line that is just being said.
    if (output.parts.empty() && !line_.empty() && matches(line_)) return line_;
    return std::nullopt;
}

} // namespace ctl
