#include "contract/log_fault.hpp"

namespace contract {

void to_json(Json& json, const LogFault& value)
{
    json = Json{{"fault", value.fault ? Json(*value.fault) : Json(nullptr)}};
}

void from_json(const Json& json, LogFault& value)
{
    value.fault = Fields(json, "log fault").string_or_null("fault");
}

std::string topics::log_fault(std::string_view slot)
{
    return "log.fault/" + std::string{slot} + "/";
}

} // namespace contract
