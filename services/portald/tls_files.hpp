#pragma once

#include <filesystem>

namespace portald {

/// settings.json, portal.tls
struct TlsFiles {
    std::filesystem::path certificate; ///< PEM, with the chain behind it
    std::filesystem::path key;         ///< PEM, 0640 at most
};

} // namespace portald
