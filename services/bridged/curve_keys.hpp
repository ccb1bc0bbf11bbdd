#pragma once

#include <map>
#include <string>

namespace bridged {

/// Who may subscribe from other machines, by CurveZMQ; all keys are Z85 text of 40 characters.
struct CurveKeys {
    std::string secret;                         ///< ours
    std::map<std::string, std::string> clients; ///< name by public key

    /// @param secret   one line with our secret key
    /// @param clients  "NAME PUBLICKEY" a line; empty ones and those that begin with # do not count
    /// @throws contract::BadMessage naming file and line, and no key
    static CurveKeys parse(const std::string& secret, const std::string& secret_file,
                           const std::string& clients, const std::string& clients_file);
};

} // namespace bridged
