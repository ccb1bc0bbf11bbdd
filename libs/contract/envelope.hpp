#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/json.hpp"
#include "contract/time.hpp"

/// What goes around every message. Grammar: docs/bus.md.
namespace contract {

/// Changes only when an old reader would misread; adding a member or a topic does not.
inline constexpr int protocol_version = 1;

/// 64 bits of randomness as 16 hex digits: names one history of a stream.
std::string new_epoch();

/// A place in a stream.
struct Stamp {
    std::string epoch;
    std::uint64_t seq = 0; ///< grows by exactly 1, from 1; 0 = before the first

    bool operator==(const Stamp&) const = default;
};

/// When one read of a coalesced serial body happened.
struct ReadTime {
    std::uint32_t offset = 0;  ///< of the read's first byte in the body
    std::int64_t after_us = 0; ///< µs after the header's time

    bool operator==(const ReadTime&) const = default;
};

/// The second frame of every event.
struct Header {
    std::string source; ///< "src": the daemon
    Stamp stamp;
    Time time; ///< for serial data: when its first byte was read or written
    Monotonic mono{};
    std::optional<std::uint64_t>
        pos; ///< serial.rx and tx: bytes of that direction in this epoch before this body
    std::vector<ReadTime> reads;      ///< "t"; serial.rx and tx only
    std::optional<std::string> topic; ///< only in the answer to serial.replay

    bool operator==(const Header&) const = default;
};

std::string format_header(const Header& header);
/// @throws BadMessage, also for a foreign "v"
Header parse_header(std::string_view text);

/// What a subscriber gets.
struct Event {
    std::string topic;
    Header header;
    std::string body; ///< JSON text, or raw bytes for serial.rx and serial.tx
};

enum class ErrorCode {
    bad_request,
    unknown_verb,
    bad_version,
    not_found,
    busy,
    io,
    timeout,
    denied,
    internal
};
std::string_view to_string(ErrorCode code);
std::optional<ErrorCode> error_code(std::string_view text);

/// The other half of a reply. Programs read code and detail; message is for people.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    Json detail = Json::object();
};

struct Request {
    std::string id; ///< chosen by the caller, 1-128 bytes, repeated in the reply
    std::string verb;
    Json args = Json::object();
    std::string bytes; ///< the optional frame behind the JSON (serial.write)
};

/// Answered or refused, never both.
using Result = std::variant<Json, Error>;

struct Reply {
    std::string id;
    Result result;
    std::vector<std::string>
        frames; ///< behind the JSON: header, body, header, body … (serial.replay)
};

std::string format_request(const Request& request); ///< without bytes
std::string format_reply(const Reply& reply);       ///< without frames

/// @throws BadRequest; never anything else
Request parse_request(std::string_view text);
/// @throws BadMessage
Reply parse_reply(std::string_view text);
/// What the frames of a serial.replay's answer hold; a header without a body is dropped.
/// @throws BadMessage
std::vector<Event> events_of(const Reply& reply);

/// A request that has to be refused before any handler sees it; `id` is what
/// could still be read of it, else empty.
class BadRequest : public BadMessage {
public:
    BadRequest(std::string id, ErrorCode code, const std::string& message)
        : BadMessage(message), id_(std::move(id)), code_(code)
    {
    }
    const std::string& id() const { return id_; }
    ErrorCode code() const { return code_; }

private:
    std::string id_;
    ErrorCode code_;
};

} // namespace contract
