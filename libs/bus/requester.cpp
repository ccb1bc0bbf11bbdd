#include "bus/requester.hpp"

#include <algorithm>
#include <cstdio>

namespace bus {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto pause = 20ms; // until a full queue is tried again
constexpr std::int64_t most_incoming = 1 << 20;

zmq::socket_t make_socket(zmq::context_t& context)
{
    zmq::socket_t socket(context, zmq::socket_type::dealer);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::maxmsgsize, most_incoming);
    return socket;
}

/// Of equal length, so that ids sort as they were made.
std::string sixteen_digits(std::uint64_t number)
{
    auto digits = std::to_string(number % 10'000'000'000'000'000U);
    return std::string(16 - digits.size(), '0') + digits;
}

} // namespace

Requester::Requester(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
                     std::string daemon)
    : daemon_(std::move(daemon)),
      id_prefix_(contract::new_epoch() + "-"),
      alarm_(io, [this] { on_alarm(); }),
      socket_(io, make_socket(context), [this](const Frames& in) { receive(in); }),
      connection_(io, context, socket_, endpoint, Connection::WhenLost::forget, [this] {
          send_waiting();
          set_alarm();
      })
{
}

Requester::~Requester() = default;

void Requester::call(std::string_view verb, contract::Json args, ReplyHandler on_reply,
                     std::chrono::milliseconds deadline, std::string bytes)
{
    Call call;
    call.request.id = id_prefix_ + sixteen_digits(next_id_++);
    call.request.verb = verb;
    call.request.args = std::move(args);
    call.request.bytes = std::move(bytes);
    call.on_reply = std::move(on_reply);
    call.deadline = Clock::now() + deadline;
    auto id = call.request.id;
    pending_.emplace(std::move(id), std::move(call));
    send_waiting();
    set_alarm();
}

void Requester::receive(const Frames& in)
{
    if (in.size() < 2 || !in[0].empty()) return;
    contract::Reply reply;
    try {
        reply = contract::parse_reply(in[1].to_string_view());
    } catch (const contract::BadMessage&) {
        return; // whose it was cannot be known: its caller has the deadline
    }
    const auto call = pending_.extract(reply.id);
    if (call.empty()) return; // late, or another's
    for (std::size_t i = 2; i < in.size(); ++i) reply.frames.push_back(text(in[i]));
    call.mapped().on_reply(std::move(reply)); // last: it may destroy us
}

void Requester::send_waiting()
{
    if (!connection_.is_up()) return;
    for (auto& [id, call] : pending_) {
        if (call.sent) continue;
        auto out = frames({{}, contract::format_request(call.request)});
        if (!call.request.bytes.empty()) out.emplace_back(call.request.bytes);
        if (!socket_.send(std::move(out))) return;
        call.sent = true;
    }
}

void Requester::set_alarm()
{
    const bool waiting = std::any_of(pending_.begin(), pending_.end(),
                                     [](const auto& each) { return !each.second.sent; });
    if (waiting && connection_.is_up()) alarm_.at_latest(Clock::now() + pause);
    for (const auto& [id, call] : pending_) alarm_.at_latest(call.deadline);
}

void Requester::on_alarm()
{
    std::vector<std::pair<std::string, Call>> late;
    const auto now = Clock::now();
    for (auto each = pending_.begin(); each != pending_.end();) {
        if (each->second.deadline > now) {
            ++each;
            continue;
        }
        late.emplace_back(each->first, std::move(each->second));
        each = pending_.erase(each);
    }
    send_waiting();
    set_alarm();

    const auto message = daemon_ + " does not answer"; // from here on we may be destroyed
    for (const auto& [id, call] : late)
        call.on_reply({id, contract::Error{contract::ErrorCode::timeout, message}, {}});
}

} // namespace bus
