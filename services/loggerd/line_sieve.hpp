#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loggerd {

/// Tells lines in which none of some patterns can match from those that have to be looked at:
/// nearly all lines of nearly all boards, at two instructions a byte. RE2 says which words a
/// match needs (they are never fewer than what a pattern asks for); of these, runs of four
/// characters are looked for at every few places, letter case aside.
class LineSieve {
public:
    /// @param patterns  of RE2, valid
    explicit LineSieve(const std::vector<std::string>& patterns);

    /// False: none of them matches.
    bool may_match(std::string_view line) const;

private:
    void learn(const std::vector<std::string>& words);
    bool has(std::uint32_t gram) const;

    static constexpr unsigned hash_bits = 14;
    bool lets_all_pass_ = false; ///< a pattern needs no word
    std::size_t stride_ = 1;
    std::bitset<1U << hash_bits> hashes_;
    std::vector<std::uint32_t> grams_; ///< in order
};

} // namespace loggerd
