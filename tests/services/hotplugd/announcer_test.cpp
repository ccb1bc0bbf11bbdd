#include "hotplugd/announcer.hpp"

#include <gtest/gtest.h>
#include <zmq.hpp>

#include "bus/subscriber.hpp"
#include "contract/names.hpp"
#include "services/hotplugd/temporary_folder.hpp"

namespace {

using hotplugd::DeviceTable;

TEST(Announcer, AnnouncesOnTheStateStreamAndPutsTheEventsNumberIntoTheDevice)
{
    const hotplugd_tests::TemporaryFolder folder;
    const auto endpoint = contract::events_endpoint((folder / "").string(), "hotplugd");
    asio::io_context io{1};
    zmq::context_t zmq{1};
    bus::Publisher events{io, zmq, {endpoint}, "hotplugd"};
    hotplugd::Announcer announcer{events};
    DeviceTable table{[&](auto change, auto& device) { announcer.announce(change, device); }};
    std::vector<contract::Event> heard;
    bus::Subscriber subscriber{io, zmq, endpoint, [&](const auto& e) { heard.push_back(e); }};
    subscriber.subscribe(contract::topics::all_devices);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    const auto run_until = [&](auto is_so) {
        while (!is_so() && std::chrono::steady_clock::now() < deadline)
            io.run_one_for(std::chrono::milliseconds{100});
        return is_so();
    };
    ASSERT_TRUE(run_until([&] { return events.wanted(contract::topics::device_added); }));

    table.set_static({{"/dev/serial0", "/dev/ttyAMA0", "a"}});
    table.set_static({});

    ASSERT_TRUE(run_until([&] { return heard.size() == 2; }));
    EXPECT_EQ(heard[0].topic, contract::topics::device_added);
    EXPECT_EQ(heard[1].topic, contract::topics::device_removed);
    for (const auto& event : heard) {
        const auto device = contract::body<contract::Device>(event);
        EXPECT_EQ(device.slot_key, "/dev/serial0");
        EXPECT_EQ(device.seq, event.header.stamp.seq);
    }
    EXPECT_EQ(announcer.snapshot(table).stamp, heard[1].header.stamp);
    EXPECT_TRUE(announcer.snapshot(table).devices.empty());
    EXPECT_EQ(contract::to_text(announcer.counters(table)), R"({"devices":0,"events":2})");
}

} // namespace
