#include "ctl/gensio_words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ctl {
namespace {

std::string trimmed(std::string_view text)
{
    const auto is_blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return std::string{text};
}

} // namespace

std::vector<std::string> gensio_words(std::string_view text)
{
    std::vector<std::string> words;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const bool is_end = at == text.size();
        if (!is_end && text[at] == '(') ++depth;
        if (!is_end && text[at] == ')') --depth;
        if (!is_end && (text[at] != ',' || depth > 0)) continue;
        words.push_back(trimmed(text.substr(begin, at - begin)));
        begin = at + 1;
    }
    return words;
}

std::string gensio_name(const std::string& word)
{
    return word.substr(0, word.find('('));
}

std::optional<SerialSpeed> serial_speed(const std::string& word)
{
    SerialSpeed speed;
    const auto [rest, fault] = std::from_chars(word.data(), word.data() + word.size(), speed.baud);
    if (fault != std::errc{} || speed.baud == 0) return {};
    speed.framing.assign(rest, word.data() + word.size());
    std::ranges::transform(speed.framing, speed.framing.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::string_view usual = "n81"; // "9600n8" is completed, too
    if (usual.starts_with(speed.framing)) speed.framing = usual;
    return speed;
}

} // namespace ctl
