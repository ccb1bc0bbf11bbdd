#include "portald/page_message.hpp"

#include "contract/json.hpp"

namespace portald {

namespace {

using contract::Fields, contract::Json;

Follow read_follow(const Fields& fields)
{
    Follow follow;
    follow.slot = fields.string("slot");
    follow.tail = fields.number_or<std::uint32_t>("tail", follow.tail, 0, Follow::most_tail);
    if (fields.has("epoch") != fields.has("after")) fields.fail("epoch", "and after go together");
    if (fields.has("epoch")) {
        follow.after = contract::Stamp{fields.string("epoch"), fields.counter("after")};
        if (follow.after->epoch.size() > 64) fields.fail("epoch", "is none");
    }
    return follow;
}

} // namespace

PageMessage read_page_message(const std::string& text)
try {
    if (text.size() > most_page_message) return Misunderstood{"a message may have 4096 bytes"};
    const auto json = contract::parse_json(text, "message");
    if (!json.is_object()) return Misunderstood{"message: is no object"};
    const Fields fields(json, "message");
    if (fields.choice("type", {"follow", "unfollow"}) == "follow") return read_follow(fields);
    return Unfollow{fields.string("slot")};
} catch (const contract::BadMessage& bad) {
    return Misunderstood{bad.what()};
}

std::string error_message(const std::string& error)
{
    return contract::to_text(Json{{"type", "error"}, {"error", error}});
}

std::string not_followed_message(const std::string& slot, const std::string& error)
{
    return contract::to_text(Json{{"type", "not_followed"}, {"slot", slot}, {"error", error}});
}

} // namespace portald
