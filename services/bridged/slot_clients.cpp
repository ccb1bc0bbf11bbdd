#include "bridged/slot.hpp"

#include <utility>

#include "daemonkit/command_line.hpp"

/// The half of Slot that deals with TCP clients.
namespace bridged {

namespace {

using asio::ip::tcp;

std::string address_text(const tcp::endpoint& peer)
{
    const auto port = ":" + std::to_string(peer.port());
    const auto address = peer.address();
    if (address.is_v4()) return address.to_string() + port;
    if (address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string() + port;
    return "[" + address.to_string() + "]" + port;
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
    if (client_ && config_.second_client == contract::SecondClient::take_over) {
        info("Previous client disconnected (new connection)");
        count_drops(*client_);
        std::exchange(client_, nullptr)->close();
        machine_.client_left(Clock::now());
        restore_line();
    }
    if (client_) {
        log_->info("{} refused: in use by {}", address, client_info_.address);
        refusals_.refuse(std::move(socket), config_.label + " is in use by " +
                                                client_info_.address + " since " +
                                                contract::format_time(client_info_.since) + "\r\n");
        return;
    }
    if (machine_.state() != SlotMachine::State::idle)
        return refusals_.refuse(std::move(socket), config_.label + " is not ready\r\n");
    welcome(std::move(socket), address);
}

void Slot::welcome(tcp::socket socket, std::string address)
{
    info("Client connected from " + address);
    log_->info("client {} connected", address);
    client_info_ = {
        .address = std::move(address), .since = contract::wall_now(), .kind = "unknown"};
    ++clients_;
    const auto signature = daemonkit::version() + " " + config_.label;
    client_ = std::make_shared<Session>(
        context_.io, std::move(socket), line_, signature,
        Session::Events{.spoke =
                            [this] {
                                if (client_) client_info_.kind = kind_name(client_->kind());
                                changed_();
                            },
                        .gone = [this](Session::End end) { client_gone(end); },
                        .done = [this] { prune_leaving(); }});
    machine_.client_came();
    client_->start();
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
    if (line_.breaking()) line_.set_break(false, [](std::error_code) {});
    if (line_.asked() != idle_settings()) line_.configure(idle_settings(), [](std::error_code) {});
    if (line_.outputs() != profile().idle_lines)
        line_.set_outputs(profile().idle_lines, [](std::error_code) {});
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

/// Asked for from within a session, maybe from within from_board(): not done here.
void Slot::prune_leaving()
{
    asio::post(context_.io, [this, alive = alive_] {
        if (!*alive) return;
        for (const auto& session : leaving_)
            if (session->is_closed()) count_drops(*session);
        std::erase_if(leaving_, [](const auto& session) { return session->is_closed(); });
    });
}

void Slot::count_drops(const Session& session)
{
    if (session.dropped() == 0) return;
    drops_ += session.dropped();
    info("Client was too slow: " + std::to_string(session.dropped()) + " bytes not sent to it");
}

} // namespace bridged
