#include "portald/console.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace portald {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using contract::Error, contract::ErrorCode, contract::Json;

// As SerialWatch: asking again is what heals, and no UART needs to be asked more often.
constexpr auto retry_pause = 200ms;
constexpr auto round_pause = 50ms;

/// Of what there is at once, so that those who follow the same slot take turns.
constexpr std::size_t most_at_once = 24 * 1024;

bool may_pass(const Error& error)
{
    return error.code == ErrorCode::timeout || error.code == ErrorCode::io ||
           error.code == ErrorCode::internal;
}

struct Reading {
    contract::ReplayAnswer answer;
    std::vector<contract::Event> events;
};

std::variant<Reading, Error> reading_of(const contract::Reply& reply)
try {
    if (const auto* error = std::get_if<Error>(&reply.result)) return *error;
    return Reading{std::get<Json>(reply.result).get<contract::ReplayAnswer>(),
                   contract::events_of(reply)};
} catch (const contract::BadMessage& bad) {
    return Error{ErrorCode::internal, bad.what()};
}

} // namespace

Console::Console(asio::io_context& io, std::string slot, ConsolePorts ports)
    : slot_(std::move(slot)), ports_(std::move(ports)), alarm_(io, [this] { read_window(); })
{
    set_bell(true);
    alarm_.at(Clock::now());
}

Console::~Console()
{
    set_bell(false);
}

void Console::follow(PageId page, const Follow& wanted)
{
    unfollow(page);
    viewers_.push_back(
        std::make_shared<Viewer>(Viewer{page, ConsolePlace(slot_, wanted, contract::wall_now())}));
    serve(viewers_.back());
}

void Console::unfollow(PageId page)
{
    viewers_.remove_if([&](const ViewerPointer& viewer) { return viewer->page == page; });
}

bool Console::is_followed_by(PageId page) const
{
    return std::ranges::any_of(viewers_, [&](const auto& viewer) { return viewer->page == page; });
}

void Console::forget_gone()
{
    viewers_.remove_if([&](const ViewerPointer& viewer) { return !ports_.owed(viewer->page); });
}

void Console::end(const std::string& why)
{
    for (const auto& viewer : std::exchange(viewers_, {}))
        ports_.send(viewer->page, not_followed_message(slot_, why));
}

void Console::heard(const contract::Stamp& stamp)
{
    furthest_ = stamp;
    if (!is_waiting_ && stamp != window_.end())
        alarm_.at_latest(std::max(Clock::now(), asked_ + round_pause));
}

void Console::read_window()
{
    if (is_waiting_) return;
    is_waiting_ = true;
    asked_ = Clock::now();
    contract::ReplayArgs args;
    args.slot = slot_;
    args.epoch = window_.end().epoch;
    args.after_seq = window_.end().seq;
    args.max_bytes = 64 * 1024;
    Json request = args;
    if (args.epoch.empty()) request["tail_bytes"] = 0; // what was before is read by who wants it
    ports_.replay(std::nullopt, std::move(request),
                  [this, alive = std::weak_ptr{alive_}](const contract::Reply& reply) {
                      if (alive.lock()) on_window(reply);
                  });
}

void Console::on_window(const contract::Reply& reply)
{
    is_waiting_ = false;
    auto result = reading_of(reply);
    if (const auto* error = std::get_if<Error>(&result)) {
        if (!may_pass(*error)) return end(error->message);
        return alarm_.at(Clock::now() + retry_pause);
    }
    auto& [answer, events] = std::get<Reading>(result);
    window_.add(answer, std::move(events));
    set_bell(!answer.more); // a flood is no news, and costs both sides much
    serve();
    const bool ahead = furthest_.epoch == answer.epoch && furthest_.seq > answer.next_after_seq;
    if (answer.more || ahead) alarm_.at(std::max(Clock::now(), asked_ + round_pause));
}

bool Console::serve()
{
    bool anyone_is_behind = false;
    for (const auto& viewer : viewers_) {
        serve(viewer);
        anyone_is_behind = anyone_is_behind || viewer->place.is_behind(window_);
    }
    return anyone_is_behind;
}

void Console::serve(const ViewerPointer& viewer)
{
    auto& place = viewer->place;
    if (viewer->is_reading || !place.is_behind(window_)) return;
    const auto owed = ports_.owed(viewer->page);
    if (!owed || *owed >= most_owed) return;
    if (place.reads_for_itself(window_)) {
        if (Clock::now() >= viewer->not_before) read_for(viewer);
        return;
    }
    for (auto& message : place.take_news(window_, std::min(most_at_once, most_owed - *owed)))
        ports_.send(viewer->page, std::move(message));
}

void Console::read_for(const ViewerPointer& viewer)
{
    viewer->is_reading = true;
    ports_.replay(viewer->page, viewer->place.request(),
                  [this, alive = std::weak_ptr{alive_},
                   reading = std::weak_ptr{viewer}](const contract::Reply& reply) {
                      const auto still_there = reading.lock();
                      if (alive.lock() && still_there) on_reading(still_there, reply);
                  });
}

void Console::on_reading(const ViewerPointer& viewer, const contract::Reply& reply)
{
    viewer->is_reading = false;
    const auto result = reading_of(reply);
    if (const auto* error = std::get_if<Error>(&result)) {
        viewer->not_before = Clock::now() + retry_pause;
        if (may_pass(*error)) return;
        ports_.send(viewer->page, not_followed_message(slot_, error->message));
        return unfollow(viewer->page);
    }
    const auto& [answer, events] = std::get<Reading>(result);
    for (auto& message : viewer->place.take(answer, events))
        ports_.send(viewer->page, std::move(message));
    serve(viewer);
}

void Console::set_bell(bool rings)
{
    if (rings != std::exchange(has_bell_, rings)) ports_.bell(rings);
}

} // namespace portald
