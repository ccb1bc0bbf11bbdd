#include "commandkit/asking.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "commandkit/reach.hpp"
#include "contract/names.hpp"

namespace commandkit {
namespace {

/// bridged takes 2 s for the longest break.
constexpr std::chrono::seconds longest_wait{3};

} // namespace

Asking::Asking(asio::io_context& io, zmq::context_t& context, std::string runtime_dir)
    : io_(io), context_(context), runtime_dir_(std::move(runtime_dir))
{
}

bus::Requester& Asking::requester(const std::string& daemon)
{
    auto& kept = requesters_[daemon];
    if (kept) return *kept;
    if (const auto reason = why_unreachable(runtime_dir_, daemon)) throw Unreachable(*reason);
    kept = std::make_unique<bus::Requester>(
        io_, context_, contract::requests_endpoint(runtime_dir_, daemon), daemon);
    return *kept;
}

contract::Reply Asking::call(const std::string& daemon, std::string_view verb, contract::Json args,
                             std::string bytes)
{
    std::optional<contract::Reply> answer;
    io_.restart();
    requester(daemon).call(
        verb, std::move(args),
        [&](contract::Reply reply) {
            answer = std::move(reply);
            io_.stop();
        },
        longest_wait, std::move(bytes));
    io_.run(); // until stop(): the sockets always wait for something
    if (const auto* error = std::get_if<contract::Error>(&answer->result)) {
        if (error->code != contract::ErrorCode::timeout) throw Refused(*error);
        requesters_.erase(daemon); // it may have gone: looked at anew by the next question
        throw Unreachable(why_unreachable(runtime_dir_, daemon).value_or(no_answer(daemon)));
    }
    return *std::move(answer);
}

contract::Json Asking::ask(const std::string& daemon, std::string_view verb, contract::Json args)
{
    return std::get<contract::Json>(call(daemon, verb, std::move(args)).result);
}

} // namespace commandkit
