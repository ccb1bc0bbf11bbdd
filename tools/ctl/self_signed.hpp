#pragma once

#include <string>
#include <vector>

namespace ctl {

/// A certificate that vouches for itself, and its key; both PEM.
struct SelfSigned {
    std::string certificate;
    std::string key;         ///< P-256, PKCS #8, without a passphrase
    std::string fingerprint; ///< SHA-256 of the certificate, as browsers show it: "AB:CD:…"
};

/// For a TLS server (RFC 5280): not a CA, so that who trusts it trusts nothing else by it.
/// @param names  host names and IP addresses; the first is the subject, too. At least one.
/// @param days   from now on; more than 825 are refused by Apple's systems
/// @throws std::runtime_error for a name that is none, or what OpenSSL says
SelfSigned make_self_signed(const std::vector<std::string>& names, int days);

} // namespace ctl
