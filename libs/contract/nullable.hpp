#pragma once

#include <optional>

#include "contract/json.hpp"
#include "contract/time.hpp"

namespace contract {

/// JSON's null for what is not known.
template<typename T>
Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

inline Json time_or_null(const std::optional<Time>& time)
{
    return time ? Json(format_time(*time)) : Json(nullptr);
}

} // namespace contract
