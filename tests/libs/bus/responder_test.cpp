#include "bus/responder.hpp"

#include <unistd.h>

#include "libs/bus/bus_test.hpp"

namespace {

using bus::Answer;
using bus_test::error_of;
using bus_test::Json;
using bus_test::Peer;
using bus_test::result_of;
using contract::ErrorCode;
using contract::Reply;
using contract::Request;
using Repeats = bus::Responder::Repeats;
using Side = bus_test::Peer::Side;

class Responder : public bus_test::Bus {
protected:
    /// What comes back for these frames.
    Reply ask(Peer::Message message)
    {
        const auto before = caller.received.size();
        caller.send(std::move(message));
        EXPECT_TRUE(until([&] { return caller.received.size() > before; }));
        return caller.received.size() > before ? reply(caller.received.back()) : Reply{};
    }
    Reply ask_for(const std::string& verb) { return ask(request(verb, "7")); }

    static Peer::Message request(const std::string& verb, const std::string& id,
                                 const Json& args = Json::object())
    {
        return {"", contract::format_request({id, verb, args, {}})};
    }
    static Reply reply(const Peer::Message& message)
    {
        EXPECT_GE(message.size(), 2U);
        EXPECT_EQ(message[0], "");
        return contract::parse_reply(message.at(1));
    }

