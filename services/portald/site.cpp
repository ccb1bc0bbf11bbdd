#include "portald/site.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "portald/api.hpp"

namespace portald {

namespace {

bool allowed(const std::vector<std::string_view>& methods, std::string_view method)
{
    if (method == "HEAD") method = "GET";
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

Response wrong_method(const std::vector<std::string_view>& methods)
{
    std::string allow;
    for (const auto method : methods) {
        if (!allow.empty()) allow += ", ";
        allow += method == "GET" ? "GET, HEAD" : std::string(method);
    }
    auto response = plain_error(405, "this takes " + allow);
    response.headers.emplace_back("Allow", allow);
    return response;
}

Response needs_upgrade()
{
    auto response = plain_error(426, "this is a WebSocket");
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
}

} // namespace

Site::Site(WebFiles files, std::function<Response(Request)> api)
    : files_(std::move(files)), api_(std::move(api))
{
}

Response Site::answer(Request request) const
{
    const bool is_file = files_.has(request.path);
    const bool is_feed = request.path == "/ws";
    const auto methods =
        is_file || is_feed ? std::vector<std::string_view>{"GET"} : methods_of(request.path);
    if (methods.empty()) return plain_error(404, "not found");
    if (!allowed(methods, request.method)) return wrong_method(methods);
    if (is_feed) return needs_upgrade();
    if (is_file) return files_.answer(request.path, request.if_none_match);
    return api_(std::move(request));
}

} // namespace portald
