#include "ctl/process_table.hpp"

#include <algorithm>

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tools/things.hpp"

namespace ctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct stat facts_of(const char* device)
{
    struct stat facts {};
    EXPECT_EQ(::stat(device, &facts), 0);
    return facts;
}

/// A folder that looks like /proc; /dev/null stands for the tty.
class ProcessTableTest : public tools_test::Folder {
protected:
    void process(const std::string& pid, const std::string& comm)
    {
        write(pid + "/comm", comm + "\n");
        write(pid + "/status", "Name:\t" + comm + "\nUid:\t1000\t0\t0\t0\n");
        write(pid + "/cmdline", std::string("/usr/bin/") + comm + '\0' + "-D" + '\0');
        write(pid + "/cgroup", "0::/user.slice/user-1000.slice/session-1.scope\n");
        std::filesystem::create_directories(folder_ / pid / "fd");
    }
    void opens(const std::string& pid, const std::string& target,
               const std::string& flags = "0100002")
    {
        std::filesystem::create_symlink(target, folder_ / pid / "fd/3");
        write(pid + "/fdinfo/3", "pos:\t0\nflags:\t" + flags + "\n");
    }

    ProcessTable table_{folder_};
};

TEST_F(ProcessTableTest, FindsWhoHasADeviceOpenAndSaysWhoThatIs)
{
    process("4711", "minicom");
    opens("4711", "/dev/null");
    process("4712", "sleep");
    opens("4712", "/dev/zero");
    EXPECT_THAT(table_.with_device(facts_of("/dev/null")),
                ElementsAre(Process{4711, "minicom", "root", "/usr/bin/minicom -D", ""}));
}

TEST_F(ProcessTableTest, ADeviceIsFoundByItsNumberUnderAnyName)
{
    process("4711", "minicom");
    std::filesystem::create_symlink("/dev/null", folder_ / "another-name");
    opens("4711", folder_ / "another-name");
    EXPECT_EQ(table_.with_device(facts_of("/dev/null")).size(), 1U);
}

TEST_F(ProcessTableTest, AMereNameForTheFileIsNoOpenDevice)
{
    process("1", "systemd");
    opens("1", "/dev/null", "012000000"); // O_PATH | O_CLOEXEC
    EXPECT_THAT(table_.with_device(facts_of("/dev/null")), IsEmpty());
}

TEST_F(ProcessTableTest, FindsWhoHasASocket)
{
    process("4711", "nginx");
    opens("4711", "socket:[9001]");
    process("4712", "other");
    opens("4712", "socket:[90011]");
    const auto found = table_.with_sockets({9001});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].program, "nginx");
    EXPECT_THAT(table_.with_sockets({}), IsEmpty());
}

TEST_F(ProcessTableTest, NamesTheServiceOfTheSystemThatAProcessIsOf)
{
    process("4711", "ModemManager");
    opens("4711", "/dev/null");
    write("4711/cgroup",
          "1:name=x:/ignored\n0::/system.slice/system-serial.slice/ModemManager.service\n");
    EXPECT_EQ(table_.with_device(facts_of("/dev/null")).at(0).unit, "ModemManager.service");
}

TEST_F(ProcessTableTest, AServiceOfAUsersOwnManagerIsNotTheSystems)
{
    process("4711", "thing");
    opens("4711", "/dev/null");
    write("4711/cgroup",
          "0::/user.slice/user-1000.slice/user@1000.service/app.slice/system.slice/x.service\n");
    EXPECT_EQ(table_.with_device(facts_of("/dev/null")).at(0).unit, "");
}

TEST_F(ProcessTableTest, WhatAProcessCallsItselfIsEscapedAndCut)
{
    process("4711", "\x1b[2J");
    opens("4711", "/dev/null");
    write("4711/cmdline", "evil\n" + std::string(5000, 'x'));
    const auto found = table_.with_device(facts_of("/dev/null")).at(0);
    EXPECT_EQ(found.program, "\\x1b[2J");
    EXPECT_TRUE(found.command.starts_with("evil\\x0axxx"));
    EXPECT_LT(found.command.size(), 220U);
}

TEST_F(ProcessTableTest, FindsProcessesByName)
{
    process("4711", "brltty");
    process("4712", "brlttyd");
    const auto found = table_.named("brltty");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pid, 4711);
}

TEST_F(ProcessTableTest, AProcessThatGoesMeanwhileIsNoFault)
{
    std::filesystem::create_directories(folder_ / "4711");
    EXPECT_THAT(table_.with_device(facts_of("/dev/null")), IsEmpty());
    EXPECT_FALSE(table_.is_blind_to_some());
}

TEST_F(ProcessTableTest, SaysWhenAProcessCouldNotBeLookedInto)
{
    process("4711", "minicom");
    std::filesystem::permissions(folder_ / "4711/fd", std::filesystem::perms::none);
    table_.with_device(facts_of("/dev/null"));
    EXPECT_EQ(table_.is_blind_to_some(), ::geteuid() != 0); // nothing is closed to root
    std::filesystem::permissions(folder_ / "4711/fd", std::filesystem::perms::owner_all);
}

TEST(ProcessTable, FindsThisProcessOnARealTty)
{
    int board = -1, tty = -1;
    ASSERT_EQ(::openpty(&board, &tty, nullptr, nullptr, nullptr), 0);
    struct stat facts {};
    ASSERT_EQ(::fstat(tty, &facts), 0);
    const auto holders = ProcessTable{}.with_device(facts);
    EXPECT_EQ(std::ranges::count(holders, ::getpid(), &Process::pid), 1);
    facts.st_dev += 1; // a container's, of the same number
    EXPECT_THAT(ProcessTable{}.with_device(facts), IsEmpty());
    ::close(tty);
    ::close(board);
}

} // namespace
} // namespace ctl
