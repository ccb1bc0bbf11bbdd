#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portald/console_window.hpp"
#include "portald/page_message.hpp"

namespace portald {

/// How far one page has read one slot, and the messages that it gets: what was said before it
/// came, by reading for itself, then what is new, from the window that all share. No I/O.
class ConsolePlace {
public:
    /// Of one message, so that some fit into what a page may have unconfirmed (FeedQueue).
    static constexpr std::size_t most_body = 6 * 1024;
    /// Of one reading for itself; so many bytes of messages, at most, come of it, or a little more.
    static constexpr std::uint32_t most_read = 24 * 1024;
    static constexpr std::size_t most_sent = 64 * 1024;

    /// @param slot  id
    /// @param now   what the board says from now on is news, not scrollback
    ConsolePlace(std::string slot, const Follow& wanted,
                 contract::Time now = contract::Time::max());

    const std::string& slot() const { return slot_; }

    /// Whether the window does not have what comes next.
    bool reads_for_itself(const ConsoleWindow& window) const;
    contract::Json request() const; ///< serial.replay, when it does
    std::vector<std::string> take(const contract::ReplayAnswer& answer,
                                  const std::vector<contract::Event>& events);

    /// Some `room` bytes of messages at most.
    std::vector<std::string> take_news(const ConsoleWindow& window, std::size_t room);
    bool is_behind(const ConsoleWindow& window) const;

private:
    struct Output;
    std::optional<std::string> lost_before(const contract::ReplayAnswer& answer) const;
    std::string following_message() const;
    void take_event(const contract::Event& event, Output& output,
                    std::vector<std::string>& messages);

    std::string slot_;
    std::uint32_t tail_;
    contract::Time news_from_;
    contract::Stamp place_;               // an empty epoch: the tail is wanted
    bool has_begun_ = false;              // something was read
    std::optional<std::uint64_t> rx_pos_; // where they are known
    std::optional<std::uint64_t> tx_pos_;
    bool following_ = false; // has been told
};

} // namespace portald
