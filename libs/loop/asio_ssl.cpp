#include "loop/asio_ssl.hpp"

#include <boost/asio/ssl/impl/src.hpp>
