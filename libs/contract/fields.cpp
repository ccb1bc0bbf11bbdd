#include <algorithm>

#include "contract/json.hpp"

namespace contract {
namespace {

/// Text from outside, short enough for an error message.
std::string bounded(std::string text)
{
    if (text.size() > 64) text.replace(61, std::string::npos, "...");
    return text;
}

std::string shown(const Json& value)
{
    return bounded(to_text(value));
}

} // namespace

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where))
{
    if (!object.is_object()) {
        throw BadMessage((where_.empty() ? "" : where_ + ": ") + shown(object) +
                         " is not an object");
    }
}

void Fields::fail(std::string_view key, const std::string& fault) const
{
    throw BadMessage((where_.empty() ? "" : where_ + ": ") + bounded(std::string(key)) + ": " +
                     fault);
}

const Json* Fields::find(std::string_view key) const
{
    asked_.emplace(key);
    const auto member = object_.find(std::string(key));
    return member == object_.end() ? nullptr : &*member;
}

const Json& Fields::required(std::string_view key) const
{
    const Json* value = find(key);
    if (value == nullptr) fail(key, "is missing");
    return *value;
}

bool Fields::has(std::string_view key) const
{
    const Json* value = find(key);
    return value != nullptr && !value->is_null();
}

std::string Fields::string(std::string_view key) const
{
    const Json& value = required(key);
    if (!value.is_string()) fail(key, shown(value) + " is not a string");
    return value.get<std::string>();
}

std::string Fields::string(std::string_view key, std::string fallback) const
{
    return has(key) ? string(key) : std::move(fallback);
}

bool Fields::boolean(std::string_view key) const
{
    const Json& value = required(key);
    if (!value.is_boolean()) fail(key, shown(value) + " is neither true nor false");
    return value.get<bool>();
}

bool Fields::boolean(std::string_view key, bool fallback) const
{
    return has(key) ? boolean(key) : fallback;
}

std::int64_t Fields::integer(std::string_view key, std::int64_t least, std::int64_t most) const
{
    const Json& value = required(key);
    if (!value.is_number()) fail(key, shown(value) + " is not a number");
    const bool huge = value.is_number_unsigned() &&
                      value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
    if (value.is_number_integer() && !huge) {
        const auto number = value.get<std::int64_t>();
        if (number >= least && number <= most) return number;
    } else if (!huge && value.get<double>() > -9e18 && value.get<double>() < 9e18) {
        fail(key, shown(value) + " is not a whole number");
    }
    fail(key, shown(value) + " is outside " + std::to_string(least) + "-" + std::to_string(most));
}

std::uint64_t Fields::counter(std::string_view key) const
{
    const Json& value = required(key);
    if (!value.is_number()) fail(key, shown(value) + " is not a number");
    // A number that this program wrote itself may be of a signed type.
    const bool whole = value.is_number_integer();
    if (!whole || (!value.is_number_unsigned() && value.get<std::int64_t>() < 0)) {
        fail(key, shown(value) + " is not a whole number within 0-18446744073709551615");
    }
    return value.get<std::uint64_t>();
}

std::uint64_t Fields::counter(std::string_view key, std::uint64_t fallback) const
{
    return has(key) ? counter(key) : fallback;
}

std::string Fields::choice(std::string_view key, std::initializer_list<std::string_view> of) const
{
    std::string value = string(key);
    if (std::find(of.begin(), of.end(), value) != of.end()) return value;
    std::string names;
    for (const std::string_view name : of) names += (names.empty() ? "" : ", ") + std::string(name);
    fail(key, shown(Json(value)) + " is none of: " + names);
}

Time Fields::time(std::string_view key) const
{
    const std::string text = string(key);
    if (const auto time = parse_time(text)) return *time;
    fail(key, shown(Json(text)) + " is not a time like 2026-11-22T09:00:00.123456Z");
}

std::optional<std::string> Fields::string_or_null(std::string_view key) const
{
    return has(key) ? std::optional(string(key)) : std::nullopt;
}

std::optional<bool> Fields::boolean_or_null(std::string_view key) const
{
    return has(key) ? std::optional(boolean(key)) : std::nullopt;
}

std::optional<std::uint64_t> Fields::counter_or_null(std::string_view key) const
{
    return has(key) ? std::optional(counter(key)) : std::nullopt;
}

std::optional<Time> Fields::time_or_null(std::string_view key) const
{
    return has(key) ? std::optional(time(key)) : std::nullopt;
}

Fields Fields::object(std::string_view key) const
{
    const Json& value = required(key);
    if (!value.is_object()) fail(key, shown(value) + " is not an object");
    return Fields(value, (where_.empty() ? "" : where_ + ": ") + std::string(key));
}

const Json& Fields::array(std::string_view key) const
{
    const Json& value = required(key);
    if (!value.is_array()) fail(key, shown(value) + " is not an array");
    return value;
}

std::vector<std::string> Fields::strings(std::string_view key) const
{
    std::vector<std::string> values;
    for (const Json& value : array(key)) {
        if (!value.is_string()) fail(key, "an entry is not a string");
        values.push_back(value.get<std::string>());
    }
    return values;
}

std::vector<std::string> Fields::strings_or_none(std::string_view key) const
{
    return has(key) ? strings(key) : std::vector<std::string>{};
}

const Json& Fields::any(std::string_view key) const
{
    return required(key);
}

void Fields::no_others() const
{
    for (const auto& member : object_.items()) {
        if (!member.key().starts_with('_') && !asked_.contains(member.key())) {
            fail(member.key(), "is not a key that is known here");
        }
    }
}

} // namespace contract
