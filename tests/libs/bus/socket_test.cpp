#include "bus/socket.hpp"

#include <sys/stat.h>

#include "libs/bus/bus_test.hpp"

namespace {

using bus_test::Peer;
using Side = bus_test::Peer::Side;
using namespace std::chrono_literals;

class Socket : public bus_test::Bus {
protected:
    zmq::socket_t pair(Side side, const std::string& name = "pair")
    {
        zmq::socket_t socket(context, zmq::socket_type::pair);
        socket.set(zmq::sockopt::linger, 0);
        if (side == Side::binds)
            bus::bind(socket, endpoint(name));
        else
            socket.connect(endpoint(name));
        return socket;
    }
    /// Blocking, so that the far side's messages are there without our loop running.
    static void send(zmq::socket_t& far, const std::string& text)
    {
        far.send(zmq::buffer(text), zmq::send_flags::none);
    }
    static void await_input(zmq::socket_t& socket)
    {
        zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
        ASSERT_EQ(zmq::poll(&item, 1, 20s), 1);
    }
};

TEST_F(Socket, ReceivesABurstOfAThousandInOrder)
{
    std::vector<std::string> got;
    bus::Socket near(io, pair(Side::binds),
                     [&](bus::Frames in) { got.push_back(bus::text(in[0])); });
    auto far = pair(Side::connects);
    for (int i = 0; i < 1000; ++i) send(far, std::to_string(i));

    ASSERT_TRUE(until([&] { return got.size() == 1000; }));
    EXPECT_EQ(got.front(), "0");
    EXPECT_EQ(got.back(), "999");
}

TEST_F(Socket, ReceivesWhatWasThereBeforeItWasMade)
{
    auto bound = pair(Side::binds);
    auto far = pair(Side::connects);
    send(far, "early");
    await_input(bound); // libzmq's edge is gone with this
    std::vector<std::string> got;
    bus::Socket near(io, std::move(bound),
                     [&](bus::Frames in) { got.push_back(bus::text(in[0])); });

    EXPECT_TRUE(until([&] { return got.size() == 1; }));
}

TEST_F(Socket, ReceivesAMessageWhoseEdgeASendSwallowed)
{
    std::vector<std::string> got;
    bus::Socket near(io, pair(Side::binds),
                     [&](bus::Frames in) { got.push_back(bus::text(in[0])); });
    auto far = pair(Side::connects);
    send(far, "first");
    ASSERT_TRUE(until([&] { return got.size() == 1; }));

    for (int i = 0; i < 20; ++i) {
        send(far, "again");
        await_input(near.zmq());
        EXPECT_TRUE(near.send(bus::frames({"ours"})));
        ASSERT_TRUE(until([&] { return got.size() == std::size_t(i) + 2; }));
    }
}

TEST_F(Socket, LetsOthersRunDuringABurst)
{
    int got = 0;
    int got_when_posted = -1;
    auto bound = pair(Side::binds);
    auto far = pair(Side::connects);
    for (int i = 0; i < 500; ++i) send(far, "x");
    await_input(bound);
    bus::Socket near(io, std::move(bound), [&](const bus::Frames&) {
        if (++got == 1) asio::post(io, [&] { got_when_posted = got; });
    });

    ASSERT_TRUE(until([&] { return got == 500; }));
    EXPECT_LE(got_when_posted, 64);
}

TEST_F(Socket, KeepsFramesApart)
{
    Peer near(io, context, zmq::socket_type::pair, Side::binds, endpoint("pair"));
    Peer far(io, context, zmq::socket_type::pair, Side::connects, endpoint("pair"));
    const std::string bytes("a\0b\xff", 4);
    far.send({"", bytes, "last"});

    ASSERT_TRUE(until([&] { return near.received.size() == 1; }));
    EXPECT_EQ(near.received[0], (Peer::Message{"", bytes, "last"}));
}

TEST_F(Socket, SaysThatNobodyTookIt)
{
    bus::Socket near(io, pair(Side::binds), [](const bus::Frames&) {});
    EXPECT_FALSE(near.send(bus::frames({"two", "frames"})));
}

TEST_F(Socket, MayBeDestroyedWithADrainPosted)
{
    auto bound = pair(Side::binds);
    auto far = pair(Side::connects);
    send(far, "x");
    await_input(bound);
    int got = 0;
    {
        bus::Socket near(io, std::move(bound), [&](const bus::Frames&) { ++got; });
    }
    while (io.poll_one() > 0) {
    }
    EXPECT_EQ(got, 0);
}

TEST_F(Socket, MayBeDestroyedByAnotherSocketsHandler)
{
    std::unique_ptr<bus::Socket> doomed;
    int got = 0;
    auto doomed_end = pair(Side::binds, "doomed");
    auto far = pair(Side::connects, "doomed");
    send(far, "x");
    await_input(doomed_end);
    bus::Socket killer(io, pair(Side::binds, "killer"),
                       [&](const bus::Frames&) { doomed.reset(); });
    auto other = pair(Side::connects, "killer");
    send(other, "now");
    await_input(killer.zmq());
    killer.recheck(); // its drain is posted before the other's
    doomed = std::make_unique<bus::Socket>(io, std::move(doomed_end),
                                           [&](const bus::Frames&) { ++got; });

    ASSERT_TRUE(until([&] { return !doomed; }));
    while (io.poll_one() > 0) {
    }
    EXPECT_EQ(got, 0);
}

TEST_F(Socket, MayBeDestroyedByItsOwnHandler)
{
    std::unique_ptr<bus::Socket> near;
    int got = 0;
    near = std::make_unique<bus::Socket>(io, pair(Side::binds), [&](const bus::Frames&) {
        ++got;
        near.reset();
    });
    auto far = pair(Side::connects);
    for (int i = 0; i < 10; ++i) send(far, "x");

    ASSERT_TRUE(until([&] { return !near; }));
    while (io.poll_one() > 0) {
    }
    EXPECT_EQ(got, 1);
}

TEST_F(Socket, GoesOnAfterAHandlerThrew)
{
    int got = 0;
    bus::Socket near(io, pair(Side::binds), [&](const bus::Frames&) {
        if (++got == 1) throw std::runtime_error("the caller's business");
    });
    auto far = pair(Side::connects);
    for (int i = 0; i < 10; ++i) send(far, "x");

    EXPECT_THROW(until([&] { return got == 10; }), std::runtime_error);
    EXPECT_TRUE(until([&] { return got == 10; }));
}

TEST_F(Socket, IsOpenToTheGroupAndNobodyElse)
{
    const auto bound = pair(Side::binds);
    struct stat status {};
    ASSERT_EQ(stat((folder + "/pair").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

std::string bind_fault(zmq::socket_t& socket, const std::string& endpoint)
{
    try {
        bus::bind(socket, endpoint);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

TEST_F(Socket, NamesTheEndpointItCannotBind)
{
    zmq::socket_t socket(context, zmq::socket_type::pair);
    EXPECT_EQ(bind_fault(socket, endpoint("no/such/folder")),
              "bind " + endpoint("no/such/folder") + ": No such file or directory");
}

TEST_F(Socket, NamesAPathThatIsTooLong)
{
    zmq::socket_t socket(context, zmq::socket_type::pair);
    const auto long_path = "ipc:///" + std::string(107, 'x');
    EXPECT_EQ(bind_fault(socket, long_path),
              "bind " + long_path + ": the path has 108 bytes, a socket's may have 107");
}

} // namespace
