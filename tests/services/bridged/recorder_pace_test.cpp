#include <gtest/gtest.h>

#include <zmq.hpp>

#include "bridged/recorder.hpp"
#include "services/bridged/bridge_fixture.hpp"

namespace {

using namespace bridged_tests;
using bridged::Direction;

TEST(ARecorder, WaitsInAFloodForALosslessReaderAndForNoOther)
{
    const Folder folder;
    asio::io_context io{1};
    zmq::context_t zmq{1};
    bus::Publisher publisher{io, zmq, {"ipc://" + (folder / "pub").string()}, "bridged"};
    bridged::Recorder recorder{io, publisher, "A", folder / "A.ring", 64 * 1024};
    bool held = false;
    recorder.on_hold([&](bool hold) { held = hold; });
    contract::ReplayArgs log, other;
    log.lossless = true;
    std::vector<std::string> frames;
    recorder.replay(log, frames);

    const std::string flood(4096, 'x');
    for (int i = 0; i < 13; ++i)
        recorder.data(Direction::rx, std::as_bytes(std::span{flood}),
                      std::chrono::system_clock::now());
    EXPECT_TRUE(held);
    recorder.replay(other, frames);
    EXPECT_TRUE(held) << "who has read is not who has to";
    recorder.replay(log, frames);
    EXPECT_FALSE(held);
}

} // namespace
