#include "portald/console_place.hpp"

#include <gmock/gmock.h>

#include "console_events.hpp"

namespace {

using namespace console_events;

using portald::ConsolePlace;
using portald::ConsoleWindow;
using portald::Follow;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> told(const std::vector<std::string>& messages)
{
    std::vector<std::string> texts;
    for (const auto& message : messages) texts.push_back(brief(message));
    return texts;
}

TEST(ConsolePlace, BeginsWithTheTailAndSaysWhenThatIsAll)
{
    ConsolePlace place("A", {.slot = "A", .tail = 100});
    EXPECT_EQ(place.request()["tail_bytes"], 100);
    EXPECT_THAT(told(place.take(answer(2, more), {rx(1, "a"), rx(2, "b")})),
                ElementsAre("2 RX ab"));
    EXPECT_FALSE(place.request().contains("tail_bytes"));
    EXPECT_EQ(place.request()["after_seq"], 2);
    EXPECT_THAT(told(place.take(answer(3), {tx(3, "c")})), ElementsAre("3 TX c", "following 3"));
    EXPECT_THAT(told(place.take(answer(4), {rx(4, "d")})), ElementsAre("4 RX d")) << "said once";
}

TEST(ConsolePlace, JoinsNeighboursOfADirectionUpToABound)
{
    ConsolePlace place("A", {.slot = "A"});
    const std::string half(ConsolePlace::most_body / 2 + 1, 'x');
    EXPECT_THAT(told(place.take(answer(6, more), {rx(1, "a"), info(2), rx(3, "b"), tx(4, "c"),
                                                  rx(5, half), rx(6, half)})),
                ElementsAre("3 RX ab", "4 TX c", "5 RX " + half, "6 RX " + half));
}

TEST(ConsolePlace, WhatCameLaterHasATimeOfItsOwn)
{
    using namespace std::chrono_literals;
    ConsolePlace place("A", {.slot = "A"});
    std::vector<contract::Event> events{rx(1, "a"), rx(2, "b"), rx(3, "c"), rx(4, "d")};
    const auto time = [&](std::size_t i) -> auto&
    {
        return events[i].header.time;
    };
    time(0) = *contract::parse_time("2026-11-22T09:00:00Z");
    time(1) = time(0) + 80ms;
    time(2) = time(1) + 80ms;
    time(3) = time(2) + 101ms;
    const auto messages = place.take(answer(4, more), events);
    ASSERT_THAT(told(messages), ElementsAre("3 RX abc", "4 RX d"));
    EXPECT_EQ(contract::Json::parse(messages[1])["time"], "2026-11-22T09:00:00.261000Z");
}

TEST(ConsolePlace, FollowsABoardThatSaysMoreThanCanBeRead)
{
    const auto now = *contract::parse_time("2026-11-22T09:00:00Z");
    ConsolePlace place("A", {.slot = "A"}, now);
    auto old = rx(1, "a"), fresh = rx(2, "b");
    old.header.time = now - std::chrono::milliseconds{1};
    fresh.header.time = now;
    EXPECT_THAT(told(place.take(answer(1, more), {old})), ElementsAre("1 RX a"));
    EXPECT_THAT(told(place.take(answer(2, more), {fresh})), ElementsAre("2 RX b", "following 2"));
}

TEST(ConsolePlace, GoesOnWhereAPageThatComesAgainHadBeen)
{
    ConsolePlace place("A", {.slot = "A", .after = contract::Stamp{epoch, 7}});
    EXPECT_FALSE(place.request().contains("tail_bytes"));
    EXPECT_EQ(place.request()["epoch"], epoch);
    EXPECT_EQ(place.request()["after_seq"], 7);
    EXPECT_THAT(told(place.take(answer(7), {})), ElementsAre("following 7"));
}

TEST(ConsolePlace, TellsWhatWasLostAndHowMuchWhereThatIsKnown)
{
    ConsolePlace place("A", {.slot = "A"});
    place.take(answer(1), {rx(1, "abc")});
    EXPECT_EQ(place.request()["rx_pos"], 3);
    auto later = answer(9);
    later.lost_rx = 5;
    EXPECT_THAT(told(place.take(later, {rx(9, "z")})), ElementsAre("lost 5", "9 RX z"));
    later.lost_tx = 2; // nothing was ever sent, as far as we know
    EXPECT_THAT(told(place.take(later, {})), ElementsAre("lost null"));
}

TEST(ConsolePlace, TakesAnotherHistoryForALossAndItsTail)
{
    ConsolePlace place("A", {.slot = "A", .tail = 50, .after = contract::Stamp{"foreign", 7}});
    EXPECT_THAT(told(place.take(answer(3), {rx(3, "not yet")})), ElementsAre("lost null"));
    EXPECT_EQ(place.request()["tail_bytes"], 50);
    EXPECT_THAT(told(place.take(answer(3), {rx(3, "x")})), ElementsAre("3 RX x", "following 3"));
}

TEST(ConsolePlace, TakesManySmallEventsInParts)
{
    ConsolePlace place("A", {.slot = "A"});
    std::vector<contract::Event> events;
    for (std::uint64_t seq = 1; seq <= 1000; seq += 2) {
        events.push_back(tx(seq, "x"));
        events.push_back(rx(seq + 1, "x"));
    }
    std::size_t bytes = 0;
    for (const auto& message : place.take(answer(1000), events)) bytes += message.size();
    EXPECT_LT(bytes, 2 * ConsolePlace::most_sent);
    const auto next = place.request()["after_seq"].get<std::uint64_t>();
    ASSERT_LT(next, 1000u);
    events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(next));
    EXPECT_THAT(brief(place.take(answer(1000), events).front()),
                testing::StartsWith(std::to_string(next + 1) + " "));
}

