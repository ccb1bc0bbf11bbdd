#include "contract/envelope.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <utility>

#include "contract/header_reader.hpp"

namespace contract {
namespace {

constexpr std::size_t most_header_bytes = 64 * 1024;
constexpr std::size_t most_reads = 4096;
constexpr std::size_t most_id_bytes = 128;

constexpr std::array<std::pair<ErrorCode, std::string_view>, 9> code_names{{
    {ErrorCode::bad_request, "bad_request"},
    {ErrorCode::unknown_verb, "unknown_verb"},
    {ErrorCode::bad_version, "bad_version"},
    {ErrorCode::not_found, "not_found"},
    {ErrorCode::busy, "busy"},
    {ErrorCode::io, "io"},
    {ErrorCode::timeout, "timeout"},
    {ErrorCode::denied, "denied"},
    {ErrorCode::internal, "internal"},
}};

template<typename Number>
void append(std::string& text, Number number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(digits.data(), end);
}

void append_quoted(std::string& text, std::string_view value)
{
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    });
    if (plain)
        text.append(1, '"').append(value).append(1, '"');
    else
        text += to_text(Json(value));
}

bool is_epoch(std::string_view text)
{
    return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::vector<ReadTime> parse_reads(const Fields& fields)
{
    const Json& list = fields.array("t");
    if (list.size() > most_reads) fields.fail("t", "has more than 4096 entries");
    std::vector<ReadTime> reads;
    reads.reserve(list.size());
    for (const Json& pair : list) {
        if (!pair.is_array() || pair.size() != 2) fields.fail("t", "an entry is no pair");
        // Named, so that Fields checks the numbers here as everywhere.
        const Json named{{"offset", pair[0]}, {"after_us", pair[1]}};
        const Fields read(named, fields.where() + ": t");
        reads.push_back(
            {read.number<std::uint32_t>("offset"), read.number<std::int64_t>("after_us")});
    }
    return reads;
}

/// Of a request or reply; `envelope` is an object.
void check_version(const Fields& envelope)
{
    const auto version = envelope.number<std::int64_t>("v");
    if (version != protocol_version) {
        envelope.fail("v", std::to_string(version) + " is a version that is not spoken here, " +
                               std::to_string(protocol_version) + " is");
    }
}

/// The id of a request, however wrong the rest of it may be.
std::string readable_id(const Json& request)
{
    const auto id = request.find("id");
    if (id == request.end() || !id->is_string()) return {};
    const auto& text = id->get_ref<const std::string&>();
    return text.size() <= most_id_bytes ? text : std::string();
}

Request checked_request(const Json& json)
{
    const Fields fields(json, "request");
    Request request;
    request.id = fields.string("id");
    if (request.id.empty() || request.id.size() > most_id_bytes) {
        fields.fail("id", "is not 1-128 bytes long");
    }
    request.verb = fields.string("verb");
    if (request.verb.empty()) fields.fail("verb", "is empty");
    if (fields.has("args")) {
        fields.object("args");
        request.args = fields.any("args");
    }
    return request;
}

Error parse_error(const Fields& fields)
{
    // A code that a later version added: its class is unknown, its message is not.
    Error error;
    error.code = error_code(fields.string("code")).value_or(ErrorCode::internal);
    error.message = fields.string("message", "");
    if (fields.has("detail")) error.detail = fields.any("detail");
    return error;
}

} // namespace

std::string new_epoch()
{
    std::random_device random;
    const std::uint64_t bits = (std::uint64_t{random()} << 32U) | random();
    std::string epoch(16, '0');
    for (unsigned i = 0; i < 16; ++i) epoch[i] = "0123456789abcdef"[(bits >> (4 * i)) & 15U];
    return epoch;
}

