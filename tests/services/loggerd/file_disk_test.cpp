#include "loggerd/file_disk.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/files.hpp"

namespace loggerd {
namespace {

namespace fs = std::filesystem;

struct FileDiskTest : testing::Test {
    FileDiskTest()
    {
        std::string name = "/tmp/file_disk_test.XXXXXX";
        folder = ::mkdtemp(name.data());
        disk.emplace(folder / "log", folder / "state" / "logger");
    }
    ~FileDiskTest() override
    {
        disk.reset();
        fs::remove_all(folder);
    }
    std::string read(const std::string& file)
    {
        return daemonkit::read_file(folder / "log" / file);
    }

    fs::path folder;
    std::optional<FileDisk> disk;
};

TEST_F(FileDiskTest, AppendsToAFileThatOthersMayNotRead)
{
    disk->append("a.log", "one\n");
    disk->append("a.log", "two\n");
    EXPECT_EQ(read("a.log"), "one\ntwo\n");
    EXPECT_EQ(disk->size("a.log"), 8u);
    struct stat status {};
    ASSERT_EQ(::stat((folder / "log" / "a.log").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0137, 0u);
}

TEST_F(FileDiskTest, NoticesThatSomebodyMovedTheFile)
{
    disk->append("a.log", "one\n");
    fs::rename(folder / "log" / "a.log", folder / "log" / "a.log.1");
    disk->append("a.log", "two\n");
    EXPECT_EQ(read("a.log"), "two\n");
    fs::remove(folder / "log" / "a.log");
    disk->append("a.log", "three\n");
    EXPECT_EQ(read("a.log"), "three\n");
}

TEST_F(FileDiskTest, ShortensButNeverLengthens)
{
    disk->append("a.log", "one\ntwo");
    EXPECT_FALSE(disk->ends_in_newline("a.log"));
    disk->truncate("a.log", 4);
    disk->truncate("a.log", 100);
    disk->truncate("absent.log", 0);
    EXPECT_TRUE(disk->ends_in_newline("a.log"));
    disk->append("a.log", "three\n");
    EXPECT_EQ(read("a.log"), "one\nthree\n");
    EXPECT_EQ(disk->size("absent.log"), 0u);
    EXPECT_TRUE(disk->ends_in_newline("absent.log"));
    EXPECT_FALSE(fs::exists(folder / "log" / "absent.log"));
}

TEST_F(FileDiskTest, ReplacesRecords)
{
    EXPECT_EQ(disk->load_record("A"), std::nullopt);
    disk->save_record("A", "old");
    disk->save_record("A", "new");
    EXPECT_EQ(disk->recorded(), std::vector<std::string>{"A"});
    EXPECT_EQ(disk->load_record("A"), "new");
    disk->remove_record("A");
    disk->remove_record("A");
    EXPECT_EQ(disk->load_record("A"), std::nullopt);
    EXPECT_TRUE(disk->recorded().empty());
}

TEST_F(FileDiskTest, NamesFileAndReasonWhenRefused)
{
    fs::create_directory(folder / "log" / "a.log");
    try {
        disk->append("a.log", "one\n");
        FAIL() << "a folder was written to";
    } catch (const DiskError& error) {
        EXPECT_EQ(error.what(), "open " + (folder / "log" / "a.log").string() + ": Is a directory");
    }
}

TEST_F(FileDiskTest, DoesNotFollowALinkOutOfItsFolder)
{
    fs::create_symlink(folder / "elsewhere", folder / "log" / "a.log");
    EXPECT_THROW(disk->append("a.log", "one\n"), DiskError);
    EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

} // namespace
} // namespace loggerd
