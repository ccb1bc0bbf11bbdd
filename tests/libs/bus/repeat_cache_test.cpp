#include "bus/repeat_cache.hpp"

#include <gtest/gtest.h>

namespace {

using bus::RepeatCache;
using contract::Json;
using Seen = RepeatCache::Seen;
using namespace std::chrono_literals;

const RepeatCache::TimePoint start{};

contract::Reply reply(int number)
{
    return {"", Json{{"number", number}}, {}};
}

TEST(RepeatCache, KnowsARequestThatIsRunning)
{
    RepeatCache cache;
    EXPECT_EQ(cache.begin("a", start), Seen::no);
    EXPECT_EQ(cache.begin("a", start), Seen::running);
    EXPECT_EQ(cache.begin("b", start), Seen::no);
}

TEST(RepeatCache, KeepsTheAnswer)
{
    RepeatCache cache;
    cache.begin("a", start);
    cache.answered("a", reply(1));
    EXPECT_EQ(cache.begin("a", start + 59s), Seen::answered);
    EXPECT_EQ(std::get<Json>(cache.reply("a").result), (Json{{"number", 1}}));
}

TEST(RepeatCache, ForgetsAfterAMinute)
{
    RepeatCache cache;
    cache.begin("a", start);
    cache.answered("a", reply(1));
    EXPECT_EQ(cache.begin("a", start + 60s), Seen::no);
    EXPECT_EQ(cache.begin("a", start + 61s), Seen::running);
}

TEST(RepeatCache, ForgetsTheOldestWhenItIsFull)
{
    RepeatCache cache;
    for (std::size_t i = 0; i <= RepeatCache::capacity; ++i) cache.begin(std::to_string(i), start);
    EXPECT_EQ(cache.begin("1", start), Seen::running);
    EXPECT_EQ(cache.begin("256", start), Seen::running);
    EXPECT_EQ(cache.begin("0", start), Seen::no);
}

TEST(RepeatCache, TakesNoAnswerForWhatItForgot)
{
    RepeatCache cache;
    cache.begin("a", start);
    cache.begin("b", start + 90s);
    cache.answered("a", reply(1));
    EXPECT_EQ(cache.begin("a", start + 90s), Seen::no);
}

} // namespace
