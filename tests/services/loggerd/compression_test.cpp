#include "loggerd/compression.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "loggerd/archive_folder.hpp"
#include "loggerd/log_text.hpp"

namespace loggerd {
namespace {

namespace fs = std::filesystem;
using State = Compression::State;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const std::string file = "A_2026-02-03.log";

/// Lines, in which nothing repeats; then one that is longer than a frame, and an end without LF.
std::string text_of(std::size_t bytes)
{
    std::mt19937 random{2217};
    std::string text;
    while (text.size() < bytes)
        text += "[2026-02-03 10:00:00.000] [RX] " + std::to_string(random()) + "\n";
    return text + std::string(frame_text_bytes + 100, 'x') + "\nno newline here";
}

std::string contents(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

struct CompressionTest : testing::Test {
    CompressionTest()
    {
        std::string name = "/tmp/compression_test.XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~CompressionTest() override { fs::remove_all(folder); }

    void put(const std::string& name, const std::string& text) const
    {
        std::ofstream{folder / name, std::ios::binary} << text;
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator{folder})
            found.push_back(entry.path().filename().string());
        return found;
    }
    std::string unpacked() const
    {
        const auto log = compressed_log(ReadableFile::open(folder / (file + ".zst")));
        return log->read(0, 64 << 20);
    }
    State run(Compression& compression) const
    {
        auto state = State::going_on;
        while (state == State::going_on) state = compression.step();
        return state;
    }
    State compress() const
    {
        Compression compression{folder, file};
        return run(compression);
    }
    /// A loggerd of its own that is killed after so many steps; false: it had finished.
    bool killed_after(int steps) const
    {
        const auto child = ::fork();
        if (child == 0) {
            Compression compression{folder, file};
            for (int step = 0; step < steps; ++step)
                if (compression.step() != State::going_on) ::_exit(0);
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status);
    }

    fs::path folder;
};

TEST_F(CompressionTest, MakesOneFileOfTheSameBytesAndTheSameAge)
{
    const auto text = text_of(5 << 20);
    put(file, text);
    const auto written = fs::last_write_time(folder / file);
    EXPECT_EQ(compress(), State::done);
    EXPECT_THAT(names(), ElementsAre(file + ".zst"));
    EXPECT_EQ(unpacked(), text);
    EXPECT_EQ(fs::last_write_time(folder / (file + ".zst")), written);
    const auto rights = fs::status(folder / (file + ".zst")).permissions();
    EXPECT_EQ(rights & fs::perms::others_all, fs::perms::none);
    EXPECT_NE(rights & fs::perms::group_read, fs::perms::none);
    EXPECT_LT(fs::file_size(folder / (file + ".zst")), text.size() / 2);
}

TEST_F(CompressionTest, IsWhatZstdReads)
{
    const auto text = text_of(3 << 20);
    put(file, text);
    ASSERT_EQ(compress(), State::done);
    const auto out = (folder / "out").string();
    const auto command = "zstd -q -d -o " + out + " " + (folder / file).string() + ".zst";
    if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no zstd here";
    EXPECT_EQ(contents(out), text);
}

TEST_F(CompressionTest, AnEmptyLogIsAnEmptyText)
{
    put(file, "");
    EXPECT_EQ(compress(), State::done);
    EXPECT_THAT(names(), ElementsAre(file + ".zst"));
    EXPECT_EQ(unpacked(), "");
}

TEST_F(CompressionTest, KilledAfterAnyStepLosesNothingAndLeavesNoHalf)
{
    const auto text = text_of(2 << 20);
    int kills = 0;
    for (bool killed = true; killed;) {
        put(file, text);
        fs::remove(folder / (file + ".zst"));
        killed = killed_after(kills);
        if (!killed) break;
        ++kills;
        EXPECT_EQ(contents(folder / file), text);
        EXPECT_FALSE(fs::exists(folder / (file + ".zst"))) << "a half one has the name";
        for (const auto& found : list_logs(folder)) EXPECT_EQ(found.file.name(), file);
        remove_unfinished(folder);
        EXPECT_THAT(names(), ElementsAre(file));
    }
    EXPECT_GT(kills, 2);
    EXPECT_EQ(unpacked(), text);
}

TEST_F(CompressionTest, KilledBetweenTheTwoItFindsThatTheySayTheSame)
{
    const auto text = text_of(3 << 20);
    put(file, text);
    ASSERT_EQ(compress(), State::done);
    const auto packed = contents(folder / (file + ".zst"));
    put(file, text);
    EXPECT_EQ(compress(), State::done);
    EXPECT_THAT(names(), ElementsAre(file + ".zst"));
    EXPECT_EQ(contents(folder / (file + ".zst")), packed);
}

TEST_F(CompressionTest, ReplacesNothingThatSaysSomethingElse)
{
    const auto text = text_of(3 << 20);
    put(file, text);
    ASSERT_EQ(compress(), State::done);
    const auto packed = contents(folder / (file + ".zst"));
    auto one_byte = text;
    one_byte[text.size() / 2] = '#';
    for (const auto& other :
         {text + "more", text.substr(0, text.size() - 1), one_byte, std::string{"x"}}) {
        put(file, other);
        EXPECT_EQ(compress(), State::different);
        EXPECT_EQ(contents(folder / file), other);
        EXPECT_EQ(contents(folder / (file + ".zst")), packed);
    }
    for (const auto& damaged : {packed.substr(0, packed.size() / 2), std::string{"no zstd"},
                                std::string{}, packed + "tail"}) {
        put(file, text);
        put(file + ".zst", damaged);
        EXPECT_EQ(compress(), State::different) << damaged.size();
        EXPECT_EQ(contents(folder / file), text);
        EXPECT_EQ(contents(folder / (file + ".zst")), damaged);
    }
}

TEST_F(CompressionTest, LeavesAloneWhatSomebodyWritesTo)
{
    put(file, text_of(3 << 20));
    Compression compression{folder, file};
    ASSERT_EQ(compression.step(), State::going_on);
    std::ofstream{folder / file, std::ios::app} << "by hand\n";
    EXPECT_EQ(run(compression), State::changed);
    EXPECT_FALSE(fs::exists(folder / (file + ".zst")));
    EXPECT_TRUE(contents(folder / file).ends_with("by hand\n"));
}

TEST_F(CompressionTest, WhatVanishesIsNoFault)
{
    EXPECT_EQ(compress(), State::vanished);
    EXPECT_TRUE(names().empty());
}

TEST_F(CompressionTest, ADiskThatTakesNoMoreCostsNothing)
{
    const auto text = text_of(3 << 20);
    put(file, text);
    struct rlimit limit {};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const auto before = limit;
    const auto handler = std::signal(SIGXFSZ, SIG_IGN); // so it is EFBIG; ENOSPC goes the same way
    limit.rlim_cur = 100'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(compress(), DiskError);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_THAT(names(), ElementsAre(file));
    EXPECT_EQ(contents(folder / file), text);
    EXPECT_EQ(compress(), State::done) << "when there is room again";
    EXPECT_EQ(unpacked(), text);
}

TEST_F(CompressionTest, FollowsNoLink)
{
    put("elsewhere", "text");
    fs::create_symlink(folder / "elsewhere", folder / file);
    EXPECT_THROW(compress(), DiskError);
    EXPECT_THAT(list_logs(folder), testing::IsEmpty());
    EXPECT_THAT(names(), UnorderedElementsAre("elsewhere", file));
}

TEST_F(CompressionTest, OnlyOurUnfinishedFilesAreSweptAway)
{
    put(file + ".zst.new", "half");
    put("notes.zst.new", "a person's");
    put("A_2026-02-03.log.zst.zst.new", "a person's");
    put(file, "text");
    remove_unfinished(folder);
    EXPECT_THAT(names(),
                UnorderedElementsAre(file, "notes.zst.new", "A_2026-02-03.log.zst.zst.new"));
}

} // namespace
} // namespace loggerd
