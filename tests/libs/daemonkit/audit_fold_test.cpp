#include "daemonkit/audit_fold.hpp"

#include <gmock/gmock.h>

#include "daemonkit/audit_trail.hpp"

namespace {

using daemonkit::AuditEntry;
using daemonkit::AuditFold;
using std::chrono::seconds;

const AuditFold::TimePoint start{seconds{1000}};
const AuditEntry keys{"192.168.1.7", "ann", "POST /api/slots/A/write", "A", "200", true};

AuditEntry by(const char* peer)
{
    auto entry = keys;
    entry.peer = peer;
    return entry;
}

TEST(AuditFoldTest, TheFirstKeysAreToldAtOnceAndTheRestOfTheMinuteAsOne)
{
    AuditFold fold;
    EXPECT_TRUE(fold.is_told(keys, start));
    for (int i = 1; i < 38; ++i) EXPECT_FALSE(fold.is_told(keys, start + seconds{i}));
    EXPECT_THAT(fold.due(start + seconds{59}), testing::IsEmpty());
    const auto due = fold.due(start + AuditFold::most_wait);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(daemonkit::audit_line(due[0]),
              "audit: 192.168.1.7 (ann): POST /api/slots/A/write: 200, 37 times");
    EXPECT_TRUE(fold.is_told(keys, start + seconds{61}));
}

TEST(AuditFoldTest, OneIsToldOnce)
{
    AuditFold fold;
    EXPECT_TRUE(fold.is_told(keys, start));
    EXPECT_THAT(fold.due(start + AuditFold::most_wait), testing::IsEmpty());
    EXPECT_FALSE(fold.next());
}

TEST(AuditFoldTest, WhatIsRefusedAndWhatIsNoKeystrokeIsToldEachTime)
{
    AuditFold fold;
    auto refused = keys, reset = keys;
    refused.result = "409 bob has it";
    refused.is_keystroke = reset.is_keystroke = false;
    reset.action = "POST /api/slots/A/reset";
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(fold.is_told(refused, start));
        EXPECT_TRUE(fold.is_told(reset, start));
    }
    EXPECT_FALSE(fold.next());
}

TEST(AuditFoldTest, EachPersonIsCountedApartAndTheyAreBounded)
{
    AuditFold fold;
    for (std::size_t i = 0; i < AuditFold::most_open; ++i) {
        EXPECT_TRUE(fold.is_told(by(std::to_string(i).c_str()), start));
    }
    EXPECT_FALSE(fold.is_told(by("7"), start));
    EXPECT_TRUE(fold.is_told(by("another"), start));
    EXPECT_TRUE(fold.is_told(by("another"), start));
    EXPECT_EQ(fold.next(), start + AuditFold::most_wait);
    EXPECT_EQ(fold.due(*fold.next()).size(), 1U);
}

TEST(AuditTrailTest, WhatWasCountedIsToldAtTheEnd)
{
    asio::io_context io;
    std::vector<std::string> told;
    {
        daemonkit::AuditTrail trail(io,
                                    [&](const auto& entry) { told.push_back(audit_line(entry)); });
        for (int i = 0; i < 3; ++i) trail.add(keys);
        EXPECT_EQ(told.size(), 1U);
    }
    EXPECT_THAT(told.at(1), testing::EndsWith("200, 2 times"));
}

} // namespace
