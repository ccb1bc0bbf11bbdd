#include "loggerd/archive.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace loggerd {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::Not;
using testing::UnorderedElementsAre;

/// A log folder with an archive that keeps it; `in_use` is what slots write.
struct ArchiveTest : testing::Test {
    ArchiveTest()
    {
        std::string name = "/tmp/archive_test.XXXXXX";
        folder = ::mkdtemp(name.data());
        disk.emplace(folder, folder / "state");
        fs::remove(folder / "state");
    }
    ~ArchiveTest() override
    {
        archive.reset();
        worker.reset();
        fs::remove_all(folder);
    }
    void put(const std::string& name, std::size_t bytes, char byte = 'x') const
    {
        std::ofstream{folder / name, std::ios::binary} << std::string(bytes, byte);
    }
    std::set<std::string> names() const
    {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator{folder})
            found.insert(entry.path().filename().string());
        return found;
    }
    void begin(const Limits& limits)
    {
        worker.emplace(io);
        archive.emplace(io, *worker, *disk, folder, limits, [&](const std::string& today) {
            ++rounds;
            EXPECT_EQ(today.size(), 10u);
            return in_use;
        });
    }
    /// Until the folder is as it is to be, and the archive has looked once more and left it so.
    bool comes_to(const std::set<std::string>& wanted)
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (names() != wanted && std::chrono::steady_clock::now() < until) io.run_one_for(100ms);
        io.run_for(200ms);
        return names() == wanted;
    }

    fs::path folder;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::optional<FileDisk> disk;
    std::optional<Worker> worker;
    std::optional<Archive> archive;
    std::set<std::string> in_use;
    int rounds = 0;
};

TEST_F(ArchiveTest, CompressesWhatIsClosedAndNothingElse)
{
    in_use = {"B_2026-02-03.log"};
    for (const auto* name : {"A_2026-02-03.log", "A_2026-02-03.2.log", "B_2026-02-03.log",
                             "A_2999-01-01.log", "notes.txt", "A_2026-02-03.log.1"})
        put(name, 5000);
    put("A_2026-02-02.log.zst.new", 10);
    begin({0, 1 << 30});
    EXPECT_TRUE(comes_to({"A_2026-02-03.log.zst", "A_2026-02-03.2.log.zst", "B_2026-02-03.log",
                          "A_2999-01-01.log", "notes.txt", "A_2026-02-03.log.1"}));
}

TEST_F(ArchiveTest, DeletesTheOldestNeverWhatIsOpenAndOnlyWhatIsOurs)
{
    in_use = {"C_2025-01-01.log"};
    put("C_2025-01-01.log", 400'000);
    put("B_2025-01-02.log.zst", 400'000);
    put("A_2025-01-03.log.zst", 400'000);
    put("A_2025-01-04.log.zst", 400'000);
    put("a person's.log", 900'000);
    begin({0, 1'000'000});
    EXPECT_TRUE(comes_to({"C_2025-01-01.log", "A_2025-01-04.log.zst", "a person's.log"}));
}

TEST_F(ArchiveTest, DeletesWhatIsTooOldAndKeepsWhatIsOpen)
{
    in_use = {"C_2025-01-01.log"};
    for (const auto* name : {"C_2025-01-01.log", "B_2025-01-01.log", "B_2025-01-01.log.zst"})
        put(name, 100);
    begin({30, 1 << 30});
    EXPECT_TRUE(comes_to({"C_2025-01-01.log"}));
}

TEST_F(ArchiveTest, MakesRoomByCompressingFirst)
{
    put("A_2025-01-01.log", 3'000'000);
    put("A_2025-01-02.log", 3'000'000);
    begin({0, 1 << 20});
    EXPECT_TRUE(comes_to({"A_2025-01-01.log.zst", "A_2025-01-02.log.zst"}));
}

TEST_F(ArchiveTest, WhatCannotBeCompressedIsLeftAndTheRestIsDone)
{
    put("A_2025-01-01.log", 5000);
    put("A_2025-01-01.log.zst", 10); // says something else
    put("A_2025-01-02.log", 5000);
    begin({0, 1 << 30});
    EXPECT_TRUE(comes_to({"A_2025-01-01.log", "A_2025-01-01.log.zst", "A_2025-01-02.log.zst"}));
    EXPECT_LT(rounds, 5) << "it does not try it over and over";
    EXPECT_TRUE(disk->is_sealed("A_2025-01-01.log")) << "there is a compressed one";
    EXPECT_FALSE(disk->is_sealed("A_2025-01-03.log"));
}

TEST_F(ArchiveTest, DoesNotLookAgainAtOnceHoweverOftenItIsAsked)
{
    put("A_2025-01-01.log", 100);
    begin({0, 1 << 30});
    ASSERT_TRUE(comes_to({"A_2025-01-01.log.zst"}));
    const int before = rounds;
    archive->tidy_soon();
    archive->tidy_soon();
    io.run_for(300ms);
    EXPECT_EQ(rounds, before) << "a disk that stays full asks every second";
}

TEST_F(ArchiveTest, ADiskThatCannotTellWhatIsInUseLeavesAllAsItIs)
{
    put("A_2025-01-01.log", 100);
    worker.emplace(io);
    archive.emplace(io, *worker, *disk, folder, Limits{1, 1 << 20}, [&](const auto&) {
        ++rounds;
        throw DiskError{EACCES, std::generic_category(), "read record"};
        return in_use;
    });
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (rounds == 0 && std::chrono::steady_clock::now() < until) io.run_one_for(100ms);
    EXPECT_EQ(rounds, 1);
    EXPECT_THAT(names(), UnorderedElementsAre("A_2025-01-01.log"));
}

TEST_F(ArchiveTest, EndsInTheMiddleOfAFileWithoutATrace)
{
    put("A_2025-01-01.log", 64'000'000);
    begin({0, 1 << 30});
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!names().contains("A_2025-01-01.log.zst.new") &&
           std::chrono::steady_clock::now() < until)
        io.run_one_for(10ms);
    ASSERT_THAT(names(), Contains("A_2025-01-01.log.zst.new"));
    io.stop();
    archive.reset();
    worker.reset();
    EXPECT_THAT(names(), Contains("A_2025-01-01.log"));
    EXPECT_THAT(names(), Not(Contains("A_2025-01-01.log.zst")));
}

} // namespace
} // namespace loggerd
