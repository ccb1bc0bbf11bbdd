#include "portald/request.hpp"

#include "loop/asio.hpp"

namespace portald {

bool from_loopback(const Request& request)
{
    boost::system::error_code fault;
    const auto address = asio::ip::make_address(request.peer, fault);
    return !fault && address.is_loopback();
}

bool changes_something(const Request& request)
{
    return request.method != "GET" && request.method != "HEAD" &&
           request.path != "/api/serial/monitor";
}

Response json_response(const contract::Json& body, int status)
{
    return {status, "application/json", contract::to_text(body), {{"Cache-Control", "no-store"}}};
}

Response plain_error(int status, const std::string& text)
{
    return json_response({{"error", text}}, status);
}

Response refusal(int status, const std::string& text)
{
    return json_response({{"ok", false}, {"error", text}}, status);
}

} // namespace portald
