#include "portald/console_place.hpp"

#include <utility>

#include "contract/names.hpp"
#include "contract/serial_verbs.hpp"
#include "portald/base64.hpp"

namespace portald {

namespace {

using contract::Json;

/// What came later than this after the byte before it has a time of its own.
constexpr std::chrono::milliseconds one_breath{100};

std::string lost_message(const std::string& slot, const Json& bytes)
{
    return contract::to_text(Json{{"type", "lost"}, {"slot", slot}, {"bytes", bytes}});
}

} // namespace

/// Neighbours of one direction and of nearly one time, to be one message.
struct ConsolePlace::Output {
    std::string direction;
    std::string body;
    contract::Time time{};  // of the first
    contract::Time until{}; // of the last
    contract::Stamp last{};
    std::size_t size = 0; ///< of all messages so far

    bool joins(const contract::Event& event, const std::string& its_direction) const
    {
        return direction == its_direction && body.size() + event.body.size() <= most_body &&
               event.header.time - until <= one_breath;
    }
    void flush(const std::string& slot, std::vector<std::string>& messages)
    {
        if (body.empty()) return;
        size += body.size() / 3 * 4 + 200;
        messages.push_back(contract::to_text(Json{{"type", "output"},
                                                  {"slot", slot},
                                                  {"epoch", last.epoch},
                                                  {"seq", last.seq},
                                                  {"time", contract::format_time(time)},
                                                  {"direction", direction},
                                                  {"data", to_base64(body)}}));
        body.clear();
    }
};

ConsolePlace::ConsolePlace(std::string slot, const Follow& wanted, contract::Time now)
    : slot_(std::move(slot)), tail_(wanted.tail), news_from_(now)
{
    if (!wanted.after) return;
    place_ = *wanted.after;
    has_begun_ = true;
}

bool ConsolePlace::reads_for_itself(const ConsoleWindow& window) const
{
    return !following_ || (!window.end().epoch.empty() && !window.has_what_follows(place_));
}

Json ConsolePlace::request() const
{
    contract::ReplayArgs args;
    args.slot = slot_;
    args.epoch = place_.epoch;
    args.after_seq = place_.seq;
    args.rx_pos = rx_pos_.value_or(0);
    args.tx_pos = tx_pos_.value_or(0);
    args.max_bytes = most_read;
    Json json = args;
    if (place_.epoch.empty()) json[std::string(contract::replay_tail)] = tail_;
    return json;
}

std::optional<std::string> ConsolePlace::lost_before(const contract::ReplayAnswer& answer) const
{
    if (!has_begun_ || place_.epoch.empty()) return std::nullopt;
    const auto rx = answer.lost_rx.value_or(0), tx = answer.lost_tx.value_or(0);
    if (rx + tx == 0) return std::nullopt;
    const bool is_known = (rx == 0 || rx_pos_) && (tx == 0 || tx_pos_);
    return lost_message(slot_, is_known ? Json(rx + tx) : Json(nullptr));
}

std::vector<std::string> ConsolePlace::take(const contract::ReplayAnswer& answer,
                                            const std::vector<contract::Event>& events)
{
    std::vector<std::string> messages;
    if (!place_.epoch.empty() && answer.epoch != place_.epoch) {
        // Another history: as one who comes anew, but for the gap.
        place_ = {};
        has_begun_ = false;
        rx_pos_.reset();
        tx_pos_.reset();
        messages.push_back(lost_message(slot_, nullptr));
        return messages;
    }
    if (auto lost = lost_before(answer)) messages.push_back(std::move(*lost));
    Output output;
    bool is_all = !answer.more;
    place_ = {answer.epoch, answer.next_after_seq};
    has_begun_ = true;
    for (const auto& event : events) {
        if (output.size >= most_sent) { // many small ones: the rest is read again
            is_all = false;
            place_.seq = event.header.stamp.seq - 1;
            break;
        }
        take_event(event, output, messages);
    }
    output.flush(slot_, messages);
    // A board that says more than we can read has no end, but its scrollback has.
    const bool has_news = !events.empty() && events.back().header.time >= news_from_;
    if ((is_all || has_news) && !std::exchange(following_, true))
        messages.push_back(following_message());
    return messages;
}

std::string ConsolePlace::following_message() const
{
    return contract::to_text(
        Json{{"type", "following"}, {"slot", slot_}, {"epoch", place_.epoch}, {"seq", place_.seq}});
}

void ConsolePlace::take_event(const contract::Event& event, Output& output,
                              std::vector<std::string>& messages)
{
    const auto kind = contract::topics::kind_of(event.topic);
    const bool is_rx = kind == "serial.rx";
    if (!is_rx && kind != "serial.tx") return;
    const std::string direction = is_rx ? "RX" : "TX";
    if (!output.joins(event, direction)) output.flush(slot_, messages);
    if (output.body.empty()) output.time = event.header.time;
    output.direction = direction;
    output.until = event.header.time;
    output.body += event.body;
    output.last = event.header.stamp;
    auto& position = is_rx ? rx_pos_ : tx_pos_;
    position = event.header.pos.value_or(position.value_or(0)) + event.body.size();
}

std::vector<std::string> ConsolePlace::take_news(const ConsoleWindow& window, std::size_t room)
{
    std::vector<std::string> messages;
    Output output;
    auto event = window.after(place_);
    for (; event != window.events().end() && output.size + output.body.size() < room; ++event) {
        take_event(*event, output, messages);
        place_.seq = event->header.stamp.seq;
    }
    output.flush(slot_, messages);
    return messages;
}

bool ConsolePlace::is_behind(const ConsoleWindow& window) const
{
    if (reads_for_itself(window)) return true;
    return place_.epoch == window.end().epoch && place_.seq < window.end().seq;
}

} // namespace portald
