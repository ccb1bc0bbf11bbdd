#include "loop/asio.hpp"

#include <boost/asio/impl/src.hpp>
