#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

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

/// A request that may have changed something, and its first answer.
struct Change {
    std::string peer;          ///< "UID:PID" of the caller, by the kernel's word; "" over no ipc
    contract::Request request; ///< without its bytes
    const contract::Result& result;
};

/// The requests socket of one daemon (ROUTER, ZMQ_MAXMSGSIZE 1 MiB, per frame; at most
/// 3 frames and 1 MiB in all). Answers ping and version itself. A handler that throws
/// BadMessage answers bad_request with its text; anything else thrown, internal. A handler
/// must not destroy the Responder.
class Responder {
public:
    enum class Repeats {
        run_again,    ///< reads: the same request runs again
        answer_again, ///< changes: the same id within 60 s gets the first answer again
    };
    using Handler = std::function<void(const contract::Request&, Answer)>;

    Responder(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
              std::string daemon, std::string version);
    ~Responder(); ///< answers that are still out go nowhere

    void on(std::string_view verb, Repeats repeats, Handler handler);
    /// Of every verb that answers again; of those that are answered from now on.
    void tell_changes(std::function<void(const Change&)> tell);

private:
    struct Verb {
        Repeats repeats;
        Handler handler;
    };
    struct Caller {
        std::string identity; ///< as ROUTER names it
        std::string id;       ///< of its request
        std::string peer;     ///< see Change
    };
    /// All that answers need; outlived by answers that are kept (they hold it weakly).
    struct Desk;
    void receive(const Frames& frames);
    void accept(Caller caller, contract::Request request);
    void run(const Verb& verb, const contract::Request& request, const Answer& answer);

    std::string daemon_;
    std::string version_;
    std::map<std::string, Verb, std::less<>> verbs_;
    std::shared_ptr<Desk> desk_; // shared only with an answer in the act of being sent
};

} // namespace bus
