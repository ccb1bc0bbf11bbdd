#pragma once

#include <functional>
#include <string>
#include <vector>

#include "contract/json.hpp"

/// One message as C++ sees it, and the golden file that shows it as the bus does.
struct Sample {
    std::string golden; ///< tests/golden/bus/<golden>.json
    std::string type;   ///< the struct's name
    std::string text;   ///< as the library writes it
    /// Reads JSON into the struct and writes it again. @throws contract::BadMessage
    std::function<contract::Json(const contract::Json&)> reread;
};

/// Every body of an event, a request and a reply.
const std::vector<Sample>& samples();
/// The text of a golden file; fails the test when there is none.
std::string golden(const std::string& name);
