#include "loggerd/archive_plan.hpp"

#include <gmock/gmock.h>

namespace loggerd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string today = "2026-02-03";

std::vector<FoundFile> folder(std::initializer_list<std::pair<const char*, std::uint64_t>> files)
{
    std::vector<FoundFile> found;
    for (const auto& [name, bytes] : files) found.push_back({parse_log_file(name).value(), bytes});
    return found;
}

std::vector<std::string> compressed(const ArchivePlan& plan)
{
    std::vector<std::string> names;
    for (const auto& file : plan.compress) names.push_back(file.name());
    return names;
}

std::vector<std::string> removed(const ArchivePlan& plan, Why why)
{
    std::vector<std::string> names;
    for (const auto& removal : plan.remove)
        if (removal.why == why) names.push_back(removal.found.file.name());
    return names;
}

TEST(LogFileName, IsWhatThePythonPortalCalledItAndItsParts)
{
    EXPECT_EQ(parse_log_file("A_1_2026-02-03.log"), (LogFile{"A_1", "2026-02-03", 1, false}));
    EXPECT_EQ(parse_log_file("A_2026-02-03.12.log"), (LogFile{"A", "2026-02-03", 12, false}));
    EXPECT_EQ(parse_log_file("A.2_2026-02-03.2.log.zst"), (LogFile{"A.2", "2026-02-03", 2, true}));
    EXPECT_EQ(parse_log_file("A_2026-02-02_2026-02-03.log.zst"),
              (LogFile{"A_2026-02-02", "2026-02-03", 1, true}));
    for (const char* name : {"A_2026-02-03.log", "A_2026-02-03.2.log", "A_b_2026-02-03.99.log.zst"})
        EXPECT_EQ(parse_log_file(name)->name(), name);
}

TEST(LogFileName, IsNothingElse)
{
    for (const char* name : {"",
                             "A",
                             ".log",
                             "_2026-02-03.log",
                             "2026-02-03.log",
                             "A_2026-02-30.log",
                             "A_2026-2-03.log",
                             "A_2026-02-03.txt",
                             "A_2026-02-03.1.log",
                             "A_2026-02-03.02.log",
                             "A_2026-02-03.0.log",
                             "A_2026-02-03.-2.log",
                             "A_2026-02-03.1000000.log",
                             "A_2026-02-03.99999999999999999999.log",
                             "A_2026-02-03.log.gz",
                             "A_2026-02-03.log.zst.new",
                             "A_2026-02-03.log.zst.zst",
                             "A_2026-02-03.log.1",
                             "A b_2026-02-03.log",
                             ".hidden_2026-02-03.log",
                             "../A_2026-02-03.log",
                             "A_2026-02-03.2.3.log",
                             "syslog"})
        EXPECT_EQ(parse_log_file(name), std::nullopt) << name;
}

TEST(ArchivePlan, CompressesWhatIsOfAnEarlierDayOrWentOn)
{
    const auto plan = plan_archive(folder({{"A_2026-02-02.log", 9},
                                           {"A_2026-02-03.log", 9},
                                           {"A_2026-02-03.2.log", 9},
                                           {"A_2026-02-03.10.log", 9},
                                           {"B_2026-02-03.log", 9},
                                           {"B_2026-02-04.log", 9},
                                           {"C_2026-02-01.log.zst", 9},
                                           {"C_2026-02-02.2.log", 9}}),
                                   {}, today, {});
    EXPECT_THAT(compressed(plan), ElementsAre("A_2026-02-03.2.log", "A_2026-02-03.log",
                                              "C_2026-02-02.2.log", "A_2026-02-02.log"));
    EXPECT_THAT(plan.remove, IsEmpty());
}

TEST(ArchivePlan, TouchesNothingThatIsInUse)
{
    const auto files = folder({{"A_2020-01-01.log", 9'000},
                               {"A_2025-01-01.log", 9'000},
                               {"A_2026-02-02.log", 9'000},
                               {"A_2026-02-03.log", 9'000}});
    std::set<std::string> all;
    for (const auto& found : files) all.insert(found.file.name());
    EXPECT_TRUE(plan_archive(files, {all, {}}, today, {1, 1}).empty());
    EXPECT_TRUE(plan_archive({}, {all, {}}, today, {1, 1}).empty());
}

TEST(ArchivePlan, DeletesWhatIsTooOld)
{
    const auto files = folder({{"A_2025-11-04.log.zst", 9},
                               {"A_2025-11-05.log.zst", 9},
                               {"B_2025-11-04.2.log", 9},
                               {"B_2026-02-03.log", 9}});
    const auto plan = plan_archive(files, {}, today, {90, 1 << 30});
    EXPECT_THAT(removed(plan, Why::age), ElementsAre("A_2025-11-04.log.zst", "B_2025-11-04.2.log"));
    EXPECT_THAT(compressed(plan), IsEmpty()) << "not for the bin";
    EXPECT_THAT(plan_archive(files, {}, today, {0, 1 << 30}).remove, IsEmpty());
}

TEST(ArchivePlan, TakesNoAgeFromAClockThatWasNotSet)
{
    const auto files = folder({{"A_1970-01-01.log.zst", 9}, {"A_2025-01-01.log.zst", 9}});
    EXPECT_THAT(removed(plan_archive(files, {}, today, {}), Why::age),
                ElementsAre("A_2025-01-01.log.zst"));
    EXPECT_TRUE(plan_archive(files, {}, "1970-01-01", {}).empty()) << "today is before all";
}

TEST(ArchivePlan, DeletesTheOldestUntilTheRestIsNotTooMuch)
{
    const auto files = folder({{"B_2026-01-01.log.zst", 40},
                               {"A_2026-01-02.10.log.zst", 40},
                               {"A_2026-01-02.2.log.zst", 40},
                               {"A_2026-01-03.log.zst", 40},
                               {"C_2026-02-03.log", 40}});
    const auto plan = plan_archive(files, {}, today, {90, 100});
    EXPECT_THAT(
        removed(plan, Why::room),
        ElementsAre("B_2026-01-01.log.zst", "A_2026-01-02.2.log.zst", "A_2026-01-02.10.log.zst"));
    EXPECT_THAT(plan_archive(files, {}, today, {90, 200}).remove, IsEmpty());
    EXPECT_THAT(
        removed(plan_archive(files, {{"B_2026-01-01.log.zst"}, {}}, today, {90, 199}), Why::room),
        ElementsAre("A_2026-01-02.2.log.zst"));
}

TEST(ArchivePlan, DeletesNothingForRoomThatCompressingMayMake)
{
    const auto files = folder(
        {{"A_2026-01-01.log.zst", 40}, {"A_2026-01-02.log", 4000}, {"A_2026-01-03.log", 4000}});
    const auto plan = plan_archive(files, {}, today, {90, 100});
    EXPECT_THAT(plan.remove, IsEmpty());
    EXPECT_THAT(compressed(plan), ElementsAre("A_2026-01-03.log", "A_2026-01-02.log"));
}

TEST(ArchivePlan, DeletesTheOldestAlsoIfItCouldNotBeCompressed)
{
    const auto files = folder(
        {{"A_2026-01-01.log", 4000}, {"A_2026-01-02.log.zst", 40}, {"A_2026-01-03.log", 40}});
    const Spared in_vain{{}, {"A_2026-01-01.log", "A_2026-01-03.log"}};
    const auto plan = plan_archive(files, in_vain, today, {90, 100});
    EXPECT_THAT(removed(plan, Why::room), ElementsAre("A_2026-01-01.log"));
    EXPECT_THAT(compressed(plan), IsEmpty());
}

} // namespace
} // namespace loggerd
