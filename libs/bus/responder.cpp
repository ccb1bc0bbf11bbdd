#include "bus/responder.hpp"

#include "bus/repeat_cache.hpp"
#include "contract/names.hpp"

namespace bus {

namespace {

using contract::Error;
using contract::ErrorCode;

constexpr std::int64_t most_bytes = 1 << 20;
constexpr int receive_high_water = 64;     // callers queue the rest on their side
constexpr int send_high_water = 256;       // answers kept for one who does not read
constexpr std::size_t most_repeating = 64; // callers that wait for the same answer

zmq::socket_t make_socket(zmq::context_t& context, const std::string& endpoint)
{
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::maxmsgsize, most_bytes);
    socket.set(zmq::sockopt::rcvhwm, receive_high_water);
    socket.set(zmq::sockopt::sndhwm, send_high_water);
    bind(socket, endpoint);
    return socket;
}

std::size_t size_of(const Frames& frames)
{
    std::size_t bytes = 0;
    for (const auto& frame : frames) bytes += frame.size();
    return bytes;
}

/// What makes a request a repeat. Callers choose their ids, some of them always "1":
/// so another verb or other arguments are another request.
std::string repeat_key(const contract::Request& request)
{
    const std::hash<std::string> hash;
    return request.id + '\n' + request.verb + '\n' +
           std::to_string(hash(contract::to_text(request.args))) + '\n' +
           std::to_string(hash(request.bytes));
}

/// libzmq has "localhost:UID:GID:PID" of who connected to an ipc socket (SO_PEERCRED).
std::string peer_of(const zmq::message_t& message)
{
    // zmq::message_t::gets throws where there is none.
    const char* address = ::zmq_msg_gets(message.handle(), "Peer-Address");
    const std::string_view text = address ? address : "";
    const auto uid = text.find(':');
    const auto pid = text.rfind(':');
    if (uid == pid) return {}; // an IP address, or nothing
    const auto gid = text.find(':', uid + 1);
    return std::string{text.substr(uid + 1, gid - uid - 1)} + std::string{text.substr(pid)};
}

} // namespace

struct Answer::State {
    explicit State(std::function<void(contract::Result, std::vector<std::string>)> to)
        : send(std::move(to))
    {
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        try {
            give(Error{ErrorCode::internal, "the request was dropped without an answer"}, {});
        } catch (...) { // a destructor; the caller has its deadline
        }
    }
    void give(contract::Result result, std::vector<std::string> frames)
    {
        if (const auto once = std::exchange(send, nullptr))
            once(std::move(result), std::move(frames));
    }

    std::function<void(contract::Result, std::vector<std::string>)> send;
};

Answer::Answer(std::function<void(contract::Result, std::vector<std::string>)> send)
    : state_(std::make_shared<State>(std::move(send)))
{
}

void Answer::ok(contract::Json result, std::vector<std::string> frames) const
{
    state_->give(std::move(result), std::move(frames));
}

void Answer::error(ErrorCode code, std::string message, contract::Json detail) const
{
    state_->give(Error{code, std::move(message), std::move(detail)}, {});
}

struct Responder::Desk {
    Desk(asio::io_context& io, zmq::socket_t bound, Socket::MessageHandler on_message)
        : socket(io, std::move(bound), std::move(on_message))
    {
    }

    void send(const Caller& caller, contract::Reply reply)
    {
        reply.id = caller.id;
        auto out = frames({caller.identity, {}, contract::format_reply(reply)});
        for (const auto& frame : reply.frames) out.emplace_back(frame);
        socket.send(std::move(out));
    }

    /// The answer to a change: for its caller, for those who asked again, and to remember.
    void send_to_all(const std::string& key, const Caller& caller, const contract::Request& request,
                     const contract::Reply& reply)
    {
        if (told) told({caller.peer, request, reply.result});
        send(caller, reply);
        const auto [first, last] = repeating.equal_range(key);
        for (auto each = first; each != last; ++each) send(each->second, reply);
        repeating.erase(first, last);
        repeats.answered(key, reply);
    }

