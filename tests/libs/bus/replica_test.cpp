#include "bus/replica.hpp"

#include <ostream>

#include <gtest/gtest.h>

namespace {

using bus::Replica;
using contract::Stamp;
using Verdict = Replica::Verdict;

Replica in_step_at(const Stamp& stamp)
{
    Replica replica;
    replica.asked();
    replica.snapshot(stamp);
    return replica;
}

struct Row {
    const char* what;
    Stamp heard; // by a replica that is in step at a:5
    Verdict as_event;
    Verdict as_heartbeat;
};
void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.what;
}

class ReplicaTable : public testing::TestWithParam<Row> {};

TEST_P(ReplicaTable, JudgesAnEvent)
{
    auto replica = in_step_at({"a", 5});
    EXPECT_EQ(replica.event(GetParam().heard), GetParam().as_event);
    EXPECT_EQ(replica.in_sync(), GetParam().as_event != Verdict::resync);
}

TEST_P(ReplicaTable, JudgesAHeartbeat)
{
    auto replica = in_step_at({"a", 5});
    EXPECT_EQ(replica.heartbeat(GetParam().heard), GetParam().as_heartbeat);
    EXPECT_EQ(replica.in_sync(), GetParam().as_heartbeat != Verdict::resync);
    EXPECT_EQ(replica.last(), (Stamp{"a", 5}));
}

INSTANTIATE_TEST_SUITE_P(
    All, ReplicaTable,
    testing::Values(Row{"the next one", {"a", 6}, Verdict::apply, Verdict::resync},
                    Row{"the last one again", {"a", 5}, Verdict::ignore, Verdict::ignore},
                    Row{"an older one", {"a", 1}, Verdict::ignore, Verdict::ignore},
                    Row{"one too far", {"a", 7}, Verdict::resync, Verdict::resync},
                    Row{"the far end", {"a", UINT64_MAX}, Verdict::resync, Verdict::resync},
                    Row{"another epoch, nothing in it", {"b", 0}, Verdict::resync, Verdict::resync},
                    Row{"another epoch, as far", {"b", 5}, Verdict::resync, Verdict::resync},
                    Row{"another epoch, next", {"b", 6}, Verdict::resync, Verdict::resync}));

TEST(Replica, NeedsASnapshotFirst)
{
    Replica replica;
    EXPECT_FALSE(replica.in_sync());
    EXPECT_EQ(replica.event({"a", 1}), Verdict::resync);
    EXPECT_EQ(replica.heartbeat({"a", 0}), Verdict::resync);
}

TEST(Replica, AppliesEventsInARow)
{
    auto replica = in_step_at({"a", 0});
    EXPECT_EQ(replica.event({"a", 1}), Verdict::apply);
    EXPECT_EQ(replica.event({"a", 2}), Verdict::apply);
    EXPECT_EQ(replica.event({"a", 3}), Verdict::apply);
    EXPECT_EQ(replica.last(), (Stamp{"a", 3}));
}

TEST(Replica, StaysOutOfStepAfterAGapUntilASnapshotComes)
{
    auto replica = in_step_at({"a", 5});
    replica.event({"a", 9});
    EXPECT_EQ(replica.event({"a", 6}), Verdict::resync);
    replica.asked();
    EXPECT_TRUE(replica.snapshot({"a", 9}));
    EXPECT_EQ(replica.event({"a", 10}), Verdict::apply);
}

TEST(Replica, IgnoresAllWhileASnapshotIsOnItsWay)
{
    Replica replica;
    replica.asked();
    EXPECT_EQ(replica.event({"a", 3}), Verdict::ignore);
    EXPECT_EQ(replica.heartbeat({"a", 3}), Verdict::ignore);
    EXPECT_FALSE(replica.in_sync());
}

TEST(Replica, TakesASnapshotThatCoversWhatWasHeardMeanwhile)
{
    Replica replica;
    replica.asked();
    replica.event({"a", 3});
    EXPECT_TRUE(replica.snapshot({"a", 3}));
    EXPECT_EQ(replica.event({"a", 4}), Verdict::apply);
}

TEST(Replica, RefusesASnapshotThatWasOvertakenByAnEvent)
{
    Replica replica;
    replica.asked();
    replica.event({"a", 4});
    EXPECT_FALSE(replica.snapshot({"a", 3}));
    EXPECT_FALSE(replica.in_sync());
}

TEST(Replica, RefusesASnapshotThatWasOvertakenByAHeartbeat)
{
    Replica replica;
    replica.asked();
    replica.heartbeat({"a", 4});
    EXPECT_FALSE(replica.snapshot({"a", 3}));
}

TEST(Replica, RefusesTheSnapshotOfADaemonThatHasStartedAnewMeanwhile)
{
    Replica replica;
    replica.asked();
    replica.heartbeat({"b", 0});
    EXPECT_FALSE(replica.snapshot({"a", 3}));
    replica.asked();
    EXPECT_TRUE(replica.snapshot({"b", 0}));
}

TEST(Replica, TakesTheSnapshotOfADaemonThatStartedAnewBeforeItWasAsked)
{
    auto replica = in_step_at({"a", 900});
    replica.event({"b", 1});
    replica.asked();
    EXPECT_TRUE(replica.snapshot({"b", 1}));
}

TEST(Replica, AsksAgainWhenASnapshotFailed)
{
    Replica replica;
    replica.asked();
    replica.failed();
    EXPECT_FALSE(replica.in_sync());
    EXPECT_EQ(replica.heartbeat({"a", 0}), Verdict::resync);
}

} // namespace
