#pragma once

#include "loop/asio_ssl.hpp"
#include "portald/tls_files.hpp"

namespace portald {

/// For servers: TLS 1.2 and later.
/// @throws contract::BadMessage naming the file that is not there, no PEM, or not the other's
asio::ssl::context tls_identity(const TlsFiles& files);

} // namespace portald
