#include <algorithm>

#include <sys/file.h>
#include <sys/ioctl.h>

#include "libs/serial/port_fixture.hpp"

namespace serial {

class PortOpen : public test::PortTest {};

TEST_F(PortOpen, SucceedsOnATtyWithoutModemLines)
{
    EXPECT_FALSE(open({}, {.dtr = false, .rts = false}));
    EXPECT_TRUE(port_->is_open());
    EXPECT_EQ(port_->settings(), Settings{});
}

TEST_F(PortOpen, LeavesAPtyToOthersToo)
{
    open();
    const int second = ::open(pty_.devnode().c_str(), O_RDWR | O_NOCTTY);
    EXPECT_GE(second, 0) << "TIOCEXCL on a pty outlives its holder";
    int exclusive = -1;
    EXPECT_EQ(::ioctl(second, TIOCGEXCL, &exclusive), 0);
    EXPECT_EQ(exclusive, 0);
    ::close(second);
}

TEST_F(PortOpen, IsBusyWhileAnotherHasLockedTheTtyAndLocksItItself)
{
    const int other = ::open(pty_.devnode().c_str(), O_RDWR | O_NOCTTY);
    ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0); // pyserial's exclusive=True
    EXPECT_EQ(open(), std::errc::device_or_resource_busy);
    EXPECT_FALSE(port_->is_open());

    ASSERT_EQ(::flock(other, LOCK_UN), 0);
    EXPECT_FALSE(open());
    EXPECT_NE(::flock(other, LOCK_EX | LOCK_NB), 0);
    ::close(other);
}

TEST_F(PortOpen, SaysWhatTheSystemSaid)
{
    port_->open("/dev/rfc2217-absent", {}, {}, note("absent"));
    ASSERT_TRUE(until_done(1));
    port_->open("/dev/null", {}, {}, note("null"));
    ASSERT_TRUE(until_done(2));
    port_->open("/etc/passwd", {}, {}, note("file"));
    ASSERT_TRUE(until_done(3));

    EXPECT_EQ(done_, (std::vector<std::string>{"absent: No such file or directory",
                                               "null: Inappropriate ioctl for device",
                                               "file: Inappropriate ioctl for device"}));
    EXPECT_FALSE(port_->is_open());
}

TEST_F(PortOpen, SucceedsAfterAFailure)
{
    port_->open("/dev/rfc2217-absent", {}, {}, note("absent"));
    ASSERT_TRUE(until_done(1));
    EXPECT_FALSE(open());
}

TEST_F(PortOpen, IsRefusedWhileItIsOpen)
{
    open();
    port_->open(pty_.devnode(), {}, {}, note("second"));
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(done_.front(), "second: Transport endpoint is already connected");
    EXPECT_TRUE(port_->is_open());
}

TEST_F(PortOpen, MayFollowCloseAtOnce)
{
    open();
    for (int i = 0; i < 20; ++i) {
        port_->close({}, note("close"));
        EXPECT_FALSE(port_->is_open());
        port_->open(pty_.devnode(), {}, {}, note("open"));
    }
    ASSERT_TRUE(until_done(40));
    EXPECT_TRUE(port_->is_open());

    pty_.say("still there");
    EXPECT_TRUE(test::run_until(io_, [&] { return received_ == "still there"; }));
}

TEST_F(PortOpen, IsCancelledByClose)
{
    port_->open(pty_.devnode(), {}, {}, note("open"));
    port_->close({}, note("close"));
    ASSERT_TRUE(until_done(2));
    EXPECT_EQ(done_, (std::vector<std::string>{"open: Operation canceled", "close"}));
    EXPECT_FALSE(port_->is_open());
}

TEST_F(PortOpen, CloseIsSafeWhenNothingIsOpen)
{
    port_->close({}, note("close"));
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(done_.front(), "close");
}

TEST_F(PortOpen, DoesNotWaitForAnythingWhenItIsDestroyed)
{
    for (int i = 0; i < 20; ++i) {
        port_->open(pty_.devnode(), {}, {}, note("never"));
        port_->write(test::bytes_of("x"));
        port_->drain(note("never"));
        if (i % 2 == 0) io_.poll();
        port_ = std::make_unique<serial::Port>(io_, events());
    }
    // The last of them may still be closing it, and nobody waits for that.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    std::error_code fault = open();
    while (fault == std::errc::device_or_resource_busy &&
           std::chrono::steady_clock::now() < deadline)
        fault = open();
    EXPECT_FALSE(fault);
    EXPECT_EQ(std::count(done_.begin(), done_.end(), "never: Operation canceled"), 0);
}

TEST_F(PortOpen, KeepsTheLoopRunningUntilItIsDone)
{
    port_->open("/dev/rfc2217-absent", {}, {}, note("absent"));
    io_.run();
    EXPECT_EQ(done_.size(), 1u);
}

TEST_F(PortOpen, MayBeDestroyedInItsOwnHandlers)
{
    port_->open(pty_.devnode(), {}, {}, [this](std::error_code) {
        port_.reset();
        done_.emplace_back("gone");
    });
    EXPECT_TRUE(until_done(1));
    EXPECT_EQ(port_, nullptr);
}

} // namespace serial
