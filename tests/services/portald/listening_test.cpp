#include "portald/listening.hpp"

#include <gmock/gmock.h>

#include "contract/names.hpp"

namespace {

using namespace std::chrono_literals;
using contract::Error;
using contract::ErrorCode;
using portald::Heard;
using portald::Listening;
using TimePoint = Listening::TimePoint;

constexpr TimePoint start{1000s};

/// A listening, and the bridge that it asks: each answer has what was said since the last one.
class Talk {
public:
    explicit Talk(Listening::Rules rules) : listening(std::move(rules)) { listening.begin(start); }

    Talk& say(const std::string& text, TimePoint when = start,
              const std::string& topic = "serial.rx/A/")
    {
        contract::Event event{topic, {}, text};
        event.header.mono =
            std::chrono::duration_cast<contract::Monotonic>(when.time_since_epoch());
        event.header.pos = rx_pos_;
        if (topic == "serial.rx/A/") rx_pos_ += text.size();
        events_.push_back(event);
        return *this;
    }
    /// Asks, and is answered at once.
    Talk& look(TimePoint now, bool more = false)
    {
        answer.next_after_seq = seq += events_.size();
        answer.more = more;
        listening.take(answer, std::exchange(events_, {}), now, now);
        return *this;
    }
    bool done() const { return listening.is_done(); }
    Heard heard() const { return listening.heard(); }

