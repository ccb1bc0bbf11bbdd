#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loggerd/log_lines.hpp"
#include "loggerd/log_text.hpp"

namespace loggerd {

/// Goes through a text in blocks of whole lines, and sees some of what is before and after each.
/// Reads everything once, in order, whatever is looked at.
class TextWindow {
public:
    static constexpr std::size_t block_bytes = 131072;
    static constexpr std::size_t beside_bytes = 32768;

    /// @param at  where the first block begins: a line's beginning
    TextWindow(LogText& text, std::uint64_t at, LastLine last);

    /// False: there is no further block.
    bool next();
    std::string_view block() const { return all().substr(begin_, end_ - begin_); }
    std::uint64_t at() const { return base_ + begin_; }  ///< the block's place
    std::uint64_t after() const { return base_ + end_; } ///< the next one's
    /// The block with what is beside it, and where in that the block begins.
    std::string_view all() const { return buffer_; }
    std::size_t begin() const { return begin_; }

private:
    LogText& text_;
    LastLine last_;
    std::string buffer_;
    std::uint64_t base_; // the buffer's place in the text
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace loggerd
