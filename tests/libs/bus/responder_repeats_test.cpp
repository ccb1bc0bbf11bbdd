#include "bus/responder.hpp"

#include "libs/bus/bus_test.hpp"

namespace {

using bus::Answer;
using bus_test::error_of;
using bus_test::Json;
using bus_test::Peer;
using bus_test::result_of;
using contract::ErrorCode;
using contract::Request;
using Repeats = bus::Responder::Repeats;
using Side = bus_test::Peer::Side;

class ResponderRepeats : public bus_test::Bus {
protected:
    ResponderRepeats()
    {
        for (const auto* const verb : {"slot.start", "slot.stop"})
            responder->on(verb, Repeats::answer_again,
                          [this](const Request&, const Answer& answer) { run(answer); });
        responder->on("snapshot", Repeats::run_again,
                      [this](const Request&, const Answer& answer) { run(answer); });
        responder->on("slow", Repeats::answer_again,
                      [this](const Request&, const Answer& answer) { kept.push_back(answer); });
    }
    void run(const Answer& answer) { answer.ok({{"run", ++runs}}); }

    static void send(Peer& from, const std::string& verb, const Json& args = Json::object(),
                     const std::string& bytes = {})
    {
        from.send({"", contract::format_request({"1", verb, args, {}}), bytes});
    }
    /// The "run" that answered.
    int ask(const std::string& verb, const Json& args = Json::object(),
            const std::string& bytes = {})
    {
        const auto before = caller.received.size();
        send(caller, verb, args, bytes);
        if (!until([&] { return caller.received.size() > before; })) return -1;
        return result_of(contract::parse_reply(caller.received.back().at(1))).at("run").get<int>();
    }

    int runs = 0;
    std::vector<Answer> kept;
    std::unique_ptr<bus::Responder> responder = make_responder();
    Peer caller{io, context, zmq::socket_type::dealer, Side::connects, requests()};
};

TEST_F(ResponderRepeats, AnswersAChangeAgainWithoutRunningIt)
{
    EXPECT_EQ(ask("slot.start"), 1);
    EXPECT_EQ(ask("slot.start"), 1);
    EXPECT_EQ(runs, 1);
}

TEST_F(ResponderRepeats, RunsAReadAgain)
{
    EXPECT_EQ(ask("snapshot"), 1);
    EXPECT_EQ(ask("snapshot"), 2);
}

TEST_F(ResponderRepeats, TakesTheSameIdOfAnotherRequestForAnotherRequest)
{
    EXPECT_EQ(ask("slot.start"), 1);
    EXPECT_EQ(ask("slot.stop"), 2);
    EXPECT_EQ(ask("slot.start", {{"slot", "B"}}), 3);
    EXPECT_EQ(ask("slot.start", {{"slot", "B"}}, "bytes"), 4);
    EXPECT_EQ(ask("slot.start"), 1);
}

TEST_F(ResponderRepeats, AnswersARepeatOfARunningChangeWithTheFirst)
{
    Peer other(io, context, zmq::socket_type::dealer, Side::connects, requests());
    send(caller, "slow");
    ASSERT_TRUE(until([&] { return kept.size() == 1; }));
    send(other, "slow");
    send(other, "ping"); // answered, so the repeat before it was seen
    ASSERT_TRUE(until([&] { return other.received.size() == 1; }));
    EXPECT_EQ(kept.size(), 1U);

    kept[0].error(ErrorCode::io, "open /dev/ttyUSB0: Permission denied");
    ASSERT_TRUE(until([&] { return caller.received.size() == 1 && other.received.size() == 2; }));
    for (const auto& message : {caller.received[0], other.received[1]}) {
        const auto reply = contract::parse_reply(message.at(1));
        EXPECT_EQ(reply.id, "1");
        EXPECT_EQ(error_of(reply).code, ErrorCode::io);
    }
}

TEST_F(ResponderRepeats, RefusesToQueueMoreThan64Repeats)
{
    for (int i = 0; i < 66; ++i) send(caller, "slow");
    ASSERT_TRUE(until([&] { return !caller.received.empty(); }));
    EXPECT_EQ(error_of(contract::parse_reply(caller.received[0].at(1))).code, ErrorCode::busy);

    kept.at(0).ok({});
    EXPECT_TRUE(until([&] { return caller.received.size() == 66; }));
}

} // namespace
