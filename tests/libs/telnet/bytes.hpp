#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telnet/decoder.hpp"

/// Bytes as tests write them: of({0xFF, 0xFA, 44}).
inline telnet::Bytes of(std::initializer_list<int> values)
{
    telnet::Bytes bytes;
    for (const int value : values) bytes.push_back(std::byte{static_cast<std::uint8_t>(value)});
    return bytes;
}

inline telnet::Bytes of(std::string_view text)
{
    telnet::Bytes bytes;
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

inline std::string hex(std::span<const std::byte> bytes)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const std::byte byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[std::to_integer<std::size_t>(byte) >> 4];
        text += digits[std::to_integer<std::size_t>(byte) & 15];
    }
    return text;
}

/// One event as a line of text; a failing comparison then says what it is about.
inline std::string told(const telnet::Event& event)
{
    const auto number = [](auto value) { return std::to_string(static_cast<unsigned>(value)); };
    if (const auto* data = std::get_if<telnet::Data>(&event)) return "data " + hex(data->bytes);
    if (const auto* command = std::get_if<telnet::CommandByte>(&event))
        return "command " + number(command->command);
    if (const auto* asked = std::get_if<telnet::Negotiation>(&event))
        return "verb " + number(asked->verb) + " option " + number(asked->option);
    if (const auto* sub = std::get_if<telnet::Subnegotiation>(&event))
        return "sub " + number(sub->option) + ": " + hex(sub->body);
    return "oversized " + number(std::get<telnet::OversizedSubnegotiation>(event).option);
}

/// Feeds the segments one by one. Data that was told in several pieces is joined, as the cut is
/// the network's affair; everything else stays as told.
inline std::vector<std::string> decode(const std::vector<std::span<const std::byte>>& segments,
                                       telnet::Decoder& decoder)
{
    std::vector<std::string> events;
    bool open = false;
    for (auto segment : segments) {
        while (const auto event = decoder.next(segment)) {
            const bool data = std::holds_alternative<telnet::Data>(*event);
            if (data && open)
                events.back() += " " + hex(std::get<telnet::Data>(*event).bytes);
            else
                events.push_back(told(*event));
            open = data;
        }
    }
    return events;
}

inline std::vector<std::string> decode(const telnet::Bytes& bytes)
{
    telnet::Decoder decoder;
    return decode({bytes}, decoder);
}
