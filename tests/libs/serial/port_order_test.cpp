#include "libs/serial/port_fixture.hpp"
#include "libs/serial/rate_of.hpp"

namespace serial {

class PortOrder : public test::PortTest {
protected:
    std::uint32_t rate_seen_by_others() const { return test::rate_of(pty_.devnode()); }
    static Settings at(std::uint32_t baud)
    {
        Settings settings;
        settings.baud = baud;
        return settings;
    }
};

TEST_F(PortOrder, AnyRateIsInEffectWhenTheHandlerIsCalled)
{
    open(at(74880));
    EXPECT_EQ(rate_seen_by_others(), 74880u);
    for (const std::uint32_t baud : {250000u, 1500000u, 1234567u}) {
        done_.clear();
        port_->configure(at(baud), note("configure"));
        ASSERT_TRUE(until_done(1));
        EXPECT_EQ(done_.front(), "configure");
        EXPECT_EQ(port_->settings().baud, baud);
        EXPECT_EQ(rate_seen_by_others(), baud);
    }
}

TEST_F(PortOrder, AcknowledgesWhatAPtyDoesNotDo)
{
    open();
    port_->configure({9600, 7, Parity::odd, StopBits::one, FlowControl::none}, note("7O1"));
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(done_.front(), "7O1");
    EXPECT_EQ(port_->settings().data_bits, 8) << "what is in effect";
    EXPECT_EQ(port_->settings().baud, 9600u);
}

TEST_F(PortOrder, RefusesImpossibleSettingsAndKeepsTheOthers)
{
    open(at(9600));
    port_->configure(at(0), note("B0"));
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(done_.front(), "B0: Invalid argument");
    EXPECT_EQ(port_->settings().baud, 9600u);
}

TEST_F(PortOrder, HandlersComeInTheOrderOfTheCalls)
{
    open();
    port_->write(test::bytes_of("a"));
    port_->configure(at(9600), note("configure"));
    port_->set_lines({.dtr = true, .rts = {}}, note("lines"));
    port_->drain(note("drain"));
    port_->write(test::bytes_of("b"));
    port_->set_break(true, note("break"));
    port_->set_break(false, note("no break"));
    EXPECT_TRUE(done_.empty()) << "never from inside the call";
    ASSERT_TRUE(until_done(5));
    EXPECT_EQ(done_, (std::vector<std::string>{"configure", "lines: Inappropriate ioctl for device",
                                               "drain", "break", "no break"}));
}

TEST_F(PortOrder, SettingsWaitForBytesThatWereWrittenBefore)
{
    open(at(9600));
    const std::string much(100'000, 'x');
    port_->write(test::bytes_of(much));
    port_->configure(at(57600), note("configure"));
    port_->write(test::bytes_of("y"));

    std::string heard;
    ASSERT_TRUE(test::run_until(io_, [&] {
        // The rate can only change when all before it is in the kernel, of which a pty's
        // buffer holds a part: what is in our queue was not yet overtaken.
        const bool early = port_->queued() > 1 && port_->settings().baud != 9600;
        EXPECT_FALSE(early);
        heard += pty_.hear();
        return heard.size() == much.size() + 1;
    }));
    EXPECT_EQ(heard, much + "y");
    EXPECT_EQ(port_->settings().baud, 57600u);
    EXPECT_EQ(done_.size(), 1u);
}

TEST_F(PortOrder, CloseCancelsWhatIsQueued)
{
    open();
    port_->write(test::bytes_of(std::string(200'000, 'x')));
    port_->configure(at(9600), note("configure"));
    port_->drain(note("drain"));
    port_->close({}, note("close"));
    EXPECT_EQ(port_->queued(), 0u);
    ASSERT_TRUE(until_done(3));
    EXPECT_EQ(done_, (std::vector<std::string>{"configure: Operation canceled",
                                               "drain: Operation canceled", "close"}));
}

TEST_F(PortOrder, PurgeLetsGoOnWhatWaitedForTheBytes)
{
    open();
    port_->write(test::bytes_of(std::string(200'000, 'x')));
    port_->configure(at(9600), note("configure"));
    port_->drain(note("drain"));
    port_->purge_transmit();
    ASSERT_TRUE(until_done(2));
    EXPECT_EQ(done_, (std::vector<std::string>{"configure", "drain"}));
    EXPECT_EQ(port_->settings().baud, 9600u);
}

TEST_F(PortOrder, WhatIsBehindACallIsNotPurgedWithWhatTheCallWaitsFor)
{
    open();
    EXPECT_EQ(port_->unsent_before_call(), 0u);
    port_->write(test::bytes_of(std::string(200'000, 'x')));
    EXPECT_EQ(port_->unsent_before_call(), 0u) << "there is no call";
    port_->configure(at(9600), note("configure"));
    port_->write(test::bytes_of("kept"));
    EXPECT_EQ(port_->unsent_before_call(), port_->unsent() - 4);
    port_->purge_before_call();
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(port_->queued(), 0u);
    port_->purge_before_call(); // nothing waits any more
    std::string heard;
    ASSERT_TRUE(test::run_until(io_, [&] { return (heard += pty_.hear()).ends_with("kept"); }));
    heard.resize(heard.size() - 4);
    EXPECT_EQ(heard.find_first_not_of('x'), std::string::npos);
    EXPECT_LT(heard.size(), 200'000u);
}

TEST_F(PortOrder, CallsOnAClosedPortFail)
{
    port_->write(test::bytes_of("nowhere"));
    port_->configure({}, note("configure"));
    ASSERT_TRUE(until_done(1));
    EXPECT_EQ(done_.front(), "configure: Bad file descriptor");
    EXPECT_EQ(port_->queued(), 0u);
}

TEST_F(PortOrder, AHandlerMayCloseThePort)
{
    open();
    port_->configure(at(9600), [this](std::error_code) { port_->close({}, note("close")); });
    port_->drain(note("drain"));
    ASSERT_TRUE(until_done(2));
    EXPECT_EQ(done_, (std::vector<std::string>{"drain: Operation canceled", "close"}));
}

} // namespace serial
