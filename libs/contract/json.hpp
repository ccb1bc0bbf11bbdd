#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "contract/time.hpp"

namespace contract {

/// Members keep the order in which they are written, so that what a person
/// reads on the bus, in slots.json and in docs/bus.md looks the same.
using Json = nlohmann::ordered_json;

/// Something from outside that cannot be understood. what() names the place
/// and the fault: "slot.assign: tcp_port: 80 is outside 1024-65535".
class BadMessage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Parses text that came from outside.
/// @param where  named in the error, e.g. a file name
/// @throws BadMessage "<where>:<line>:<column>: <fault>", also for text that nests deeper
///         than 64 levels, says a key twice, has more than 1024 members in one
///         object, or is not UTF-8
Json parse_json(std::string_view text, const std::string& where);

/// Serialises; bytes that are not UTF-8 (USB strings) become U+FFFD, never an
/// exception.
std::string to_text(const Json& json);

/// Reads the members of one JSON object that came from outside, checked:
/// nlohmann silently turns 70000 into 4464 when asked for a uint16_t.
/// Every getter throws BadMessage "<where>: <key>: <fault>".
class Fields {
public:
    /// Keeps a reference: `object` must outlive this.
    Fields(const Json& object, std::string where);

    bool has(std::string_view key) const; ///< present and not null

    std::string string(std::string_view key) const;
    std::string string(std::string_view key, std::string fallback) const;
    bool boolean(std::string_view key) const;
    bool boolean(std::string_view key, bool fallback) const;
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most) const;
    std::uint64_t counter(std::string_view key) const; ///< 0 … 2^64-1
    std::uint64_t counter(std::string_view key, std::uint64_t fallback) const;
    std::string choice(std::string_view key, std::initializer_list<std::string_view> of) const;
    Time time(std::string_view key) const;

    // Null when absent or null.
    std::optional<std::string> string_or_null(std::string_view key) const;
    std::optional<bool> boolean_or_null(std::string_view key) const;
    std::optional<std::uint64_t> counter_or_null(std::string_view key) const;
    std::optional<Time> time_or_null(std::string_view key) const;

    template<std::integral T>
    T number(std::string_view key, T least = std::numeric_limits<T>::min(),
             T most = std::numeric_limits<T>::max()) const
    {
        static_assert(sizeof(T) < sizeof(std::int64_t) || std::signed_integral<T>,
                      "use counter() for 64-bit unsigned numbers");
        return static_cast<T>(integer(key, least, most));
    }
    template<std::integral T>
    T number_or(std::string_view key, T fallback, T least = std::numeric_limits<T>::min(),
                T most = std::numeric_limits<T>::max()) const
    {
        return has(key) ? number<T>(key, least, most) : fallback;
    }

    Fields object(std::string_view key) const;
    std::vector<std::string> strings(std::string_view key) const;
    std::vector<std::string> strings_or_none(std::string_view key) const; ///< absent, null: none
    const Json& array(std::string_view key) const;
    const Json& any(std::string_view key) const; ///< present, any type, null too

    /// Refuses members that nobody asked for by the calls above, except those
    /// whose name begins with '_' (a person's comments).
    void no_others() const;

    const std::string& where() const { return where_; }
    [[noreturn]] void fail(std::string_view key, const std::string& fault) const;

private:
    const Json* find(std::string_view key) const;
    const Json& required(std::string_view key) const;

    const Json& object_;
    std::string where_;
    mutable std::set<std::string, std::less<>> asked_;
};

} // namespace contract
