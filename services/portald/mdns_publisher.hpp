#pragma once

#include <map>
#include <set>
#include <string>

#include "portald/mdns_bus.hpp"
#include "portald/mdns_services.hpp"

namespace portald {

/// Tells the network of services through Avahi, which it asks over D-Bus. Where there is no D-Bus
/// or no Avahi nothing happens; when Avahi comes, or comes again, it is told all of it.
class MdnsPublisher {
public:
    explicit MdnsPublisher(asio::io_context& io,
                           std::chrono::milliseconds look_again = std::chrono::seconds{30});

    /// All there are from now on. What others see is at most a second old.
    void publish(MdnsServices services);

private:
    /// An EntryGroup of Avahi's, with one service in it.
    struct Group {
        MdnsService service; ///< as Avahi was told it
        std::string path;    ///< "" until Avahi has made it
        unsigned number = 1; ///< of the name: another machine may have the first
    };

    void connect();
    void lost();
    void owner_is(bool there);
    void begin_again();
    void soon();
    void bring_up_to_date();
    void make_group(const std::string& name);
    void group_made(const std::string& name, const std::string& path);
    void add_service(const std::string& name, const Group& group);
    void update_txt(const std::string& name, const Group& group);
    void group_state(sd_bus_message* message);
    void free(const Group& group);
    void complain(const std::string& name, sd_bus_message* reply);

    std::chrono::milliseconds look_again_;
    asio::steady_timer again_;
    asio::steady_timer soon_;
    bool pending_ = false;
    bool avahi_ = false; ///< is on the bus
    unsigned era_ = 0;   ///< counts Avahi's lives: an answer of an earlier one is none
    MdnsServices wanted_;
    std::map<std::string, Group> groups_;
    std::set<std::string> complained_;
    MdnsBus bus_;
};

} // namespace portald
