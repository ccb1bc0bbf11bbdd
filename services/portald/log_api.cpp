#include "portald/log_api.hpp"

#include <algorithm>
#include <charconv>

#include "contract/log_verbs.hpp"
#include "contract/names.hpp"
#include "portald/api_body.hpp"
#include "portald/byte_range.hpp"

namespace portald {

namespace {

using contract::BadMessage;
using contract::Error;
using contract::Json;

constexpr std::string_view search_path = "/api/logs/search";
constexpr std::string_view lines_path = "/api/logs/lines";
/// loggerd looks for some 200 ms at a time; a client that waits for the first match gets an answer
/// within some seconds in any case, and goes on by cursor.
constexpr int most_rounds = 20;

int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex(text[i + 1]) : -1;
        const int low = high >= 0 ? hex(text[i + 2]) : -1;
        if (low >= 0) {
            plain += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

bool truth(const std::string& key, const std::string& text)
{
    if (text.empty() || text == "1" || text == "true") return true;
    if (text == "0" || text == "false") return false;
    throw BadMessage("query: " + key + ": is neither 1 nor 0");
}

/// A verb's arguments out of a query; only these keys may be there.
Json arguments(const Request& request, const Known& known,
               std::initializer_list<std::string_view> keys)
{
    Json args = Json::object();
    for (const auto& [key, value] : parse_query(request.query)) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw BadMessage("query: " + key.substr(0, 64) + ": is not a key that is known here");
        const auto* slot = key == "slot" ? known.slot_named(value) : nullptr;
        if (key == "context" || key == "limit" || key == "last" || key == "max_bytes")
            args[key] = query_number(key, value);
        else if (key == "ignore_case")
            args[key] = truth(key, value);
        else
            args[key] = slot ? slot->slot : value;
    }
    return args;
}

Step list(const Request& request, const Known& known)
{
    const Json args = arguments(request, known, {"slot", "cursor"}).get<contract::LogListArgs>();
    return BusCall{"loggerd", std::string(contract::verbs::log_list), args,
                   [](const contract::Result& result, const Known&) -> Step {
                       if (const auto* error = std::get_if<Error>(&result))
                           return from_error(*error);
                       return json_response(std::get<Json>(result));
                   }};
}

/// Until there is a match, or nothing more to search, or it has gone on for long.
Step search(contract::LogSearchArgs args, std::uint64_t searched, int rounds)
{
    const Json asked = args;
    return BusCall{"loggerd", std::string(contract::verbs::log_search), asked,
                   [args = std::move(args), searched, rounds](const contract::Result& result,
                                                              const Known&) mutable -> Step {
                       if (const auto* error = std::get_if<Error>(&result))
                           return from_error(*error);
                       auto answer = std::get<Json>(result).get<contract::LogSearchAnswer>();
                       answer.searched += searched;
                       if (!answer.matches.empty() || !answer.cursor || rounds >= most_rounds)
                           return json_response(answer);
                       args.cursor = answer.cursor;
                       return search(args, answer.searched, rounds + 1);
                   }};
}

contract::LogReadArgs part(const std::string& file, std::uint64_t at, std::uint64_t bytes)
{
    contract::LogReadArgs args;
    args.file = file;
    args.at = at;
    args.max_bytes =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(bytes, 1, contract::most_log_bytes));
    return args;
}

Step read_part(const contract::LogReadArgs& args,
               std::function<Step(const contract::LogReadAnswer&, std::string)> then)
{
    return BusCall{"loggerd", std::string(contract::verbs::log_read), Json(args),
                   [then = std::move(then)](const contract::Result& result, const Known&) -> Step {
                       if (const auto* error = std::get_if<Error>(&result))
                           return from_error(*error);
                       const auto& json = std::get<Json>(result);
                       const contract::Fields fields(json, "log.read answer");
                       return then(json.get<contract::LogReadAnswer>(), fields.string("bytes"));
                   }};
}

/// Some lines, and the cursor of those that come next.
Step lines(const Json& args)
{
    return read_part(args.get<contract::LogReadArgs>(),
                     [](const contract::LogReadAnswer& answer, std::string text) -> Step {
                         Json json = answer;
                         json["text"] = std::move(text);
                         return json_response(json);
                     });
}

Response head_of_file(const contract::LogReadAnswer& answer, const std::optional<ByteRange>& range)
{
    Response response{200, "text/plain; charset=utf-8", {}, {{"Cache-Control", "no-store"}}};
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"" + answer.file + "\"");
    if (!answer.text_bytes) {
        response.rest = Response::Rest{0, std::nullopt};
        return response;
    }
    response.headers.emplace_back("Accept-Ranges", "bytes");
    const auto size = *answer.text_bytes;
    response.rest = Response::Rest{0, size};
    if (!range) return response;
    const auto all = std::to_string(size);
    if (range->begin >= range->end) {
        response = plain_error(416, "the file has " + all + " bytes");
        response.headers.emplace_back("Content-Range", "bytes */" + all);
        return response;
    }
    response.status = 206;
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range->begin) + "-" +
                                                       std::to_string(range->end - 1) + "/" + all);
    response.rest = Response::Rest{range->begin, range->end};
    return response;
}

/// Its head first, which says how much there is; the text comes part by part (`rest`).
Step download(const Request& request)
{
    const auto file = request.path.substr(logs_path.size() + 1);
    if (request.part) {
        const auto left = request.part->end.value_or(UINT64_MAX) - request.part->at;
        return read_part(part(file, request.part->at, left),
                         [](const contract::LogReadAnswer&, std::string text) -> Step {
                             return Response{200, "text/plain", std::move(text)};
                         });
    }
    return read_part(
        part(file, 0, 1),
        [range = request.range](const contract::LogReadAnswer& answer, const std::string&) -> Step {
            const auto size = answer.text_bytes.value_or(0);
            return head_of_file(answer, range ? parse_byte_range(*range, size) : std::nullopt);
        });
}

} // namespace

bool is_of_logs(std::string_view path)
{
    return path == logs_path || path.starts_with("/api/logs/");
}

bool names_a_log(std::string_view path)
{
    return path.starts_with("/api/logs/") && path != search_path && path != lines_path;
}

std::map<std::string, std::string, std::less<>> parse_query(std::string_view query)
{
    std::map<std::string, std::string, std::less<>> values;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        const auto equals = pair.find('=');
        const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        if (!pair.empty()) values.try_emplace(decoded(pair.substr(0, equals)), decoded(value));
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    }
    return values;
}

std::uint64_t query_number(const std::string& key, const std::string& text)
{
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || read != end || text.empty())
        throw BadMessage("query: " + key + ": is not a whole number");
    return value;
}

Step answer_logs(const Request& request, const Known& known)
{
    if (!known.is_up("loggerd")) return refusal(503, "loggerd does not answer");
    try {
        if (request.path == logs_path) return list(request, known);
        if (names_a_log(request.path)) return download(request);
        if (request.path == lines_path)
            return lines(arguments(request, known,
                                   {"slot", "file", "from", "to", "last", "cursor", "max_bytes"}));
        const auto args = arguments(
            request, known,
            {"pattern", "slot", "from", "to", "ignore_case", "context", "limit", "cursor"});
        return search(args.get<contract::LogSearchArgs>(), 0, 1);
    } catch (const BadMessage& bad) {
        return refusal(400, bad.what());
    }
}

} // namespace portald