std::string format_header(const Header& header)
{
    // By hand: this runs for every batch of every busy board.
    std::string text;
    text.reserve(192 + 16 * header.reads.size());
    text += "{\"v\":";
    append(text, protocol_version);
    text += ",\"src\":";
    append_quoted(text, header.source);
    text += ",\"epoch\":";
    append_quoted(text, header.stamp.epoch);
    text += ",\"seq\":";
    append(text, header.stamp.seq);
    text += ",\"time\":\"";
    text += format_time(header.time);
    text += "\",\"mono_us\":";
    append(text, header.mono.count());
    if (header.pos) {
        text += ",\"pos\":";
        append(text, *header.pos);
    }
    for (std::size_t i = 0; i < header.reads.size(); ++i) {
        text += i == 0 ? ",\"t\":[[" : ",[";
        append(text, header.reads[i].offset);
        text += ',';
        append(text, header.reads[i].after_us);
        text += i + 1 == header.reads.size() ? "]]" : "]";
    }
    if (header.topic) {
        text += ",\"topic\":";
        append_quoted(text, *header.topic);
    }
    text += '}';
    return text;
}

Header parse_header(std::string_view text)
{
    if (text.size() > most_header_bytes) throw BadMessage("header: longer than 64 KiB");
    if (auto own = read_own_header(text); own && is_epoch(own->stamp.epoch)) return std::move(*own);
    const Json json = parse_json(text, "header");
    const Fields fields(json, "header");
    check_version(fields);
    Header header;
    header.source = fields.string("src");
    header.stamp.epoch = fields.string("epoch");
    if (!is_epoch(header.stamp.epoch)) fields.fail("epoch", "is not 16 hex digits");
    header.stamp.seq = fields.counter("seq");
    header.time = fields.time("time");
    header.mono = Monotonic(fields.number<std::int64_t>("mono_us"));
    header.pos = fields.counter_or_null("pos");
    if (fields.has("t")) header.reads = parse_reads(fields);
    header.topic = fields.string_or_null("topic");
    return header;
}

std::string_view to_string(ErrorCode code)
{
    const auto entry = std::find_if(code_names.begin(), code_names.end(),
                                    [code](const auto& name) { return name.first == code; });
    return entry == code_names.end() ? "internal" : entry->second;
}

std::optional<ErrorCode> error_code(std::string_view text)
{
    const auto entry = std::find_if(code_names.begin(), code_names.end(),
                                    [text](const auto& name) { return name.second == text; });
    return entry == code_names.end() ? std::nullopt : std::optional(entry->first);
}

std::string format_request(const Request& request)
{
    return to_text(Json{{"v", protocol_version},
                        {"id", request.id},
                        {"verb", request.verb},
                        {"args", request.args}});
}

std::string format_reply(const Reply& reply)
{
    Json json{{"v", protocol_version}, {"id", reply.id}};
    if (const auto* error = std::get_if<Error>(&reply.result)) {
        json["error"] = Json{{"code", to_string(error->code)},
                             {"message", error->message},
                             {"detail", error->detail}};
    } else {
        json["ok"] = std::get<Json>(reply.result);
    }
    return to_text(json);
}

Request parse_request(std::string_view text)
{
    std::string id;
    try {
        const Json json = parse_json(text, "request");
        const Fields fields(json, "request");
        id = readable_id(json);
        const auto version = json.find("v");
        const bool foreign =
            version != json.end() && version->is_number() && *version != protocol_version;
        if (foreign) {
            const std::string fault = "request: v: this daemon speaks version ";
            throw BadRequest(id, ErrorCode::bad_version, fault + std::to_string(protocol_version));
        }
        check_version(fields);
        return checked_request(json);
    } catch (const BadRequest&) {
        throw;
    } catch (const BadMessage& fault) {
        throw BadRequest(id, ErrorCode::bad_request, fault.what());
    }
}

Reply parse_reply(std::string_view text)
{
    const Json json = parse_json(text, "reply");
    const Fields fields(json, "reply");
    check_version(fields);
    Reply reply;
    reply.id = fields.string("id");
    const bool refused = json.contains("error");
    if (refused == json.contains("ok")) throw BadMessage("reply: not one of ok and error");
    if (refused)
        reply.result = parse_error(fields.object("error"));
    else
        reply.result = fields.any("ok");
    return reply;
}

std::vector<Event> events_of(const Reply& reply)
{
    std::vector<Event> events;
    events.reserve(reply.frames.size() / 2);
    for (std::size_t i = 0; i + 1 < reply.frames.size(); i += 2) {
        auto header = parse_header(reply.frames[i]);
        auto topic = header.topic.value_or("");
        events.push_back({std::move(topic), std::move(header), reply.frames[i + 1]});
    }
    return events;
}

} // namespace contract
