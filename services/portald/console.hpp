#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "bus/alarm.hpp"
#include "bus/requester.hpp"
#include "portald/console_place.hpp"

namespace portald {

using PageId = std::uint64_t;

/// What a console needs of the pages and of bridged.
struct ConsolePorts {
    std::function<void(PageId, std::string)> send;
    /// Bytes that a page has not been sent yet; nothing when it has gone.
    std::function<std::optional<std::size_t>(PageId)> owed;
    /// For that page alone, or for all of them.
    std::function<void(std::optional<PageId>, contract::Json, bus::Requester::ReplyHandler)> replay;
    std::function<void(bool rings)> bell; ///< events of this slot wake it up
};

/// One slot as pages follow it: its newest events are read once for all of them, and who is not
/// there yet, or not any more, is read for alone. A page is sent something only while it has room,
/// so that a stalled one costs the others nothing.
class Console {
public:
    /// Owed to a page, by all that it follows: beyond that it waits.
    static constexpr std::size_t most_owed = 128 * 1024;

    Console(asio::io_context& io, std::string slot, ConsolePorts ports);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    const std::string& slot() const { return slot_; }

    void follow(PageId page, const Follow& wanted);
    void unfollow(PageId page);
    bool is_followed_by(PageId page) const;
    std::size_t followers() const { return viewers_.size(); }
    void forget_gone();
    /// Everybody is told that there will be no more.
    void end(const std::string& why);

    void heard(const contract::Stamp& stamp); ///< bridged has this much
    /// Sends what has room. True: somebody is behind, and has to be looked at again.
    bool serve();

private:
    struct Viewer {
        PageId page;
        ConsolePlace place;
        bool is_reading = false;
        std::chrono::steady_clock::time_point not_before{};
    };
    using ViewerPointer = std::shared_ptr<Viewer>;

    void read_window();
    void on_window(const contract::Reply& reply);
    void serve(const ViewerPointer& viewer);
    void read_for(const ViewerPointer& viewer);
    void on_reading(const ViewerPointer& viewer, const contract::Reply& reply);
    void set_bell(bool rings);

    std::string slot_;
    ConsolePorts ports_;
    ConsoleWindow window_;
    contract::Stamp furthest_;
    std::list<ViewerPointer> viewers_;
    std::chrono::steady_clock::time_point asked_{};
    bool is_waiting_ = false;
    bool has_bell_ = false;
    bus::Alarm alarm_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // replies outlive us
};

} // namespace portald
