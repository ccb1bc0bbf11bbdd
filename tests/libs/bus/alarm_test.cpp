#include "bus/alarm.hpp"

#include <gtest/gtest.h>

namespace {

using bus::Alarm;
using namespace std::chrono_literals;

const auto past = std::chrono::steady_clock::now() - 1s;

TEST(Alarm, RingsOncePerSetting)
{
    asio::io_context io;
    int rings = 0;
    Alarm alarm(io, [&] { ++rings; });
    alarm.at(past);
    EXPECT_TRUE(alarm.is_set());
    io.run();
    EXPECT_EQ(rings, 1);
    EXPECT_FALSE(alarm.is_set());
}

TEST(Alarm, ReplacesItsSetting)
{
    asio::io_context io;
    int rings = 0;
    Alarm alarm(io, [&] { ++rings; });
    alarm.at(past + 100h);
    alarm.at(past);
    io.run();
    EXPECT_EQ(rings, 1);
}

TEST(Alarm, KeepsAnEarlierSetting)
{
    asio::io_context io;
    int rings = 0;
    Alarm alarm(io, [&] { ++rings; });
    alarm.at_latest(past);
    alarm.at_latest(past + 100h);
    io.run();
    EXPECT_EQ(rings, 1);
}

TEST(Alarm, IsSilentAfterStop)
{
    asio::io_context io;
    int rings = 0;
    Alarm alarm(io, [&] { ++rings; });
    alarm.at(past);
    alarm.stop();
    io.run();
    EXPECT_EQ(rings, 0);
}

// Both expire in the same look at the clock: the second is queued as a success already.
TEST(Alarm, IsSilentWhenDestroyedWithItsExpiryQueued)
{
    asio::io_context io;
    int rings = 0;
    std::unique_ptr<Alarm> second;
    Alarm first(io, [&] { second.reset(); });
    second = std::make_unique<Alarm>(io, [&] { ++rings; });
    first.at(past);
    second->at(past);
    io.run();
    EXPECT_EQ(rings, 0);
}

TEST(Alarm, MayBeDestroyedByItsHandler)
{
    asio::io_context io;
    std::unique_ptr<Alarm> alarm;
    alarm = std::make_unique<Alarm>(io, [&, big = std::string(100, 'x')] {
        alarm.reset();
        EXPECT_EQ(big.size(), 100U);
    });
    alarm->at(past);
    io.run();
    EXPECT_EQ(alarm, nullptr);
}

} // namespace
