#include "commandkit/asking.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "commandkit/reach.hpp"
#include "contract/names.hpp"

namespace commandkit {

Asking::Asking(asio::io_context& io, zmq::context_t& context, std::string runtime_dir)
    : io_(io), context_(context), runtime_dir_(std::move(runtime_dir))
{
}

contract::Json Asking::ask(const std::string& daemon, std::string_view verb, contract::Json args)
{
    if (const auto reason = why_unreachable(runtime_dir_, daemon)) throw Unreachable(*reason);
    bus::Requester requester{io_, context_, contract::requests_endpoint(runtime_dir_, daemon),
                             daemon};
    std::optional<contract::Result> result;
    io_.restart();
    requester.call(verb, std::move(args), [&](contract::Reply reply) {
        result = std::move(reply.result);
        io_.stop();
    });
    io_.run(); // until stop(): the sockets always wait for something
    if (const auto* error = std::get_if<contract::Error>(&*result)) {
        if (error->code == contract::ErrorCode::timeout) throw Unreachable(no_answer(daemon));
        throw Refused(*error);
    }
    return std::get<contract::Json>(*std::move(result));
}

} // namespace commandkit