    std::function<void(const Change&)> told;
    RepeatCache repeats;
    std::multimap<std::string, Caller> repeating; // by key; they wait for the running one
    Socket socket;
};

Responder::Responder(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
                     std::string daemon, std::string version)
    : daemon_(std::move(daemon)),
      version_(std::move(version)),
      desk_(std::make_shared<Desk>(io, make_socket(context, endpoint),
                                   [this](const Frames& frames) { receive(frames); }))
{
    on(contract::verbs::ping, Repeats::run_again,
       [](const contract::Request&, const Answer& answer) {
           answer.ok({{"pong", true}});
       });
    on(contract::verbs::version, Repeats::run_again,
       [this](const contract::Request&, const Answer& answer) {
           answer.ok({{"daemon", daemon_},
                      {"version", version_},
                      {"protocol", contract::protocol_version}});
       });
}

Responder::~Responder() = default;

void Responder::on(std::string_view verb, Repeats repeats, Handler handler)
{
    verbs_.insert_or_assign(std::string(verb), Verb{repeats, std::move(handler)});
}

void Responder::tell_changes(std::function<void(const Change&)> tell)
{
    desk_->told = std::move(tell);
}

/// [identity][empty][JSON]([bytes])
void Responder::receive(const Frames& in)
{
    Caller caller{text(in[0]), {}, peer_of(in.back())};
    const auto refuse = [&](ErrorCode code, const std::string& message) {
        desk_->send(caller, {{}, Error{code, message}, {}});
    };
    if (in.size() < 3 || in.size() > 4 || !in[1].empty())
        return refuse(ErrorCode::bad_request, "a request is [empty][JSON] and perhaps [bytes]");
    if (size_of(in) > most_bytes)
        return refuse(ErrorCode::bad_request, "a request has at most 1 MiB");
    try {
        auto request = contract::parse_request(in[2].to_string_view());
        if (in.size() == 4) request.bytes = text(in[3]);
        caller.id = request.id;
        accept(std::move(caller), std::move(request));
    } catch (const contract::BadRequest& error) {
        caller.id = error.id();
        refuse(error.code(), error.what());
    }
}

void Responder::accept(Caller caller, contract::Request request)
{
    const auto verb = verbs_.find(request.verb);
    if (verb == verbs_.end()) {
        const auto message = daemon_ + " has no verb " + request.verb.substr(0, 64);
        return desk_->send(caller, {{}, Error{ErrorCode::unknown_verb, message}, {}});
    }

    const std::weak_ptr<Desk> desk = desk_;
    if (verb->second.repeats == Repeats::run_again) {
        return run(verb->second, request, Answer([desk, caller](auto result, auto frames) {
                       if (const auto here = desk.lock())
                           here->send(caller, {{}, std::move(result), std::move(frames)});
                   }));
    }
    const auto key = repeat_key(request);
    switch (desk_->repeats.begin(key, std::chrono::steady_clock::now())) {
    case RepeatCache::Seen::answered:
        return desk_->send(caller, desk_->repeats.reply(key));
    case RepeatCache::Seen::running:
        if (desk_->repeating.size() >= most_repeating)
            return desk_->send(caller, {{}, Error{ErrorCode::busy, "asked too often"}, {}});
        desk_->repeating.emplace(key, std::move(caller));
        return;
    case RepeatCache::Seen::no:
        break;
    }
    const contract::Request asked{request.id, request.verb, request.args, {}};
    run(verb->second, request, Answer([desk, key, caller, asked](auto result, auto frames) {
            if (const auto here = desk.lock())
                here->send_to_all(key, caller, asked, {{}, std::move(result), std::move(frames)});
        }));
}

void Responder::run(const Verb& verb, const contract::Request& request, const Answer& answer)
try {
    verb.handler(request, answer);
} catch (const contract::BadMessage& error) {
    answer.error(ErrorCode::bad_request, error.what());
} catch (const std::exception& error) {
    answer.error(ErrorCode::internal, error.what());
} catch (...) {
    answer.error(ErrorCode::internal, "an unknown fault");
}

} // namespace bus
