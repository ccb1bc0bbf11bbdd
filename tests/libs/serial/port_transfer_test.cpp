#include <algorithm>
#include <random>

#include <poll.h>

#include "libs/serial/port_fixture.hpp"

namespace serial {

namespace {

std::string random_bytes(std::size_t count, unsigned seed)
{
    std::mt19937 random{seed};
    std::string bytes(count, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random() & 0xFF); });
    return bytes;
}

std::string every_byte()
{
    std::string bytes;
    for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
    return bytes + bytes;
}

} // namespace

class PortTransfer : public test::PortTest {
protected:
    /// What the board said has arrived at the tty; the loop, which would read it, does not run.
    void wait_until_readable() const
    {
        const int tty = ::open(pty_.devnode().c_str(), O_RDWR | O_NOCTTY);
        pollfd readable{tty, POLLIN, 0};
        EXPECT_EQ(::poll(&readable, 1, 20'000), 1);
        ::close(tty);
    }
    bool hear_until(std::string& heard, std::size_t count)
    {
        return test::run_until(io_, [&] {
            heard += pty_.hear();
            return heard.size() >= count;
        });
    }
};

TEST_F(PortTransfer, ReceivesEveryByteValueUntouched)
{
    open();
    pty_.say(every_byte());
    ASSERT_TRUE(test::run_until(io_, [&] { return received_.size() >= 512; }));
    EXPECT_EQ(received_, every_byte());
}

TEST_F(PortTransfer, SendsEveryByteValueUntouched)
{
    open();
    port_->write(test::bytes_of(every_byte()));
    std::string heard;
    ASSERT_TRUE(hear_until(heard, 512));
    EXPECT_EQ(heard, every_byte());
}

TEST_F(PortTransfer, CarriesPiecesOfAnySizeBothWaysAtOnce)
{
    open();
    const std::string to_board = random_bytes(300'000, 1);
    const std::string from_board = random_bytes(300'000, 2);
    std::mt19937 random{3};
    std::size_t written = 0, said = 0;
    std::string heard;
    ASSERT_TRUE(test::run_until(io_, [&] {
        if (written < to_board.size() && port_->queued() < PortInterface::low_water) {
            const auto piece = to_board.substr(written, 1 + random() % 9000);
            port_->write(test::bytes_of(piece));
            written += piece.size();
        }
        said += pty_.say(std::string_view(from_board).substr(said, 1 + random() % 5000));
        heard += pty_.hear();
        return heard.size() == to_board.size() && received_.size() == from_board.size();
    }));
    EXPECT_TRUE(heard == to_board);
    EXPECT_TRUE(received_ == from_board);
    EXPECT_LE(largest_read_, 4096u);
}

TEST_F(PortTransfer, QueuesWhatTheKernelDoesNotTakeAndSaysWhenThereIsRoom)
{
    open();
    const std::string much = random_bytes(200'000, 4);
    port_->write(test::bytes_of(much));
    EXPECT_GT(port_->queued(), PortInterface::low_water) << "nobody reads yet";
    EXPECT_EQ(writable_, 0);

    std::string heard;
    ASSERT_TRUE(hear_until(heard, much.size()));
    EXPECT_TRUE(heard == much);
    EXPECT_EQ(port_->queued(), 0u);
    ASSERT_TRUE(test::run_until(io_, [&] { return writable_ > 0; }));
    io_.poll();
    EXPECT_EQ(writable_, 1);
}

TEST_F(PortTransfer, PurgeDropsWhatIsQueuedAndNotWhatComesLater)
{
    open();
    port_->write(test::bytes_of(std::string(200'000, 'x')));
    ASSERT_GT(port_->queued(), 0u);
    port_->purge_transmit();
    EXPECT_EQ(port_->queued(), 0u);
    ASSERT_TRUE(test::run_until(io_, [&] { return writable_ == 1; }));

    port_->write(test::bytes_of("after"));
    std::string heard;
    ASSERT_TRUE(test::run_until(io_, [&] {
        heard += pty_.hear();
        return heard.ends_with("after");
    }));
    EXPECT_LT(heard.size(), 100'000u) << "TCOFLUSH";
}

TEST_F(PortTransfer, ReceivesNowWhatIsThereThoughReadingIsHeld)
{
    open();
    port_->hold_reading(true);
    pty_.say("old");
    wait_until_readable();
    port_->receive_now();
    EXPECT_EQ(received_, "old");
}

TEST_F(PortTransfer, TellsOnceThatTheBoardIsGone)
{
    open();
    pty_.unplug();
    ASSERT_TRUE(test::run_until(io_, [&] { return !lost_.empty(); }));
    EXPECT_EQ(lost_.front(), std::errc::io_error);
    EXPECT_TRUE(port_->is_open()) << "until it is closed";

    port_->write(test::bytes_of("into the void"));
    EXPECT_EQ(port_->queued(), 0u);
    port_->drain(note("drain"));
    port_->close({}, note("close"));
    ASSERT_TRUE(until_done(2));
    EXPECT_EQ(done_.front(), "drain: Input/output error");
    EXPECT_EQ(lost_.size(), 1u);
}

TEST_F(PortTransfer, DropsWhatIsUnderWayWhenTheBoardGoesInMidWrite)
{
    open();
    port_->write(test::bytes_of(std::string(200'000, 'x')));
    port_->configure({}, note("configure"));
    port_->set_break(true, note("break"));
    ASSERT_GT(port_->queued(), 0u) << "nobody reads";
    pty_.unplug();
    ASSERT_TRUE(until_done(2));
    EXPECT_EQ(done_, (std::vector<std::string>{"configure: Input/output error",
                                               "break: Input/output error"}));
    EXPECT_EQ(port_->queued(), 0u);
    ASSERT_TRUE(test::run_until(io_, [&] { return !lost_.empty(); }));

    io_.restart();
    const auto handlers = io_.run_for(std::chrono::milliseconds{100});
    EXPECT_LT(handlers, 10u) << "a tty that is gone is ready for ever: it spins";
    EXPECT_EQ(lost_.size(), 1u);
}

TEST_F(PortTransfer, ReadsWhatTheBoardSaidBeforeItWent)
{
    open();
    pty_.say("last words");
    ASSERT_TRUE(test::run_until(io_, [&] { return received_ == "last words"; }));
    pty_.unplug();
    ASSERT_TRUE(test::run_until(io_, [&] { return !lost_.empty(); }));
}

TEST_F(PortTransfer, MayBeDestroyedWhileItTellsOfBytes)
{
    auto told = events();
    told.received = [&](std::span<const std::byte>, auto) { port_.reset(); };
    port_ = std::make_unique<serial::Port>(io_, told);
    open();
    pty_.say("bytes");
    EXPECT_TRUE(test::run_until(io_, [&] { return port_ == nullptr; }));
}

TEST_F(PortTransfer, WithoutInputsTellsOfNone)
{
    port_->watch_inputs(true);
    open();
    port_->set_lines({.dtr = true, .rts = false}, note("lines"));
    bool asked = false;
    port_->read_inputs([&](std::optional<ModemInputs> inputs) {
        EXPECT_FALSE(inputs);
        asked = true;
    });
    ASSERT_TRUE(until_done(1));
    ASSERT_TRUE(test::run_until(io_, [&] { return asked; }));
    EXPECT_EQ(done_.front(), "lines: Inappropriate ioctl for device");
    EXPECT_EQ(inputs_changed_, 0);
}

} // namespace serial
