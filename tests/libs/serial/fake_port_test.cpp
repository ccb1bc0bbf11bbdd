#include "fakes/fake_port.hpp"

#include <gtest/gtest.h>

#include "libs/serial/pty.hpp"

namespace fakes {

namespace {

class FakePortTest : public testing::Test {
protected:
    void open()
    {
        port_.open("/dev/ttyUSB0", {}, {.dtr = false, .rts = false}, note("open"));
        io_.restart();
        io_.run();
    }
    void run()
    {
        io_.restart();
        io_.run();
    }
    serial::PortInterface::Handler note(const std::string& name)
    {
        return [this, name](std::error_code error) {
            done_.push_back(error ? name + ": " + error.message() : name);
        };
    }

    asio::io_context io_;
    FakeTtys ttys_;
    FakeTty& tty_ = ttys_.plug("/dev/ttyUSB0");
    std::vector<std::string> done_;
    std::string received_;
    int lost_ = 0, writable_ = 0;
    std::vector<serial::LineErrors> errors_;
    FakePort port_{io_,
                   ttys_,
                   {.received = [this](auto bytes, auto) { received_ += test::text_of(bytes); },
                    .lost = [this](std::error_code) { ++lost_; },
                    .writable = [this] { ++writable_; },
                    .inputs_changed = {},
                    .line_errors = [this](const auto& errors) { errors_.push_back(errors); }}};
};

} // namespace

TEST_F(FakePortTest, RecordsWhatWasDoneInOrder)
{
    open();
    port_.write(test::bytes_of("hello"));
    port_.configure({921600, 8, {}, {}, {}}, note("configure"));
    port_.set_lines({.dtr = true, .rts = {}}, note("lines"));
    EXPECT_EQ(done_.size(), 1u) << "nothing from inside the calls";
    run();

    EXPECT_EQ(tty_.history, (std::vector<std::string>{"open 115200 8N1 DTR=0 RTS=0", "write hello",
                                                      "configure 921600 8N1", "lines DTR=1"}));
    EXPECT_EQ(done_, (std::vector<std::string>{"open", "configure", "lines"}));
    EXPECT_TRUE(tty_.dtr);
    EXPECT_EQ(port_.settings().baud, 921600u);
}

TEST_F(FakePortTest, KeepsWritesLinesSettingsAndBreaksInTheOrderOfTheCalls)
{
    open();
    port_.write(test::bytes_of("a"));
    port_.set_lines({.dtr = {}, .rts = true}, note("lines"));
    port_.set_break(true, note("break"));
    port_.configure({9600, 7, serial::Parity::mark, {}, {}}, note("configure"));
    run();
    EXPECT_TRUE(tty_.break_on);
    port_.set_break(false, note("no break"));
    port_.write(test::bytes_of("b"));
    run();
    EXPECT_FALSE(tty_.break_on);
    EXPECT_EQ(tty_.history,
              (std::vector<std::string>{"open 115200 8N1 DTR=0 RTS=0", "write a", "lines RTS=1",
                                        "break on", "configure 9600 7M1", "break off", "write b"}));
}

TEST_F(FakePortTest, LosesWhatIsUnderWayWhenUnpluggedInMidWrite)
{
    open();
    tty_.takes_bytes = false;
    port_.write(test::bytes_of("half"));
    port_.configure({}, note("configure"));
    run();
    const auto gone = ttys_.find("/dev/ttyUSB0");
    ttys_.unplug("/dev/ttyUSB0");
    port_.write(test::bytes_of("void"));
    run();
    EXPECT_EQ(done_.back(), "configure: Input/output error");
    EXPECT_EQ(port_.queued(), 0u);
    EXPECT_EQ(gone->written, "");
    EXPECT_EQ(lost_, 1);
}

TEST_F(FakePortTest, TellsOfLineErrorsWhileItWatches)
{
    const serial::LineErrors error{
        .overrun = false, .parity = true, .framing = false, .break_detected = false};
    open();
    tty_.board_line_errors(error);
    port_.watch_inputs(true);
    run();
    EXPECT_TRUE(errors_.empty()) << "before";
    tty_.board_line_errors(error);
    EXPECT_TRUE(errors_.empty()) << "not from inside the call";
    run();
    EXPECT_EQ(errors_, std::vector{error});
    port_.watch_inputs(false);
    tty_.board_line_errors(error);
    run();
    EXPECT_EQ(errors_.size(), 1u);
}

TEST_F(FakePortTest, FailsAsItIsTold)
{
    tty_.open_error = std::make_error_code(std::errc::device_or_resource_busy);
    open();
    EXPECT_EQ(done_, std::vector<std::string>{"open: Device or resource busy"});
    EXPECT_FALSE(port_.is_open());

    tty_.open_error.clear();
    tty_.lines_error = std::make_error_code(std::errc::inappropriate_io_control_operation);
    open();
    port_.set_lines({.dtr = true, .rts = {}}, note("lines"));
    run();
    EXPECT_EQ(done_.back(), "lines: Inappropriate ioctl for device");
}

TEST_F(FakePortTest, UnpluggingLosesThePortOnceAndPluggingInMakesAnotherTty)
{
    open();
    port_.drain(note("drain"));
    ttys_.unplug("/dev/ttyUSB0");
    run();
    EXPECT_EQ(lost_, 1);
    EXPECT_EQ(done_.back(), "drain: Input/output error");

    port_.close({}, note("close"));
    auto& second = ttys_.plug("/dev/ttyUSB0");
    open();
    second.receive("boot");
    run();
    EXPECT_EQ(received_, "boot");
}

TEST_F(FakePortTest, AStuckDrainIsFreedByAPurge)
{
    open();
    tty_.drain_is_stuck = true;
    port_.write(test::bytes_of("x"));
    port_.drain(note("drain"));
    run();
    EXPECT_EQ(done_.size(), 1u);
    port_.purge_transmit();
    run();
    EXPECT_EQ(done_.back(), "drain");
}

TEST_F(FakePortTest, PressesBackAndSaysWhenThereIsRoom)
{
    open();
    tty_.takes_bytes = false;
    port_.write(test::bytes_of(std::string(20'000, 'x')));
    run();
    EXPECT_EQ(port_.queued(), 20'000u);
    EXPECT_EQ(writable_, 0);
    tty_.takes_bytes = true;
    tty_.release();
    run();
    EXPECT_EQ(port_.queued(), 0u);
    EXPECT_EQ(writable_, 1);
}

} // namespace fakes
