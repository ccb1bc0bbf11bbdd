#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "portald/known.hpp"
#include "portald/request.hpp"

/// /api/logs, /api/logs/<file> and /api/logs/search: loggerd is asked, since it alone reads the
/// log folder. No I/O.
namespace portald {

inline constexpr std::string_view logs_path = "/api/logs";

bool is_of_logs(std::string_view path);
bool names_a_log(std::string_view path); ///< a file

/// "a=b&c=d%20e"; the first of each key counts, and '+' is a space.
std::map<std::string, std::string, std::less<>> parse_query(std::string_view query);

/// A whole number that is not negative. @throws contract::BadMessage naming the key
std::uint64_t query_number(const std::string& key, const std::string& text);

Step answer_logs(const Request& request, const Known& known);

} // namespace portald
