#pragma once

#include <string>

#include "contract/names.hpp"
#include "portald/known.hpp"
#include "portald/request.hpp"

/// Boards and slots for the portal's tests.
namespace sample {

inline contract::Device board(const std::string& slot_key, const std::string& devnode)
{
    contract::Device device;
    device.slot_key = slot_key;
    device.devnode = devnode;
    device.vid = "10c4";
    device.pid = "ea60";
    device.product = "CP2102";
    device.driver = "cp210x";
    device.seq = 7;
    device.time = *contract::parse_time("2026-11-22T09:00:00.123456Z");
    return device;
}

inline contract::Slot empty_slot()
{
    contract::Slot slot;
    slot.slot = "ESP32-A";
    slot.label = "ESP32 A";
    slot.slot_key = "usb-0:1.1:1.0";
    slot.tcp_port = 4001;
    slot.pid = 812;
    slot.profile = "esp-bridge";
    return slot;
}

inline contract::Slot slot_in(contract::SlotState state)
{
    auto slot = empty_slot();
    slot.state = state;
    slot.device = board(slot.slot_key, "/dev/ttyUSB0");
    slot.devnode = "/dev/ttyUSB0";
    slot.seq = 7;
    slot.last_action = "add";
    slot.last_event = slot.device->time;
    return slot;
}

inline portald::Known known(std::vector<contract::Slot> slots)
{
    portald::Known all;
    all.slots = std::move(slots);
    for (const auto& daemon : portald::daemons) all.up[std::string(daemon.name)] = true;
    return all;
}

inline contract::Event event(const std::string& topic, const contract::Json& body)
{
    return {topic, {}, contract::to_text(body)};
}

inline portald::Request post(const std::string& path, const std::string& body,
                             const std::string& peer = "127.0.0.1")
{
    portald::Request request;
    request.method = "POST";
    request.path = path;
    request.peer = peer;
    request.host = "127.0.0.1:8080";
    request.host_ip = "192.168.1.5";
    request.body = body;
    return request;
}

inline portald::Request get(const std::string& path)
{
    auto request = post(path, {});
    request.method = "GET";
    return request;
}

} // namespace sample
