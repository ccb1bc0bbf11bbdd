#pragma once

#include <string>

#include "contract/json.hpp"

/// What the call says when it refuses, "" when it does not: texts are promises too.
template<typename Call>
std::string refusal(Call&& call)
{
    try {
        call();
    } catch (const contract::BadMessage& fault) {
        return fault.what();
    }
    return "";
}
