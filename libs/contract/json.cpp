#include "contract/json.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace contract {
namespace {

constexpr std::size_t most_levels = 64;
// ordered_json searches its members one by one, so that an object of n members
// costs n² comparisons: a hostile message of 1 MiB could stop a daemon for a minute.
constexpr std::size_t most_members = 1024;
constexpr std::size_t most_fault_bytes = 200;

std::string shown(std::string_view name)
{
    return "\"" + std::string(name.substr(0, 64)) + "\"";
}

/// Walks the text and says how far it got, which nlohmann's handlers are not told.
class Cursor {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
    reference operator*() const { return *at_; }
    Cursor& operator++()
    {
        *furthest_ = ++at_;
        return *this;
    }
    Cursor operator++(int)
    {
        Cursor before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Cursor& other) const { return at_ == other.at_; }

private:
    const char* at_;
    const char** furthest_;
};

/// nlohmann's words without its error numbers, its own idea of the place, and
/// what it had read, which may be long and not UTF-8.
std::string plain_fault(std::string fault)
{
    if (const auto end = fault.find("] "); end != std::string::npos) fault.erase(0, end + 2);
    if (fault.starts_with("parse error")) {
        if (const auto end = fault.find(": "); end != std::string::npos) fault.erase(0, end + 2);
    }
    if (const auto read = fault.find("; last read: '"); read != std::string::npos) {
        const auto expected = fault.rfind("; expected ");
        const bool more = expected != std::string::npos && expected > read;
        fault.erase(read, more ? expected - read : std::string::npos);
    }
    if (fault.size() > most_fault_bytes) fault.resize(most_fault_bytes);
    return fault;
}

/// Builds the value from nlohmann's SAX events, because its own builder takes any
/// depth and any number of members, and lets the last of two equal keys win.
class Builder : public nlohmann::json_sax<Json> {
public:
    Json take() { return std::move(root_); }
    const std::string& fault() const { return fault_; }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string&) override { return add(value); }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(Json::binary_t&) override { return refuse("binary data"); }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(std::string& name) override
    {
        Json& object = *open_.back();
        if (object.size() == most_members) return refuse("an object with more than 1024 members");
        if (object.contains(name)) return refuse(shown(name) + " is there twice");
        key_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception& error) override
    {
        return refuse(plain_fault(error.what()));
    }

private:
    bool refuse(std::string fault)
    {
        fault_ = std::move(fault);
        return false;
    }
    Json* place(Json value)
    {
        if (open_.empty()) return &(root_ = std::move(value));
        Json& parent = *open_.back();
        if (parent.is_array()) return &parent.emplace_back(std::move(value));
        return &(parent[key_] = std::move(value));
    }
    bool add(Json value)
    {
        place(std::move(value));
        return true;
    }
    // A container that is open is the last of its parent, which does not grow
    // meanwhile: the pointers stay good.
    bool open(Json container)
    {
        if (open_.size() == most_levels) return refuse("nested deeper than 64 levels");
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close()
    {
        open_.pop_back();
        return true;
    }

    Json root_;
    std::vector<Json*> open_;
    std::string key_;
    std::string fault_;
};

/// ":4:7", of the last byte before `end`.
std::string place_in(std::string_view text, const char* end)
{
    const auto read = static_cast<std::size_t>(end - text.data());
    const std::string_view before = text.substr(0, read == 0 ? 0 : read - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const auto column =
        1 + before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1);
    return ":" + std::to_string(line) + ":" + std::to_string(column);
}

} // namespace

Json parse_json(std::string_view text, const std::string& where)
{
    const char* furthest = text.data();
    Builder builder;
    const Cursor begin(text.data(), &furthest);
    const Cursor end(text.data() + text.size(), &furthest);
    if (!Json::sax_parse(begin, end, &builder)) {
        throw BadMessage(where + place_in(text, furthest) + ": " + builder.fault());
    }
    return builder.take();
}

std::string to_text(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace contract
