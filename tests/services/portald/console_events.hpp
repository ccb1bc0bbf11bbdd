#pragma once

#include <string>
#include <vector>

#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "portald/base64.hpp"

/// Events of slot A and what pages are told of them, short enough to compare.
namespace console_events {

inline const std::string epoch = "9f86d081884c7d65";
constexpr bool more = true;

inline contract::Event event(const std::string& topic, std::uint64_t seq, const std::string& body)
{
    contract::Header header;
    header.source = "bridged";
    header.stamp = {epoch, seq};
    header.topic = topic;
    return {topic, header, body};
}
inline contract::Event rx(std::uint64_t seq, const std::string& body)
{
    return event(contract::topics::serial_rx("A"), seq, body);
}
inline contract::Event tx(std::uint64_t seq, const std::string& body)
{
    return event(contract::topics::serial_tx("A"), seq, body);
}
inline contract::Event info(std::uint64_t seq)
{
    return event(contract::topics::serial_info("A"), seq, R"({"text":"Reset"})");
}
inline contract::ReplayAnswer answer(std::uint64_t next, bool is_more = false)
{
    return {epoch, next, is_more, 0, 0};
}

/// "3 RX text", "following 3", "lost 5", "not_followed A: no slot A", or the message.
inline std::string brief(const std::string& message)
{
    const auto json = contract::Json::parse(message);
    const auto type = json.value("type", "");
    if (type == "output")
        return json["seq"].dump() + " " + json["direction"].get<std::string>() + " " +
               portald::from_base64(json["data"].get<std::string>()).value_or("(no base64)");
    if (type == "following") return "following " + json["seq"].dump();
    if (type == "lost") return "lost " + json["bytes"].dump();
    if (type == "not_followed")
        return "not_followed " + json["slot"].get<std::string>() + ": " +
               json["error"].get<std::string>();
    return message;
}

} // namespace console_events
