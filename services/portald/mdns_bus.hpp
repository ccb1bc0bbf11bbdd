#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <systemd/sd-bus.h>

#include "loop/asio.hpp"

namespace portald {

/// The system's D-Bus on our loop: sd-bus and nothing to decide. Not there is no error.
class MdnsBus {
public:
    using OnMessage = std::function<void(sd_bus_message*)>;

    /// @param on_lost  the connection has ended; may open() again, but not from within
    MdnsBus(asio::io_context& io, std::function<void()> on_lost);
    ~MdnsBus();
    MdnsBus(const MdnsBus&) = delete;
    MdnsBus& operator=(const MdnsBus&) = delete;

    bool open(); ///< false: there is no bus
    bool is_open() const { return bus_ != nullptr; }

    struct Method {
        const char* destination;
        std::string path;
        const char* interface;
        const char* name;
    };
    /// @param fill  appends the arguments
    /// @param on_reply  also for errors: ask sd_bus_message_is_method_error(); never when the bus
    /// is lost
    void call(const Method& method, const std::function<void(sd_bus_message*)>& fill,
              OnMessage on_reply);
    /// @param rule  as for sd_bus_add_match()
    void match(const std::string& rule, OnMessage on_signal);

private:
    struct Waiting {
        MdnsBus* bus;
        OnMessage on_message;
        bool once;
        sd_bus_slot* slot = nullptr;
    };

    static int came(sd_bus_message* message, void* waiting, sd_bus_error*);
    void process();
    void wait();
    void drop();
    void lost();

    asio::io_context& io_;
    std::function<void()> on_lost_;
    sd_bus* bus_ = nullptr;
    asio::posix::stream_descriptor descriptor_;
    bool reading_ = false, writing_ = false, processing_ = false;
    std::map<Waiting*, std::unique_ptr<Waiting>> waiting_;
};

} // namespace portald
