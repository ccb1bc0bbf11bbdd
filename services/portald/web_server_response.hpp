#pragma once

#include "portald/request.hpp"

struct mg_connection;

namespace portald {

/// Onto the wire: its head, its body, and part by part what is left of a long one.
void write_response(mg_connection* connection, const Response& response);

} // namespace portald
