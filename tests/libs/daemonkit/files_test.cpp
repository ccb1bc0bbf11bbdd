#include "daemonkit/files.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& file)
{
    struct stat status = {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_mode & 07777;
}

std::size_t files_in(const fs::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

} // namespace

TEST(ReadFile, GivesAllBytes)
{
    const test::TemporaryFolder folder;
    const std::string content("a\0b\xff\n", 5);
    std::ofstream{folder / "file"} << content;
    EXPECT_EQ(read_file(folder / "file"), content);
}

TEST(ReadFile, RefusesOneThatIsLargerThanAllowed)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "file"} << std::string(100'000, 'x');
    EXPECT_EQ(read_file(folder / "file", 100'000).size(), 100'000u);
    EXPECT_EQ(test::error_of([&] { read_file(folder / "file", 99'999); }),
              "read " + (folder / "file").string() + ": File too large");
}

TEST(ReadFile, SaysWhatTheSystemSaid)
{
    const test::TemporaryFolder folder;
    EXPECT_EQ(test::error_of([&] { read_file(folder / "none"); }),
              "read " + (folder / "none").string() + ": No such file or directory");
    EXPECT_EQ(test::error_of([&] { read_file(folder.path()); }),
              "read " + folder.path().string() + ": Is a directory");
}

TEST(ReadFile, IsNotHeldUpByAPipe)
{
    const test::TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_file(folder / "pipe"), "");
}

TEST(WriteFileAtomically, MakesAFileAndLeavesNothingElse)
{
    const test::TemporaryFolder folder;
    write_file_atomically(folder / "file", "one");
    write_file_atomically(folder / "file", "two");
    EXPECT_EQ(read_file(folder / "file"), "two");
    EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(WriteFileAtomically, KeepsTheMode)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "file"} << "old";
    ASSERT_EQ(::chmod((folder / "file").c_str(), 0604), 0);
    write_file_atomically(folder / "file", "new");
    EXPECT_EQ(mode_of(folder / "file"), 0604u);
}

TEST(WriteFileAtomically, LeavesTheOldFileToThoseWhoHaveItOpen)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "file"} << "old";
    std::ifstream reader{folder / "file"};
    write_file_atomically(folder / "file", "new");
    std::string seen;
    reader >> seen;
    EXPECT_EQ(seen, "old");
}

TEST(WriteFileAtomically, WritesTheTargetOfALinkAndKeepsTheLink)
{
    const test::TemporaryFolder folder;
    fs::create_directory(folder / "elsewhere");
    std::ofstream{folder / "elsewhere/target"} << "old";
    fs::create_symlink("elsewhere/target", folder / "link");
    write_file_atomically(folder / "link", "new");

    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    EXPECT_EQ(read_file(folder / "elsewhere/target"), "new");
}

TEST(WriteFileAtomically, GetsPastWhatACrashHasLeftBehind)
{
    const test::TemporaryFolder folder;
    const std::string stem = ".file." + std::to_string(::getpid());
    std::ofstream{folder / (stem + ".0")} << "half";
    write_file_atomically(folder / "file", "whole");
    EXPECT_EQ(read_file(folder / "file"), "whole");
}

TEST(WriteFileAtomically, SaysWhatTheSystemSaidAndKeepsTheOldFile)
{
    const test::TemporaryFolder folder;
    EXPECT_EQ(test::error_of([&] { write_file_atomically(folder / "none/file", "x"); }),
              "write " + (folder / "none/file").string() + ": No such file or directory");

    fs::create_directory(folder / "taken"); // a folder cannot be replaced
    EXPECT_EQ(test::error_of([&] { write_file_atomically(folder / "taken", "x"); }),
              "write " + (folder / "taken").string() + ": Is a directory");
    EXPECT_EQ(files_in(folder.path()), 1u) << "nothing left behind";
}

} // namespace daemonkit
