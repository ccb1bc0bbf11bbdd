#include "bridged/slot.hpp"

#include <utility>

#include "daemonkit/command_line.hpp"

/// The half of Slot that deals with TCP clients.
namespace bridged {

namespace {

using asio::ip::tcp;

constexpr std::size_t most_observers = 8;

asio::ip::address unmapped(const asio::ip::address& address)
{
    if (address.is_v4() || !address.to_v6().is_v4_mapped()) return address;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

std::string address_text(const tcp::endpoint& peer)
{
    const auto port = ":" + std::to_string(peer.port());
    const auto address = unmapped(peer.address());
    return address.is_v4() ? address.to_string() + port : "[" + address.to_string() + "]" + port;
}

const char* kind_name(Conversation::Kind kind)
{
    switch (kind) {
    case Conversation::Kind::unknown:
        return "unknown";
    case Conversation::Kind::raw:
        return "raw";
    case Conversation::Kind::telnet:
        return "rfc2217";
    }
    return "unknown";
}

} // namespace

void Slot::connected(tcp::socket socket, const tcp::endpoint& peer)
{
    const auto address = address_text(peer);
    const bool is_admitted = claim_.admits_address(unmapped(peer.address()).to_string());
    if (client_ && is_admitted && config_.second_client == contract::SecondClient::take_over &&
        machine_.state() == SlotMachine::State::in_use)
        take_over();
    if (machine_.state() == SlotMachine::State::idle && is_admitted)
        return welcome(std::move(socket), peer);
    const bool may_observe = config_.second_client == contract::SecondClient::observe &&
                             machine_.port_open() && observers_.size() < most_observers;
    if ((client_ || !is_admitted) && may_observe) return let_observe(std::move(socket), address);
    const auto reason = why_not(is_admitted);
    log_->info("{} refused: {}", address, reason);
    refusals_.refuse(std::move(socket), config_.label + " is " + reason + "\r\n");
}

std::string Slot::why_not(bool is_admitted) const
{
    if (!is_admitted)
        return "claimed by " + claim_.held()->owner + " until " +
               contract::format_time(claim_.held()->until);
    if (client_)
        return "in use by " + client_info_.address + " since " +
               contract::format_time(client_info_.since);
    return "not ready";
}

void Slot::take_over()
{
    info("Previous client disconnected (new connection)");
    count_drops(*client_);
    std::exchange(client_, nullptr)->close();
    machine_.client_left(Clock::now());
    restore_line();
}

std::string Slot::signature() const
{
    return daemonkit::version() + " " + config_.label;
}

void Slot::welcome(tcp::socket socket, const tcp::endpoint& peer)
{
    client_info_ = {
        .address = address_text(peer), .since = contract::wall_now(), .kind = "unknown"};
    client_ip_ = unmapped(peer.address()).to_string();
    info("Client connected from " + client_info_.address, News::soon);
    log_->info("client {} connected", client_info_.address);
    ++clients_;
    client_ = std::make_shared<Session>(
        context_.io, std::move(socket), line_, Role::client, signature(),
        Session::Events{.spoke =
                            [this] {
                                if (client_) client_info_.kind = kind_name(client_->kind());
                                changed_(News::soon);
                            },
                        .gone = [this](Session::End end) { client_gone(end); },
                        .done = [this] { prune_leaving(); }});
    machine_.client_came();
    client_->start();
    settle(News::soon);
}

void Slot::let_observe(tcp::socket socket, const std::string& address)
{
    info("Observer connected from " + address);
    log_->info("observer {} connected", address);
    const auto gone = [this, address] {
        info("Observer disconnected");
        log_->info("observer {} disconnected", address);
    };
    const auto observer = std::make_shared<Session>(
        context_.io, std::move(socket), line_, Role::observer, signature(),
        Session::Events{.spoke = [] {},
                        .gone = [gone](Session::End) { gone(); },
                        .done = [this] { prune_leaving(); }});
    observers_.push_back(observer);
    observer->start();
    settle();
}

/// The slot is free from here on. What the client changed goes back, behind
/// what it had written.
void Slot::client_gone(Session::End end)
{
    const bool closed = end == Session::End::closed;
    info(closed ? "Client disconnected" : "Client connection reset");
    log_->info("client {} {}", client_info_.address, closed ? "disconnected" : "reset");
    auto session = std::exchange(client_, nullptr);
    if (closed)
        leaving_.push_back(std::move(session));
    else
        count_drops(*session);
    constexpr std::size_t most_leaving = 8;
    if (leaving_.size() > most_leaving) {
        leaving_.front()->close();
        prune_leaving();
    }
    machine_.client_left(Clock::now());
    restore_line();
    settle();
}

void Slot::restore_line()
{
    restore_.begin(idle_settings(), profile().idle_lines);
}

/// The machine no longer keeps it: the board is gone for good, or the slot was stopped.
void Slot::drop_client()
{
    if (!client_) return;
    info("Client disconnected");
    log_->info("client {} disconnected: {}", client_info_.address,
               contract::to_string(machine_.state()));
    count_drops(*client_);
    std::exchange(client_, nullptr)->close();
}

void Slot::drop_observers()
{
    for (const auto& observer : observers_) {
        if (!observer->is_closed()) info("Observer disconnected");
        count_drops(*observer);
        observer->close();
    }
    observers_.clear();
}

/// Asked for from within a session, maybe from within from_board(): not done here.
void Slot::prune_leaving()
{
    asio::post(context_.io, [this, alive = alive_] {
        if (!*alive) return;
        const auto prune = [this](auto& sessions) {
            for (const auto& session : sessions)
                if (session->is_closed()) count_drops(*session);
            std::erase_if(sessions, [](const auto& session) { return session->is_closed(); });
        };
        prune(leaving_);
        prune(observers_);
        settle();
    });
}

void Slot::count_drops(const Session& session)
{
    ignored_ += session.ignored();
    if (session.dropped() == 0) return;
    drops_ += session.dropped();
    info("Client was too slow: " + std::to_string(session.dropped()) + " bytes not sent to it");
}

} // namespace bridged