    std::unique_ptr<bus::Responder> responder = make_responder();
    Peer caller{io, context, zmq::socket_type::dealer, Side::connects, requests()};
};

TEST_F(Responder, AnswersPing)
{
    const auto reply = ask_for("ping");
    EXPECT_EQ(reply.id, "7");
    EXPECT_EQ(result_of(reply), (Json{{"pong", true}}));
}

TEST_F(Responder, TellsOfWhatMayHaveChangedSomethingAndByWhom)
{
    std::vector<std::string> told;
    responder->tell_changes([&](const bus::Change& change) {
        const bool is_refused = std::holds_alternative<contract::Error>(change.result);
        told.push_back(change.peer + " " + change.request.verb + (is_refused ? " refused" : ""));
    });
    responder->on("look", Repeats::run_again,
                  [](const Request&, const Answer& answer) { answer.ok({}); });
    responder->on("stop", Repeats::answer_again,
                  [](const Request&, const Answer& answer) { answer.ok({}); });
    responder->on("fail", Repeats::answer_again, [](const Request&, const Answer&) {});
    for (const auto* verb : {"look", "stop", "stop", "fail"}) ask_for(verb);
    const auto me = std::to_string(::getuid()) + ":" + std::to_string(::getpid());
    EXPECT_EQ(told, (std::vector<std::string>{me + " stop", me + " fail refused"}));
}

TEST_F(Responder, AnswersVersion)
{
    EXPECT_EQ(result_of(ask_for("version")),
              (Json{{"daemon", "bridged"}, {"version", "1.2.3"}, {"protocol", 1}}));
}

TEST_F(Responder, ServesAPlainReqSocket)
{
    zmq::socket_t plain(context, zmq::socket_type::req);
    plain.set(zmq::sockopt::linger, 0);
    plain.connect(requests());
    plain.send(zmq::str_buffer(R"({"v":1,"id":"x","verb":"ping","args":{}})"));
    ASSERT_TRUE(until([&] { return (plain.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0; }));
    zmq::message_t answer;
    ASSERT_TRUE(plain.recv(answer, zmq::recv_flags::dontwait).has_value());
    EXPECT_EQ(result_of(contract::parse_reply(bus::text(answer))), (Json{{"pong", true}}));
}

TEST_F(Responder, RefusesAnUnknownVerb)
{
    const auto reply = ask_for("slot.fly");
    EXPECT_EQ(reply.id, "7");
    EXPECT_EQ(error_of(reply).code, ErrorCode::unknown_verb);
    EXPECT_EQ(error_of(reply).message, "bridged has no verb slot.fly");
}

TEST_F(Responder, RefusesAForeignVersionWithTheCallersId)
{
    const auto reply = ask({"", R"({"v":2,"id":"7","verb":"ping","args":{}})"});
    EXPECT_EQ(reply.id, "7");
    EXPECT_EQ(error_of(reply).code, ErrorCode::bad_version);
}

TEST_F(Responder, RefusesEachMalformedRequestOnce)
{
    const auto ping = request("ping", "7").at(1);
    const std::vector<Peer::Message> malformed = {
        {""},
        {"", ""},
        {"", "{"},
        {"", "[]"},
        {"", "\xff\xfe"},
        {"", R"({"v":1,"verb":"ping"})"},
        {"", std::string(100'000, '[')},
        {ping},
        {"delimiter", ping},
        {"", ping, "bytes", "too many"},
        {"", ping, std::string((1U << 20U) - 20, 'x')},
    };
    for (const auto& message : malformed) {
        const auto reply = ask(message);
        EXPECT_EQ(reply.id, "");
        EXPECT_EQ(error_of(reply).code, ErrorCode::bad_request) << message.size();
    }
    ask_for("ping");
    EXPECT_EQ(caller.received.size(), malformed.size() + 1);
}

TEST_F(Responder, OutlivesAnOversizedFrame)
{
    Peer rude(io, context, zmq::socket_type::dealer, Side::connects, requests());
    rude.send({"", std::string((1U << 20U) + 1, 'x')}); // libzmq drops the connection
    rude.send(request("ping", "8"));
    EXPECT_EQ(result_of(ask_for("ping")), (Json{{"pong", true}}));
}

TEST_F(Responder, GivesTheHandlerItsArgumentsAndBytes)
{
    responder->on("echo", Repeats::run_again, [](const Request& request, const Answer& answer) {
        answer.ok({{"args", request.args}, {"verb", request.verb}}, {request.bytes, ""});
    });
    auto message = request("echo", "7", {{"slot", "A"}});
    message.emplace_back("\0\xff", 2);
    const auto reply = ask(message);
    EXPECT_EQ(result_of(reply), (Json{{"args", {{"slot", "A"}}}, {"verb", "echo"}}));
    ASSERT_EQ(caller.received[0].size(), 4U);
    EXPECT_EQ(caller.received[0][2], std::string("\0\xff", 2));
}

TEST_F(Responder, TurnsAnUnreadableArgumentIntoBadRequest)
{
    responder->on("read", Repeats::run_again, [](const Request& request, const Answer&) {
        contract::Fields(request.args, "read").string("slot");
    });
    const auto error = error_of(ask_for("read"));
    EXPECT_EQ(error.code, ErrorCode::bad_request);
    EXPECT_NE(error.message.find("slot"), std::string::npos) << error.message;
}

TEST_F(Responder, TurnsWhateverElseIsThrownIntoInternal)
{
    responder->on("throw", Repeats::run_again,
                  [](const Request&, const Answer&) { throw std::runtime_error("disk on fire"); });
    responder->on("throw_int", Repeats::answer_again,
                  [](const Request&, const Answer&) { throw 7; });
    EXPECT_EQ(error_of(ask_for("throw")).code, ErrorCode::internal);
    EXPECT_EQ(error_of(ask_for("throw")).message, "disk on fire");
    EXPECT_EQ(error_of(ask_for("throw_int")).code, ErrorCode::internal);
}

TEST_F(Responder, AnswersInternalForAHandlerThatForgets)
{
    responder->on("forget", Repeats::run_again, [](const Request&, const Answer&) {});
    EXPECT_EQ(error_of(ask_for("forget")).code, ErrorCode::internal);
}

TEST_F(Responder, AnswersInternalWhenAKeptAnswerIsDropped)
{
    std::optional<Answer> kept;
    responder->on("keep", Repeats::run_again,
                  [&](const Request&, const Answer& answer) { kept = answer; });
    caller.send(request("keep", "7"));
    ASSERT_TRUE(until([&] { return kept.has_value(); }));
    kept.reset();
    ASSERT_TRUE(until([&] { return !caller.received.empty(); }));
    EXPECT_EQ(error_of(reply(caller.received[0])).code, ErrorCode::internal);
}

TEST_F(Responder, TakesTheFirstOfSeveralAnswers)
{
    responder->on("twice", Repeats::run_again, [](const Request&, const Answer& answer) {
        answer.ok({{"n", 1}});
        answer.ok({{"n", 2}});
        answer.error(ErrorCode::io, "three");
        throw std::runtime_error("four");
    });
    EXPECT_EQ(result_of(ask_for("twice")), (Json{{"n", 1}}));
    EXPECT_EQ(result_of(ask_for("ping")), (Json{{"pong", true}}));
    EXPECT_EQ(caller.received.size(), 2U);
}

TEST_F(Responder, LetsAHandlerAnswerLaterAndOutOfOrder)
{
    std::vector<Answer> kept;
    responder->on("keep", Repeats::run_again,
                  [&](const Request&, const Answer& answer) { kept.push_back(answer); });
    caller.send(request("keep", "1"));
    caller.send(request("keep", "2"));
    ASSERT_TRUE(until([&] { return kept.size() == 2; }));
    kept[1].ok({{"n", 2}});
    kept[0].error(ErrorCode::busy, "taken", {{"holder", "me"}});

    ASSERT_TRUE(until([&] { return caller.received.size() == 2; }));
    EXPECT_EQ(reply(caller.received[0]).id, "2");
    EXPECT_EQ(reply(caller.received[1]).id, "1");
    EXPECT_EQ(error_of(reply(caller.received[1])).detail, (Json{{"holder", "me"}}));
}

TEST_F(Responder, MayBeGoneWhenAnAnswerComes)
{
    std::vector<Answer> kept;
    for (const auto* const verb : {"keep", "change"})
        responder->on(verb,
                      verb == std::string("keep") ? Repeats::run_again : Repeats::answer_again,
                      [&](const Request&, const Answer& answer) { kept.push_back(answer); });
    caller.send(request("keep", "1"));
    caller.send(request("change", "2"));
    ASSERT_TRUE(until([&] { return kept.size() == 2; }));
    responder.reset();
    for (const auto& answer : kept) answer.ok({});
    io.poll();
    EXPECT_TRUE(caller.received.empty());
}

TEST_F(Responder, AnswersABurst)
{
    for (int i = 0; i < 200; ++i) caller.send(request("ping", std::to_string(i)));
    ASSERT_TRUE(until([&] { return caller.received.size() == 200; }));
    EXPECT_EQ(reply(caller.received[199]).id, "199");
}

} // namespace
