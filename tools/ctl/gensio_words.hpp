#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

/// The texts of ser2net's accepters and connectors, as gensio(5) has them:
/// "telnet(rfc2217),tcp,localhost,2000", "serialdev,/dev/ttyS0,9600n81,local".

/// Parts between commas that are in no parentheses, without blanks around them.
std::vector<std::string> gensio_words(std::string_view text);

/// A word without its options: "telnet" of "telnet(rfc2217)".
std::string gensio_name(const std::string& word);

/// "9600n81"; only the number is required, and N81 is what it means then.
struct SerialSpeed {
    unsigned long baud = 0;
    std::string framing; ///< "n81", small letters
};
std::optional<SerialSpeed> serial_speed(const std::string& word);

} // namespace ctl
