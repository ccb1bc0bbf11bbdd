#include "portald/web_server_response.hpp"

#include <cstring>

#include <civetweb.h>
#include <fmt/format.h>

namespace portald {

namespace {

std::optional<std::uint64_t> length_of(const Response& response)
{
    if (!response.rest) return response.body.size();
    if (!response.rest->end) return std::nullopt;
    return *response.rest->end - response.rest->at;
}

std::string head_of(const Response& response)
{
    auto head = fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                            mg_get_response_code_text(nullptr, response.status));
    if (response.status != 304) {
        head += fmt::format("Content-Type: {}\r\n", response.type);
        if (const auto length = length_of(response))
            head += fmt::format("Content-Length: {}\r\n", *length);
        else
            head += "Transfer-Encoding: chunked\r\n";
    }
    for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
    return head +
           "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' "
           "'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri "
           "'none'\r\n"
           "X-Content-Type-Options: nosniff\r\n"
           "X-Frame-Options: DENY\r\n"
           "Referrer-Policy: no-referrer\r\n"
           "Cross-Origin-Resource-Policy: same-origin\r\n"
           "Connection: close\r\n\r\n";
}

/// False: the client has gone, or does not read.
bool write_all(mg_connection* connection, std::string_view text)
{
    return mg_write(connection, text.data(), text.size()) == static_cast<int>(text.size());
}

/// Whatever ends it early leaves the client with less than was announced, so that it can tell.
void write_rest(mg_connection* connection, const Response& response)
{
    const bool chunked = !length_of(response);
    while (const auto part = response.more()) {
        if (chunked && !write_all(connection, fmt::format("{:x}\r\n", part->size()))) return;
        if (!part->empty() && !write_all(connection, *part)) return;
        if (chunked && !write_all(connection, "\r\n")) return;
        if (part->empty()) return;
    }
}

} // namespace

void write_response(mg_connection* connection, const Response& response)
{
    auto text = head_of(response);
    const auto* info = mg_get_request_info(connection);
    const bool has_body = std::strcmp(info->request_method, "HEAD") != 0;
    if (has_body) text += response.body;
    if (write_all(connection, text) && has_body && response.more) write_rest(connection, response);
    mg_disable_keep_alive(connection); // and so does not read what is left of a body
}

} // namespace portald
