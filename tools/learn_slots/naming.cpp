#include "learn_slots/naming.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "commandkit/device_text.hpp"
#include "daemonkit/escape.hpp"
#include "learn_slots/inventory.hpp"

namespace learn_slots {
namespace {

using daemonkit::escape_control_bytes;

std::string trimmed(const std::string& text)
{
    constexpr const char* blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::uint16_t> port_of(const std::string& text)
{
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

std::string question(const std::string& what, const std::string& suggested)
{
    return "  " + what + (suggested.empty() ? "" : " [" + escape_control_bytes(suggested) + "]") +
           ": ";
}

std::string told(const contract::SlotAssigned& slot)
{
    return escape_control_bytes(slot.label) + ", port " + std::to_string(slot.tcp_port);
}

} // namespace

void Naming::begin(const contract::HotplugSnapshot& devices)
{
    epoch_ = devices.stamp.epoch;
    for (const auto& device : devices.devices) present_[device.slot_key] = device.seq;
}

void Naming::present(const contract::HotplugSnapshot& devices)
{
    auto before = std::exchange(present_, {});
    const bool comparable = epoch_ == devices.stamp.epoch; // a new hotplugd counts anew
    begin(devices);
    for (const auto& device : devices.devices) {
        const auto known = before.extract(device.slot_key);
        if (!known || (comparable && known.mapped() != device.seq)) plugged(device);
    }
    for (const auto& [slot_key, seq] : before) unplugged(slot_key);
}

void Naming::plugged(const contract::Device& device)
{
    present_[device.slot_key] = device.seq;
    const bool asked_about = step_ != Step::none && device_.slot_key == device.slot_key;
    if (asked_about || std::ranges::count(waiting_, device.slot_key, &contract::Device::slot_key))
        return;
    waiting_.push_back(device);
    next();
}

void Naming::unplugged(const std::string& slot_key)
{
    present_.erase(slot_key);
    std::erase_if(waiting_, [&](const auto& device) { return device.slot_key == slot_key; });
    if (step_ == Step::settling && device_.slot_key == slot_key) done();
}

void Naming::slots(std::vector<contract::Slot> slots)
{
    slots_ = std::move(slots);
    if (step_ == Step::settling && slot() != nullptr) settled();
}

void Naming::settled()
{
    if (step_ != Step::settling) return;
    introduce();
    ask_label();
}

void Naming::line(const std::string& text)
{
    if (step_ == Step::label)
        take_label(trimmed(text));
    else if (step_ == Step::port)
        take_port(trimmed(text));
}

void Naming::assigned(const contract::SlotAssigned& slot)
{
    if (step_ != Step::writing) return;
    voice_.say("  Written: " + told(slot) + "\n");
    written_[device_.slot_key] = slot;
    done();
}

void Naming::refused(const contract::Error& error)
{
    if (step_ != Step::writing) return;
    voice_.say("  Not written: " + escape_control_bytes(error.message) + "\n");
    if (error.message.find("tcp_port: ") != std::string::npos) {
        port_.reset();
        ask_port();
        return;
    }
    if (error.message.find("label: ") != std::string::npos) label_.reset();
    ask_label();
}

std::string Naming::summary() const
{
    if (written_.empty()) return "Nothing was written.\n";
    std::string text = "Written:\n";
    for (const auto& [slot_key, slot] : written_)
        text += "  " + told(slot) + ": " + escape_control_bytes(slot_key) + "\n";
    return text;
}

void Naming::next()
{
    if (step_ != Step::none || waiting_.empty()) return;
    device_ = waiting_.front();
    waiting_.pop_front();
    label_.reset();
    port_.reset();
    step_ = Step::settling;
    if (slot() != nullptr)
        settled();
    else
        voice_.settle();
}

void Naming::introduce()
{
    voice_.say("\n" + escape_control_bytes(device_.devnode) + "  " +
               commandkit::device_text(device_) + "\n  connector " +
               escape_control_bytes(device_.slot_key) + "\n");
}

void Naming::ask_label()
{
    step_ = Step::label;
    const auto new_one = suggestion(device_, slots_);
    const auto suggested = slot() != nullptr ? slot()->label : new_one ? new_one->label : "";
    voice_.prompt(question("Name", label_.value_or(suggested)));
}

void Naming::ask_port()
{
    step_ = Step::port;
    const auto new_one = suggestion(device_, slots_);
    auto port = port_;
    if (!port && slot() != nullptr) port = slot()->tcp_port;
    if (!port && new_one) port = new_one->tcp_port;
    voice_.prompt(question("TCP port", port ? std::to_string(*port) : ""));
}

void Naming::take_label(const std::string& text)
{
    if (!text.empty()) label_ = text;
    ask_port();
}

void Naming::take_port(const std::string& text)
{
    if (!text.empty()) {
        const auto port = port_of(text);
        if (!port) {
            voice_.say("  " + escape_control_bytes(text) + " is no TCP port\n");
            return ask_port();
        }
        port_ = port;
    }
    write();
}

/// What is not typed is left to bridged: by now auto_assign may have given another than was
/// suggested.
void Naming::write()
{
    const auto* now = slot();
    auto wanted = place_of(device_);
    if (now == nullptr || label_ != now->label) wanted.label = label_;
    if (now == nullptr || port_ != now->tcp_port) wanted.tcp_port = port_;
    if (now != nullptr && !wanted.label && !wanted.tcp_port) {
        voice_.say("  Kept: " + told({now->slot, now->label, now->slot_key, now->tcp_port}) + "\n");
        return done();
    }
    step_ = Step::writing;
    voice_.assign(wanted);
}

void Naming::done()
{
    step_ = Step::none;
    next();
}

const contract::Slot* Naming::slot() const
{
    const auto found = std::ranges::find(slots_, device_.slot_key, &contract::Slot::slot_key);
    return found == slots_.end() ? nullptr : &*found;
}

} // namespace learn_slots
