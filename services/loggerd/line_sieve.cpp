#include "loggerd/line_sieve.hpp"

#include <algorithm>
#include <cstring>

#include <re2/filtered_re2.h>

namespace loggerd {
namespace {

constexpr std::size_t gram_bytes = 4;
constexpr std::size_t least_word = 6; // shorter ones would make the steps as short

/// In lower case; what else becomes the same only lets a line more pass.
std::uint32_t gram_at(std::string_view text, std::size_t at)
{
    std::uint32_t gram = 0;
    std::memcpy(&gram, text.data() + at, gram_bytes);
    return gram | 0x20202020U;
}

constexpr std::uint32_t hash(std::uint32_t gram, unsigned bits)
{
    return gram * 0x9e3779b1U >> (32 - bits);
}

bool is_ascii(const std::string& word)
{
    return std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

LineSieve::LineSieve(const std::vector<std::string>& patterns)
{
    re2::FilteredRE2 filter{static_cast<int>(least_word)};
    for (const auto& pattern : patterns) {
        int id = 0;
        lets_all_pass_ |= filter.Add(pattern, re2::RE2::DefaultOptions, &id) != re2::RE2::NoError;
    }
    std::vector<std::string> words;
    if (!patterns.empty() && !lets_all_pass_) filter.Compile(&words);
    std::vector<int> without_words;
    if (!patterns.empty() && !lets_all_pass_) filter.AllPotentials({}, &without_words);
    // Letter case is folded here by a bit, which is right for ASCII only.
    lets_all_pass_ |= !without_words.empty() || !std::ranges::all_of(words, is_ascii);
    learn(words);
}

void LineSieve::learn(const std::vector<std::string>& words)
{
    if (words.empty()) return;
    const auto shortest = std::ranges::min(words, {}, &std::string::size).size();
    // Wherever a word stands, one of its first grams is at a place that is looked at.
    stride_ = shortest - gram_bytes + 1;
    for (const auto& word : words)
        for (std::size_t at = 0; at < stride_; ++at) grams_.push_back(gram_at(word, at));
    std::ranges::sort(grams_);
    for (const auto gram : grams_) hashes_.set(hash(gram, hash_bits));
}

bool LineSieve::may_match(std::string_view line) const
{
    if (lets_all_pass_) return true;
    if (grams_.empty()) return false;
    for (std::size_t at = 0; at + gram_bytes <= line.size(); at += stride_)
        if (has(gram_at(line, at))) return true;
    return false;
}

bool LineSieve::has(std::uint32_t gram) const
{
    return hashes_[hash(gram, hash_bits)] && std::ranges::binary_search(grams_, gram);
}

} // namespace loggerd
