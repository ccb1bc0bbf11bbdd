#pragma once

// TLS streams on the loop; who includes this links OpenSSL.
#include "loop/asio.hpp"

#include <boost/asio/ssl.hpp>