    Listening listening;
    contract::ReplayAnswer answer{"e1", 0, false, 0, 0};
    std::uint64_t seq = 42;

private:
    std::uint64_t rx_pos_ = 100;
    std::vector<contract::Event> events_;
};

Listening::Rules monitor(const std::string& pattern = "")
{
    return {.slot = "A", .from = {"e1", 42}, .look_back = 1s, .pattern = pattern, .at_most = 10s};
}
Listening::Rules boot()
{
    return {.slot = "A", .from = {"e1", 42}, .at_most = 5s, .quiet = 1s};
}

TEST(Listening, ReadsOnFromWhereItIs)
{
    Talk talk(monitor());
    EXPECT_EQ(talk.listening.request(), (contract::ReplayArgs{"A", "e1", 42}));
    talk.say("hello").say("board", start, "serial.tx/A/").look(start);
    EXPECT_EQ(talk.listening.request(), (contract::ReplayArgs{"A", "e1", 44, 105}));

    EXPECT_FALSE(talk.listening.is_behind({"e1", 44}));
    EXPECT_TRUE(talk.listening.is_behind({"e1", 45}));
    EXPECT_TRUE(talk.listening.is_behind({"e2", 1}));
}

TEST(Listening, WhatCameSinceItWasAskedForCountsThoughItBeganLater)
{
    auto rules = monitor("early");
    EXPECT_FALSE(Talk(rules).say("early\n", start - 4s).look(start).done());
    rules.since = std::chrono::duration_cast<contract::Monotonic>((start - 5s).time_since_epoch());
    EXPECT_TRUE(Talk(rules).say("early\n", start - 4s).look(start).done());
}

TEST(Listening, OnlyWhatTheBoardSaysCounts)
{
    Talk talk(monitor("ready"));
    talk.say("ready\n", start, "serial.tx/A/").say(R"({"text":"ready"})", start, "serial.info/A/");
    talk.look(start);
    EXPECT_FALSE(talk.done());
    EXPECT_EQ(talk.heard(), Heard{});
}

TEST(Listening, AMatchIsTheEnd)
{
    Talk talk(monitor("ready"));
    talk.say("booting\n").look(start);
    EXPECT_FALSE(talk.done());
    talk.say("I am ready\nmore\n").look(start + 1s);
    EXPECT_TRUE(talk.done());
    EXPECT_EQ(talk.heard(), (Heard{{"booting", "I am ready"}, "I am ready"}));
}

TEST(Listening, AMatchIsTheEndEvenWhenThereIsMore)
{
    Talk talk(monitor("ready"));
    EXPECT_TRUE(talk.say("ready\n").look(start, true).done());
}

TEST(Listening, WithoutAMatchItEndsWithTheFirstAnswerToAQuestionAfterItsTime)
{
    Talk talk(monitor("ready"));
    EXPECT_EQ(talk.listening.look_at(), start + 10s);
    talk.say("a\n").look(start + 9999ms);
    EXPECT_FALSE(talk.done());
    talk.say("b\n").look(start + 10s);
    EXPECT_TRUE(talk.done());
    EXPECT_EQ(talk.heard(), (Heard{{"a", "b"}}));
}

TEST(Listening, AMatchThatIsReadAfterTheTimeCountsWhenThereWasMoreToRead)
{
    Talk talk(monitor("ready"));
    talk.say("a\n").look(start + 10s, true);
    EXPECT_FALSE(talk.done());
    talk.say("ready\n").look(start + 10s + 1ms);
    EXPECT_EQ(talk.heard().line, "ready");
}

TEST(Listening, ABoardThatNeverStopsTalkingDoesNotHoldItForEver)
{
    Talk talk(monitor("ready"));
    EXPECT_FALSE(talk.say("a\n").look(start + 10s, true).done());
    EXPECT_TRUE(talk.say("a\n").look(start + 10s + Listening::overtime, true).done());
}

TEST(Listening, SeesWhatWasSaidJustBefore)
{
    Talk talk(monitor("up"));
    talk.say("up long ago\n", start - 2s).say("up just now\n", start - 900ms).look(start);
    EXPECT_TRUE(talk.done());
    EXPECT_EQ(talk.heard(), (Heard{{"up just now"}, "up just now"}));
}

TEST(Listening, SeesThePromptAtWhichTheBoardStands)
{
    Talk talk(monitor("login:"));
    talk.say("login: root\nok\nlogin: ", start - 1h).look(start);
    EXPECT_FALSE(talk.done());
    EXPECT_EQ(talk.listening.look_at(), start + Listening::settling);
    EXPECT_TRUE(talk.look(start + Listening::settling).done());
    EXPECT_EQ(talk.heard(), (Heard{{"login: "}, "login: "}));
}

TEST(Listening, APromptThatWasLeftSinceIsNotSeen)
{
    Talk talk(monitor("login:"));
    talk.say("login: ", start - 1h).look(start, true); // more: its end may be there already
    talk.say("root\n", start - 1h).look(start);
    EXPECT_FALSE(talk.look(start + 9s).done());
    EXPECT_EQ(talk.heard(), Heard{});
}

TEST(Listening, AMatchInAnUnfinishedLineWaitsForItsEnd)
{
    Talk talk(monitor("ready"));
    EXPECT_FALSE(talk.say("app: ready, ").look(start).done());
    EXPECT_FALSE(talk.look(start + Listening::settling - 1ms).done());
    EXPECT_TRUE(talk.say("heap 1\n").look(start + Listening::settling - 1ms).done());
    EXPECT_EQ(talk.heard().line, "app: ready, heap 1");
}

TEST(Listening, AnUnfinishedMatchCountsWhenTimeIsUp)
{
    Talk talk(monitor("login:"));
    talk.say("login: ").look(start + 9990ms);
    EXPECT_EQ(talk.listening.look_at(), start + 10s);
    EXPECT_TRUE(talk.look(start + 10s).done());
    EXPECT_EQ(talk.heard().line, "login: ");
}

TEST(Listening, AfterAResetItEndsWhenTheBoardHasBeenQuiet)
{
    Talk talk(boot());
    EXPECT_FALSE(talk.look(start + 3s).done());
    EXPECT_FALSE(talk.say("ets\n").look(start + 3s).done());
    EXPECT_EQ(talk.listening.look_at(), start + 4s);
    EXPECT_FALSE(talk.say("up\n").look(start + 3900ms).done());
    EXPECT_FALSE(talk.look(start + 4899ms).done());
    EXPECT_TRUE(talk.look(start + 4900ms).done());
    EXPECT_EQ(talk.heard(), (Heard{{"ets", "up"}}));
}

TEST(Listening, AfterAResetASilentOrABusyBoardIsNotWaitedForAnyLonger)
{
    Talk silent(boot());
    EXPECT_EQ(silent.listening.look_at(), start + 5s);
    EXPECT_TRUE(silent.look(start + 5s).done());
    EXPECT_EQ(silent.heard(), Heard{});

    Talk busy(boot());
    for (auto now = start; now < start + 5s; now += 500ms) {
        ASSERT_FALSE(busy.say("tick\n").look(now).done());
    }
    EXPECT_TRUE(busy.say("tick\n").look(start + 5s).done());
}

TEST(Listening, BytesThatTheRingHasLostAreSaid)
{
    Talk talk(monitor());
    talk.answer.lost_rx = 500; // the look back goes further than the ring: no loss
    talk.say("a\nb").look(start);
    EXPECT_FALSE(talk.heard().truncated);
    talk.say("c\n").look(start);
    EXPECT_EQ(talk.heard(), (Heard{{"a", "b", "c"}, {}, true}));

    Talk reset(boot());
    reset.answer.lost_rx = 500; // here everything counts
    EXPECT_TRUE(reset.look(start).heard().truncated);
}

TEST(Listening, AnotherHistoryIsReadFromItsBeginning)
{
    Talk talk(monitor());
    talk.say("a\n").look(start);
    talk.answer = {"e2", 0, false, {}, {}};
    talk.seq = 0;
    talk.say("b\n").look(start);
    EXPECT_EQ(talk.heard(), (Heard{{"a", "b"}, {}, true}));
    EXPECT_EQ(talk.listening.request().epoch, "e2");
    EXPECT_EQ(talk.listening.request().after_seq, 1u);
}

TEST(Listening, GivesUpAtOnceOrWhenItsTimeIsUp)
{
    Talk talk(monitor());
    for (const auto code : {ErrorCode::timeout, ErrorCode::io, ErrorCode::internal}) {
        EXPECT_FALSE(talk.listening.gives_up(Error{code, ""}, start + 9s));
        EXPECT_TRUE(talk.listening.gives_up(Error{code, ""}, start + 10s));
    }
    for (const auto code :
         {ErrorCode::not_found, ErrorCode::bad_request, ErrorCode::unknown_verb}) {
        EXPECT_TRUE(talk.listening.gives_up(Error{code, ""}, start));
    }
}

} // namespace
