#pragma once

#include <map>
#include <memory>
#include <string>

#include "bus/alarm.hpp"
#include "bus/requester.hpp"
#include "bus/subscriber.hpp"
#include "portald/console.hpp"
#include "portald/known.hpp"
#include "portald/live_feed.hpp"

namespace portald {

/// The consoles that pages follow over /ws (docs/web-api.md); costs nothing while nobody does.
/// The loop's thread.
class Consoles {
public:
    static constexpr std::size_t most_of_a_page = 16;

    struct Ports {
        std::function<const Known&()> known;
        std::function<void(PageId, LiveFeed::Text)> send;
        /// Bytes that a page has not been sent yet; nothing when it has gone.
        std::function<std::optional<std::size_t>(PageId)> owed;
    };

    Consoles(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
             Ports ports);

    void said(PageId page, const std::string& message); ///< by a page: anything
    void page_left();                                   ///< some page
    void known_changed();

    std::size_t followed() const;

private:
    void on(PageId page, const Follow& wanted);
    void on(PageId page, const Unfollow& wanted);
    void on(PageId page, const Misunderstood& wanted);
    void tell(PageId page, std::string message);
    std::size_t followed_by(PageId page) const;
    Console& console_of(const std::string& slot);
    void replay(std::optional<PageId> page, contract::Json args,
                bus::Requester::ReplyHandler on_reply);
    std::optional<std::size_t> owed(PageId page) const;
    void ring(const std::string& slot, bool on);
    void on_event(const contract::Event& event);
    void drop_unfollowed();
    void look();

    asio::io_context& io_;
    Ports ports_;
    bus::Requester bridged_;
    bus::Subscriber bell_;
    std::map<std::string, std::unique_ptr<Console>> consoles_; // by slot
    std::map<PageId, std::size_t> readings_; // under way: what they bring is owed already
    std::string first_;                      // of the next look
    bus::Alarm alarm_;
};

} // namespace portald
