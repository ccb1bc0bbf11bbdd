#pragma once

#include <optional>
#include <string>

namespace bus {

/// Keys of CurveZMQ as people write them: 40 characters of Z85 (ZeroMQ RFC 32).
/// The public half; nothing when it is no key.
std::optional<std::string> curve_public_key(const std::string& secret_key);
bool is_curve_key(const std::string& key);
std::string curve_key_of(const std::string& bytes); ///< of its 32 bytes; "" of others

} // namespace bus
