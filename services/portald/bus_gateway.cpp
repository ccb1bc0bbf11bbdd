#include "portald/bus_gateway.hpp"

#include <future>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "portald/seat.hpp"

namespace portald {

/// Shared by the web thread that waits and the loop that answers: either may be done first.
struct BusGateway::Conversation {
    std::promise<Response> promise;
    bool answered = false;                              // the loop's
    std::atomic<std::chrono::milliseconds> extension{}; // of the deadline

    void finish(Response response)
    {
        if (!std::exchange(answered, true)) promise.set_value(std::move(response));
    }
};

namespace {

/// So often a waiting web thread looks whether the portal is being stopped.
constexpr std::chrono::milliseconds glance{100};

} // namespace

BusGateway::BusGateway(asio::io_context& io, Ports ports, std::chrono::milliseconds deadline)
    : io_(io), ports_(std::move(ports)), deadline_(deadline)
{
}

Response BusGateway::answer(Request request)
{
    if (!ports_.needs_seat || !ports_.needs_seat(request)) {
        request.gone = {};
        return answer_in_time(std::move(request));
    }
    const Seat seat(seats_taken_, most_seats);
    if (!seat.is_taken()) {
        return refusal(503, fmt::format("{} requests are waiting for serial output, which is the "
                                        "most; try again",
                                        most_seats));
    }
    return answer_in_time(std::move(request));
}

Response BusGateway::answer_in_time(Request request)
{
    if (closed_) return refusal(503, "the portal is being stopped");
    const auto gone = std::exchange(request.gone, {}); // stays on this thread
    const auto conversation = std::make_shared<Conversation>();
    auto future = conversation->promise.get_future();
    asio::post(io_, [this, conversation, request = std::move(request)] {
        go_on(conversation, [&] { return ports_.begin(request, ports_.known()); });
    });

    const auto since = std::chrono::steady_clock::now();
    while (future.wait_for(glance) != std::future_status::ready) {
        if (auto refused = cannot_wait(*conversation, since, gone)) {
            if (!closed_) asio::post(io_, [this, conversation] { abandon(conversation); });
            return *refused;
        }
    }
    return future.get();
}

/// Why a web thread must not wait any longer; nothing when it may.
std::optional<Response> BusGateway::cannot_wait(Conversation& conversation,
                                                std::chrono::steady_clock::time_point since,
                                                const std::function<bool()>& gone) const
{
    if (closed_) return refusal(503, "the portal is being stopped");
    const auto until = since + deadline_ + conversation.extension.load();
    if (std::chrono::steady_clock::now() >= until) return refusal(504, "no answer in time");
    if (gone && gone()) return refusal(400, "the client has closed its side, so nobody waits");
    return std::nullopt;
}

/// Nobody waits for the answer any more. What was asked of a daemon is done all the same.
void BusGateway::abandon(const std::shared_ptr<Conversation>& conversation)
{
    conversation->answered = true;
    listeners_.remove_if([&](const Listener& one) { return one.conversation == conversation; });
}

void BusGateway::close()
{
    closed_ = true;
}

void BusGateway::go_on(const std::shared_ptr<Conversation>& conversation,
                       const std::function<Step()>& next)
{
    if (conversation->answered) return;
    try {
        perform(conversation, next());
    } catch (const contract::BadMessage& bad) { // a daemon's reply: requests were checked before
        conversation->finish(refusal(502, bad.what()));
    } catch (const std::exception& fault) {
        spdlog::error("request: {}", fault.what());
        conversation->finish(refusal(500, "internal error"));
    }
}

void BusGateway::perform(const std::shared_ptr<Conversation>& conversation, Step step)
{
    if (auto* response = std::get_if<Response>(&step.what)) {
        conversation->finish(std::move(*response));
    } else if (auto* call = std::get_if<BusCall>(&step.what)) {
        auto then = std::exchange(call->then, {});
        ports_.call(std::move(*call),
                    [this, conversation, then = std::move(then)](contract::Result result) {
                        go_on(conversation, [&] { return then(result, ports_.known()); });
                    });
    } else if (auto* what = std::get_if<Listen>(&step.what)) {
        listen(conversation, std::move(*what));
    } else {
        wait(conversation, std::move(std::get<WaitFor>(step.what)));
    }
}

void BusGateway::wait(const std::shared_ptr<Conversation>& conversation, WaitFor until)
{
    if (until.ready(ports_.known())) {
        go_on(conversation, [&] { return until.then(ports_.known()); });
        return;
    }
    const auto at_most = until.at_most;
    const auto waiting = std::make_shared<Waiting>(
        Waiting{conversation, std::move(until), asio::steady_timer(io_, at_most)});
    waiting_.push_back(waiting);
    // A timer that has run out before it is cancelled still calls, without a fault.
    waiting->timer.async_wait(
        [this, due = std::weak_ptr{waiting}](const boost::system::error_code& fault) {
            const auto still_there = due.lock();
            if (!fault && still_there) finish_waiting(still_there);
        });
}

void BusGateway::known_changed()
{
    for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
        const auto here = *waiting++; // the list's own may go
        if (here->until.ready(ports_.known())) finish_waiting(here);
    }
}

void BusGateway::finish_waiting(const std::shared_ptr<Waiting>& waiting)
{
    waiting_.remove(waiting);
    go_on(waiting->conversation, [&] { return waiting->until.then(ports_.known()); });
}

void BusGateway::listen(const std::shared_ptr<Conversation>& conversation, Listen what)
{
    conversation->extension = conversation->extension.load() + what.listening.at_most();
    const auto here = listeners_.insert(listeners_.end(), Listener{conversation});
    here->listening = ports_.listen(
        std::move(what.listening), [this, here, then = std::move(what.then)](auto heard) {
            const auto listener = std::move(*here); // is what calls us
            listeners_.erase(here);
            go_on(listener.conversation, [&] { return then(heard, ports_.known()); });
        });
}

} // namespace portald
