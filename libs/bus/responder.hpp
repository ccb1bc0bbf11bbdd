#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "bus/repeat_cache.hpp"
#include "bus/socket.hpp"
#include "contract/envelope.hpp"

namespace bus {

/// The place for one answer. The first answer counts; one that is destroyed
/// unanswered answers ErrorCode::internal by itself, so every request gets
/// exactly one reply whatever its handler does. May be kept and answered later.
class Answer {
public:
    explicit Answer(std::function<void(contract::Result, std::vector<std::string>)> send);

    void ok(contract::Json result, std::vector<std::string> frames = {}) const;
    void error(contract::ErrorCode code, std::string message,
               contract::Json detail = contract::Json::object()) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// The requests socket of one daemon (ROUTER, ZMQ_MAXMSGSIZE 1 MiB, per frame; at most
/// 3 frames and 1 MiB in all). Answers ping and version itself. A handler that throws
/// BadMessage answers bad_request with its text; anything else thrown, internal.
class Responder {
public:
    enum class Repeats {
        run_again,    ///< reads: the same request runs again
        answer_again, ///< changes: the same id within 60 s gets the first answer again
    };
    using Handler = std::function<void(const contract::Request&, Answer)>;

    Responder(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
              std::string daemon, std::string version);

    void on(std::string_view verb, Repeats repeats, Handler handler);

private:
    struct Verb {
        Repeats repeats;
        Handler handler;
    };
    void receive(Frames frames);
    void dispatch(contract::Request request, Answer answer);

    std::string daemon_;
    std::string version_;
    std::map<std::string, Verb, std::less<>> verbs_;
    RepeatCache repeats_;
    std::shared_ptr<Socket> socket_; // shared with answers that are still out (weakly)
};

} // namespace bus
