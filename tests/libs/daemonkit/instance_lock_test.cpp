#include "daemonkit/instance_lock.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/files.hpp"
#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace fs = std::filesystem;

namespace {

std::string lock_error(const fs::path& folder, const std::string& daemon)
{
    return test::error_of([&] { InstanceLock{folder, daemon}; });
}

} // namespace

TEST(InstanceLock, NamesTheOneThatRunsAlready)
{
    const test::TemporaryFolder folder;
    const InstanceLock first{folder.path(), "bridged"};
    EXPECT_EQ(lock_error(folder.path(), "bridged"), "bridged runs already (pid " +
                                                        std::to_string(::getpid()) + ") in " +
                                                        folder.path().string());
}

TEST(InstanceLock, IsPerDaemonAndFolder)
{
    const test::TemporaryFolder folder;
    const InstanceLock first{folder.path(), "bridged"};
    EXPECT_EQ(lock_error(folder.path(), "loggerd"), "");
    EXPECT_EQ(lock_error(folder / "other", "bridged"), "");
}

TEST(InstanceLock, IsFreeWhenTheFirstHasEnded)
{
    const test::TemporaryFolder folder;
    {
        const InstanceLock first{folder.path(), "bridged"};
    }
    EXPECT_EQ(lock_error(folder.path(), "bridged"), "");
}

TEST(InstanceLock, MakesTheFolderWithItsParents)
{
    const test::TemporaryFolder folder;
    const InstanceLock lock{folder / "var/run", "bridged"};
    EXPECT_TRUE(fs::is_directory(folder / "var/run"));
    EXPECT_EQ(read_file(folder / "var/run/bridged.lock"), std::to_string(::getpid()) + "\n");
}

TEST(InstanceLock, FollowsNoLinkAndEmptiesNoFileOfAnother)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "precious"} << "content";
    fs::create_symlink("precious", folder / "bridged.lock");
    EXPECT_EQ(lock_error(folder.path(), "bridged"),
              "open " + (folder / "bridged.lock").string() + ": Too many levels of symbolic links");

    fs::create_hard_link(folder / "precious", folder / "loggerd.lock");
    EXPECT_NE(lock_error(folder.path(), "loggerd"), "");
    EXPECT_EQ(read_file(folder / "precious"), "content");
}

TEST(InstanceLock, IsNotHeldUpByAPipe)
{
    const test::TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "bridged.lock").c_str(), 0600), 0);
    EXPECT_NE(lock_error(folder.path(), "bridged"), "");
}

TEST(InstanceLock, SaysWhyThereIsNoFolder)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "file"} << "no folder";
    EXPECT_EQ(lock_error(folder / "file", "bridged"),
              "use " + (folder / "file").string() + ": Not a directory");
}

} // namespace daemonkit