TEST(ConsolePlace, TakesWhatIsNewFromTheWindowAsFarAsThereIsRoom)
{
    ConsoleWindow window;
    ConsolePlace place("A", {.slot = "A"});
    EXPECT_TRUE(place.reads_for_itself(window));
    place.take(answer(1), {rx(1, "a")});
    EXPECT_FALSE(place.reads_for_itself(window)) << "nothing is known to be new";

    window.add(answer(1), {});
    window.add(answer(3), {rx(2, "b"), tx(3, "c")});
    EXPECT_TRUE(place.is_behind(window));
    EXPECT_THAT(told(place.take_news(window, 1)), ElementsAre("2 RX b"));
    EXPECT_THAT(told(place.take_news(window, 10000)), ElementsAre("3 TX c"));
    EXPECT_FALSE(place.is_behind(window));
    EXPECT_THAT(place.take_news(window, 10000), IsEmpty());
}

TEST(ConsolePlace, ReadsForItselfWhatTheWindowHasNoMore)
{
    ConsoleWindow window;
    ConsolePlace place("A", {.slot = "A"});
    place.take(answer(1), {rx(1, "a")});
    const std::string large(4096, 'x');
    std::uint64_t seq = 1;
    window.add(answer(seq), {});
    for (; window.has_what_follows({epoch, 1}); ++seq)
        window.add(answer(seq + 1), {rx(seq + 1, large)});
    EXPECT_LE(seq * large.size(), ConsoleWindow::most_bytes + 2 * large.size());
    EXPECT_TRUE(place.reads_for_itself(window));
    place.take(answer(seq), {});
    EXPECT_FALSE(place.reads_for_itself(window));
    EXPECT_FALSE(place.is_behind(window));
}

TEST(ConsoleWindow, BeginsAnewAfterAGap)
{
    ConsoleWindow window;
    window.add(answer(1), {rx(1, "a")});
    window.add(answer(9), {rx(9, "z")});
    EXPECT_FALSE(window.has_what_follows({epoch, 1}));
    EXPECT_TRUE(window.has_what_follows({epoch, 8}));
    EXPECT_EQ(window.after({epoch, 8})->body, "z");
}

TEST(PageMessage, IsUnderstoodOrRefused)
{
    const auto read = [](const std::string& text) { return portald::read_page_message(text); };
    const auto follow =
        std::get<Follow>(read(R"({"type":"follow","slot":"A","tail":10,"epoch":"9f","after":7})"));
    EXPECT_EQ(follow.slot, "A");
    EXPECT_EQ(follow.tail, 10u);
    EXPECT_EQ(follow.after, (contract::Stamp{"9f", 7}));
    EXPECT_EQ(std::get<portald::Unfollow>(read(R"({"type":"unfollow","slot":"B"})")).slot, "B");
    for (const std::string wrong :
         {"", "[]", "null", "\xff", R"({"type":"follow"})", R"({"type":"delete","slot":"A"})",
          R"({"type":"follow","slot":"A","tail":262145})",
          R"({"type":"follow","slot":"A","after":1})", R"({"type":"follow","slot":7})"})
        EXPECT_TRUE(std::holds_alternative<portald::Misunderstood>(read(wrong))) << wrong;
    const auto long_one = R"({"type":"unfollow","slot":")" + std::string(4096, 'x') + "\"}";
    EXPECT_TRUE(std::holds_alternative<portald::Misunderstood>(read(long_one)));
}

} // namespace
