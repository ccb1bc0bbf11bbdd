#include "portald/mdns_bus.hpp"

#include <poll.h>

namespace portald {

using boost::system::error_code;

MdnsBus::MdnsBus(asio::io_context& io, std::function<void()> on_lost)
    : io_(io), on_lost_(std::move(on_lost)), descriptor_(io)
{
}

MdnsBus::~MdnsBus()
{
    drop();
}

bool MdnsBus::open()
{
    if (sd_bus_open_system(&bus_) < 0) {
        bus_ = nullptr;
        return false;
    }
    descriptor_.assign(sd_bus_get_fd(bus_));
    wait();
    return true;
}

int MdnsBus::came(sd_bus_message* message, void* waiting, sd_bus_error*)
{
    auto& self = *static_cast<Waiting*>(waiting);
    try {
        if (!self.once) {
            self.on_message(message);
            return 0;
        }
        const auto found = self.bus->waiting_.find(&self);
        const auto finished = std::move(found->second);
        self.bus->waiting_.erase(found);
        const std::unique_ptr<sd_bus_slot, decltype(&sd_bus_slot_unref)> slot(finished->slot,
                                                                              sd_bus_slot_unref);
        finished->on_message(message);
    } catch (const std::exception&) {
        return -EBADMSG; // sd-bus is C
    }
    return 0;
}

void MdnsBus::call(const Method& method, const std::function<void(sd_bus_message*)>& fill,
                   OnMessage on_reply)
{
    if (!bus_) return;
    sd_bus_message* message = nullptr;
    if (sd_bus_message_new_method_call(bus_, &message, method.destination, method.path.c_str(),
                                       method.interface, method.name) < 0)
        return;
    const std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)> owned(
        message, sd_bus_message_unref);
    fill(message);
    auto waiting = std::make_unique<Waiting>(Waiting{this, std::move(on_reply), true});
    if (sd_bus_call_async(bus_, &waiting->slot, message, came, waiting.get(), 0) >= 0)
        waiting_[waiting.get()] = std::move(waiting);
    wait();
}

void MdnsBus::match(const std::string& rule, OnMessage on_signal)
{
    if (!bus_) return;
    auto waiting = std::make_unique<Waiting>(Waiting{this, std::move(on_signal), false});
    if (sd_bus_add_match_async(bus_, &waiting->slot, rule.c_str(), came, nullptr, waiting.get()) >=
        0)
        waiting_[waiting.get()] = std::move(waiting);
    wait();
}

void MdnsBus::process()
{
    if (!bus_) return;
    processing_ = true;
    int result = 1;
    for (int i = 0; i < 64 && result > 0; ++i) result = sd_bus_process(bus_, nullptr);
    processing_ = false;
    if (result < 0) return lost();
    if (result > 0) asio::post(io_, [this] { process(); }); // others want to be heard, too
    wait();
}

/// As sd_bus_get_fd(3) wants to be polled. Spurious looks do no harm.
void MdnsBus::wait()
{
    if (!bus_ || processing_) return;
    const int events = sd_bus_get_events(bus_);
    if (events < 0) return;
    const auto look = [this](bool& flag) {
        return [this, &flag](const error_code& fault) {
            flag = false;
            if (!fault) process();
        };
    };
    if (!reading_ && (events & POLLIN) != 0) {
        reading_ = true;
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, look(reading_));
    }
    if (!writing_ && (events & POLLOUT) != 0) {
        writing_ = true;
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_write, look(writing_));
    }
}

void MdnsBus::drop()
{
    if (!bus_) return;
    descriptor_.release(); // libsystemd's
    for (const auto& [key, waiting] : waiting_) sd_bus_slot_unref(waiting->slot);
    waiting_.clear();
    sd_bus_close_unref(bus_);
    bus_ = nullptr;
}

void MdnsBus::lost()
{
    drop();
    on_lost_();
}

} // namespace portald
