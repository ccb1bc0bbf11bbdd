#include "portald/bus_gateway.hpp"

#include <future>

#include <spdlog/spdlog.h>

namespace portald {

/// Shared by the web thread that waits and the loop that answers: either may be done first.
struct BusGateway::Conversation {
    std::promise<Response> promise;
    bool answered = false; // the loop's

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
    if (closed_) return refusal(503, "the portal is being stopped");
    const auto conversation = std::make_shared<Conversation>();
    auto future = conversation->promise.get_future();
    asio::post(io_, [this, conversation, request = std::move(request)] {
        go_on(conversation, [&] { return ports_.begin(request, ports_.known()); });
    });

    const auto until = std::chrono::steady_clock::now() + deadline_;
    while (!closed_) {
        if (future.wait_for(glance) == std::future_status::ready) return future.get();
        if (std::chrono::steady_clock::now() >= until) return refusal(504, "no answer in time");
    }
    return refusal(503, "the portal is being stopped");
}

void BusGateway::close()
{
    closed_ = true;
}

void BusGateway::go_on(const std::shared_ptr<Conversation>& conversation,
                       const std::function<Step()>& next)
{
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
        ports_.call(call->daemon, call->verb, std::move(call->args),
                    [this, conversation, then = std::move(call->then)](contract::Result result) {
                        go_on(conversation, [&] { return then(result, ports_.known()); });
                    });
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
    const auto waiting = waiting_.insert(
        waiting_.end(), Waiting{conversation, std::move(until), asio::steady_timer(io_, at_most)});
    waiting->timer.async_wait([this, waiting](const boost::system::error_code& fault) {
        if (!fault) finish_waiting(waiting);
    });
}

void BusGateway::known_changed()
{
    for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
        const auto here = waiting++;
        if (here->until.ready(ports_.known())) finish_waiting(here);
    }
}

void BusGateway::finish_waiting(std::list<Waiting>::iterator waiting)
{
    const auto conversation = waiting->conversation;
    const auto then = std::move(waiting->until.then);
    waiting_.erase(waiting); // cancels its timer
    go_on(conversation, [&] { return then(ports_.known()); });
}

} // namespace portald
