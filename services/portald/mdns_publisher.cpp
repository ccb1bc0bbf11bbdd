#include "portald/mdns_publisher.hpp"

#include <spdlog/spdlog.h>

namespace portald {

namespace {

constexpr auto avahi = "org.freedesktop.Avahi";
constexpr auto server = "org.freedesktop.Avahi.Server";
constexpr auto entry_group = "org.freedesktop.Avahi.EntryGroup";
constexpr int any_interface = -1, any_protocol = -1;
constexpr std::int32_t server_is_running = 2, group_has_collided = 3; // avahi-common/defs.h

void nothing(sd_bus_message*) {}

std::string numbered(const std::string& name, unsigned number)
{
    if (number == 1) return name;
    const auto more = " #" + std::to_string(number);
    return name.substr(0, 63 - more.size()) + more;
}

void append_service_name(sd_bus_message* message, const std::string& name,
                         const MdnsService& service)
{
    sd_bus_message_append(message, "iiusss", any_interface, any_protocol, 0U, name.c_str(),
                          service.type.c_str(), "");
}

void append_txt(sd_bus_message* message, const MdnsService& service)
{
    sd_bus_message_open_container(message, 'a', "ay");
    for (const auto& entry : service.txt)
        sd_bus_message_append_array(message, 'y', entry.data(), entry.size());
    sd_bus_message_close_container(message);
}

bool same_but_txt(const MdnsService& one, const MdnsService& other)
{
    return one.type == other.type && one.port == other.port;
}

} // namespace

MdnsPublisher::MdnsPublisher(asio::io_context& io, std::chrono::milliseconds look_again)
    : look_again_(look_again), again_(io), soon_(io), bus_(io, [this] { lost(); })
{
    connect();
}

void MdnsPublisher::connect()
{
    if (!bus_.open()) return lost();
    bus_.match(std::string("type='signal',sender='org.freedesktop.DBus',"
                           "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='") +
                   avahi + "'",
               [this](sd_bus_message* signal) {
                   const char *name = nullptr, *before = nullptr, *now = nullptr;
                   if (sd_bus_message_read(signal, "sss", &name, &before, &now) >= 0)
                       owner_is(*now != '\0');
               });
    bus_.match(std::string("type='signal',sender='") + avahi + "',interface='" + server +
                   "',member='StateChanged'",
               [this](sd_bus_message* signal) {
                   std::int32_t state = 0;
                   const char* text = nullptr;
                   if (sd_bus_message_read(signal, "is", &state, &text) >= 0 &&
                       state == server_is_running)
                       begin_again(); // under another host name, it may be
               });
    bus_.match(std::string("type='signal',sender='") + avahi + "',interface='" + entry_group +
                   "',member='StateChanged'",
               [this](sd_bus_message* signal) { group_state(signal); });
    // Does not start it where it does not run.
    bus_.call(
        {"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner"},
        [](sd_bus_message* message) { sd_bus_message_append(message, "s", avahi); },
        [this](sd_bus_message* reply) {
            int there = 0;
            if (!sd_bus_message_is_method_error(reply, nullptr) &&
                sd_bus_message_read(reply, "b", &there) >= 0 && there && !avahi_)
                owner_is(true);
        });
}

void MdnsPublisher::lost()
{
    owner_is(false);
    again_.expires_after(look_again_);
    again_.async_wait([this](const boost::system::error_code& fault) {
        if (!fault) connect();
    });
}

void MdnsPublisher::owner_is(bool there)
{
    avahi_ = there;
    ++era_;
    groups_.clear(); // they went with it
    if (there) soon();
}

void MdnsPublisher::begin_again()
{
    for (const auto& [name, group] : groups_) free(group);
    owner_is(avahi_);
}

void MdnsPublisher::publish(MdnsServices services)
{
    if (services == wanted_) return;
    wanted_ = std::move(services);
    if (avahi_) soon();
}

/// A board that flaps shall not keep the whole network busy.
void MdnsPublisher::soon()
{
    if (pending_) return;
    pending_ = true;
    soon_.expires_after(std::chrono::milliseconds{500});
    soon_.async_wait([this](const boost::system::error_code& fault) {
        if (fault) return;
        pending_ = false;
        if (avahi_) bring_up_to_date();
    });
}

void MdnsPublisher::bring_up_to_date()
{
    for (auto group = groups_.begin(); group != groups_.end();) {
        const auto wanted = wanted_.find(group->first);
        const bool made = !group->second.path.empty();
        if (made &&
            (wanted == wanted_.end() || !same_but_txt(wanted->second, group->second.service))) {
            free(group->second);
            group = groups_.erase(group);
            continue;
        }
        if (made && wanted->second != group->second.service) {
            group->second.service = wanted->second;
            update_txt(group->first, group->second);
        }
        ++group;
    }
    for (const auto& [name, service] : wanted_) {
        if (!groups_.contains(name)) make_group(name);
    }
}

void MdnsPublisher::make_group(const std::string& name)
{
    groups_[name] = {};
    bus_.call({avahi, "/", server, "EntryGroupNew"}, nothing,
              [this, name, era = era_](sd_bus_message* reply) {
                  const char* path = nullptr;
                  if (era != era_) return;
                  if (sd_bus_message_is_method_error(reply, nullptr) ||
                      sd_bus_message_read(reply, "o", &path) < 0) {
                      groups_.erase(name);
                      return complain(name, reply);
                  }
                  group_made(name, path);
              });
}

void MdnsPublisher::group_made(const std::string& name, const std::string& path)
{
    auto& group = groups_[name];
    group.path = path;
    const auto wanted = wanted_.find(name);
    if (wanted == wanted_.end()) return soon(); // which lets go of it
    group.service = wanted->second;
    add_service(name, group);
}

void MdnsPublisher::add_service(const std::string& name, const Group& group)
{
    bus_.call(
        {avahi, group.path, entry_group, "AddService"},
        [&](sd_bus_message* message) {
            append_service_name(message, numbered(name, group.number), group.service);
            sd_bus_message_append(message, "sq", "", group.service.port);
            append_txt(message, group.service);
        },
        [this, name](sd_bus_message* reply) { complain(name, reply); });
    bus_.call({avahi, group.path, entry_group, "Commit"}, nothing,
              [this, name](sd_bus_message* reply) { complain(name, reply); });
}

void MdnsPublisher::update_txt(const std::string& name, const Group& group)
{
    bus_.call(
        {avahi, group.path, entry_group, "UpdateServiceTxt"},
        [&](sd_bus_message* message) {
            append_service_name(message, numbered(name, group.number), group.service);
            append_txt(message, group.service);
        },
        [this, name](sd_bus_message* reply) { complain(name, reply); });
}

/// Another machine has that name: the next number, as people know it from printers.
void MdnsPublisher::group_state(sd_bus_message* message)
{
    std::int32_t state = 0;
    const char* text = nullptr;
    if (sd_bus_message_read(message, "is", &state, &text) < 0 || state != group_has_collided)
        return;
    const std::string path = sd_bus_message_get_path(message);
    for (auto& [name, group] : groups_) {
        if (group.path != path || group.number >= 20) continue;
        ++group.number;
        bus_.call({avahi, path, entry_group, "Reset"}, nothing, nothing);
        add_service(name, group);
    }
}

void MdnsPublisher::free(const Group& group)
{
    if (!group.path.empty()) bus_.call({avahi, group.path, entry_group, "Free"}, nothing, nothing);
}

/// Once for a name: it is no use to anybody to hear it again with each change.
void MdnsPublisher::complain(const std::string& name, sd_bus_message* reply)
{
    if (!sd_bus_message_is_method_error(reply, nullptr) || !complained_.insert(name).second) return;
    const auto* error = sd_bus_message_get_error(reply);
    spdlog::warn("Avahi does not announce \"{}\": {}", name,
                 error && error->message ? error->message : "no reason given");
}

} // namespace portald
