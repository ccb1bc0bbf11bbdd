#pragma once

// Every file that uses Asio includes this one, so that its options are the same
// everywhere and <utility> comes first (Asio's awaitable.hpp forgets it, Debian #1036545).
#include <utility>

#include <boost/asio.hpp>

namespace asio = boost::asio;
