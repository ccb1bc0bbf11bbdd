#include "loggerd/plain_text.hpp"

namespace loggerd {
namespace {

constexpr std::string_view escape = "\\x1b[";
constexpr std::string_view carriage_return = "\\x0d";

/// The length of "\x1b[0;31m" at the front; 0: it is no colour.
std::size_t colour(std::string_view text)
{
    if (!text.starts_with(escape)) return 0;
    const auto end = text.find_first_not_of("0123456789;", escape.size());
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

} // namespace

std::string plain_text(std::string_view encoded)
{
    std::string plain;
    plain.reserve(encoded.size());
    while (!encoded.empty()) {
        const auto at = encoded.find(escape);
        plain += encoded.substr(0, at);
        if (at == std::string_view::npos) break;
        encoded.remove_prefix(at);
        const auto skipped = colour(encoded);
        if (skipped == 0) plain += encoded.front();
        encoded.remove_prefix(skipped == 0 ? 1 : skipped);
    }
    while (plain.ends_with(carriage_return)) plain.resize(plain.size() - carriage_return.size());
    return plain;
}

} // namespace loggerd
