#pragma once

#include <gmock/gmock.h>

#include "contract/verbs.hpp"
#include "portald/api.hpp"
#include "sample.hpp"

/// A request and its way through the API, with the test as the bus.
class Conversation {
public:
    Conversation(portald::Known known, portald::Request request)
        : known_(std::move(known)),
          step_(portald::Api({"bench-pi", "rfc2217 0.1.0"}).answer(request, known_))
    {
    }

    portald::Known& known() { return known_; }

    const portald::Response& response() const { return std::get<portald::Response>(step_.what); }
    contract::Json body() const { return contract::Json::parse(response().body); }

    bool waits() const { return std::holds_alternative<portald::WaitFor>(step_.what); }
    /// "bridged slot.start {…}", or what else it is doing.
    std::string asks() const
    {
        const auto* call = std::get_if<portald::BusCall>(&step_.what);
        return call ? call->daemon + " " + call->verb + " " + call->args.dump() : "nothing";
    }

    const portald::Listening& listening() const
    {
        return std::get<portald::Listen>(step_.what).listening;
    }
    void hear(std::variant<portald::Heard, contract::Error> heard)
    {
        auto then = std::get<portald::Listen>(step_.what).then;
        step_ = then(heard, known_);
    }

    void reply(contract::Result result)
    {
        auto then = std::get<portald::BusCall>(step_.what).then;
        step_ = then(result, known_);
    }
    /// True: what it waited for is there, and it went on.
    bool look()
    {
        auto& wait = std::get<portald::WaitFor>(step_.what);
        if (!wait.ready(known_)) return false;
        time_is_up();
        return true;
    }
    void time_is_up()
    {
        auto then = std::get<portald::WaitFor>(step_.what).then;
        step_ = then(known_);
    }

private:
    portald::Known known_;
    portald::Step step_;
};

/// {"ok": false, "error": …}, as text.
inline void expect_refused(const Conversation& conversation, int status, const std::string& error)
{
    EXPECT_EQ(conversation.response().status, status);
    EXPECT_EQ(conversation.body(), (contract::Json{{"ok", false}, {"error", error}}));
}
