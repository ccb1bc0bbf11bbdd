// portald: HTTP, WebSocket and the page; all that it knows comes from the bus.
#include <spdlog/spdlog.h>
#include <zmq.hpp>

#include "daemonkit/audit_journal.hpp"
#include "daemonkit/audit_trail.hpp"
#include "daemonkit/command_line.hpp"
#include "daemonkit/instance_lock.hpp"
#include "daemonkit/lifetime.hpp"
#include "portald/api.hpp"
#include "portald/audit.hpp"
#include "portald/bus_gateway.hpp"
#include "portald/bus_presence.hpp"
#include "portald/bus_watch.hpp"
#include "portald/config.hpp"
#include "portald/consoles.hpp"
#include "portald/front_door.hpp"
#include "portald/host_address.hpp"
#include "portald/live_view.hpp"
#include "portald/log_download.hpp"
#include "portald/mdns_publisher.hpp"
#include "portald/serial_watch.hpp"
#include "portald/site.hpp"
#include "portald/tls_front.hpp"
#include "portald/web_server.hpp"

namespace {

portald::WebFiles page(const std::filesystem::path& folder)
try {
    return portald::WebFiles::read(folder);
} catch (const std::exception& fault) {
    spdlog::warn("no page: {}", fault.what()); // the API is worth running without it
    return {};
}

portald::PortalNumbers numbers_of(portald::LiveView& live, const portald::Consoles& consoles,
                                  const portald::BusPresence* presence)
{
    portald::PortalNumbers numbers{.pages = live.feed().count() + live.streams().count(),
                                   .followed_consoles = consoles.followed(),
                                   .feed_queue_bytes = live.feed().owed()};
    if (presence) numbers.alerts_waiting = presence->alerts_waiting();
    return numbers;
}

void serve(const daemonkit::Arguments& arguments, const portald::Config& config,
           const std::function<void()>& check_config)
{
    using namespace portald;
    const auto runtime_dir = arguments.runtime_dir.string();
    const daemonkit::InstanceLock lock(arguments.runtime_dir, "portald");
    const Facts facts{hostname(), daemonkit::version()};
    asio::io_context io{1};
    zmq::context_t zmq{1};
    daemonkit::Lifetime lifetime(io);

    LiveView* view = nullptr; // the watch and these know each other
    BusGateway* gateway = nullptr;
    Consoles* followed = nullptr;
    const BusPresence* on_the_bus = nullptr;
    std::function<void()> announce;
    BusWatch watch(
        io, zmq, runtime_dir,
        {.changed =
             [&] {
                 if (view) view->known_changed();
                 if (gateway) gateway->known_changed();
                 if (followed) followed->known_changed();
                 if (announce) announce();
             },
         .line = [&](const auto& slot, const auto& line,
                     auto time) { view->line(slot, line, time); },
         .bridge_counters = [&](const auto& counters) { view->bridge_counters(counters); },
         .board_news = [&](const auto& news) { view->board_news(news); }});
    LiveView live(io, facts,
                  {.known = [&]() -> const Known& { return watch.known(); },
                   .host_ip = [] { return host_address_for({}); },
                   .audience =
                       [&](bool somebody) {
                           watch.watched_by(somebody ? BusWatch::Audience::somebody
                                                     : BusWatch::Audience::nobody);
                       },
                   .said = [&](auto page, const auto& text) { followed->said(page, text); },
                   .page_left = [&] { followed->page_left(); }});
    Consoles consoles(
        io, zmq, runtime_dir,
        {.known = [&]() -> const Known& { return watch.known(); },
         .send = [&](auto page, auto text) { live.feed().send(page, std::move(text)); },
         .owed = [&](auto page) { return live.feed().owed(page); }});
    const Api api(facts, [&] { return numbers_of(live, consoles, on_the_bus); });
    SerialWatch serial(io, zmq, runtime_dir);
    BusGateway web_to_bus(
        io, {.begin = [&](const Request& request,
                          const Known& known) { return api.answer(request, known); },
             .known = [&]() -> const Known& { return watch.known(); },
             .call = [&](BusCall call, auto done) { watch.call(std::move(call), done); },
             .listen = [&](Listening listening,
                           auto done) { return serial.listen(std::move(listening), done); },
             .needs_seat = [](const Request& request) { return waits_for_output(request.path); }});
    view = &live;
    followed = &consoles;
    gateway = &web_to_bus;

    LogDownloads downloads([&](Request request) { return web_to_bus.answer(std::move(request)); });
    const Site* pages = nullptr; // knows the tokens, which ask it
    const TokenCheck tokens(config.tokens, [&](const auto& path) { return pages->has_file(path); });
    const Site site(page(config.web_dir), [&](Request request) {
        if (request.path == login_path)
            return tokens.login(request, std::chrono::steady_clock::now(), config.tls.has_value());
        if (request.path == events_path) return live.streams().open(request);
        request.host_ip = host_address_for(request.peer);
        return downloads.answer(std::move(request));
    });
    pages = &site;
    const FrontDoor door(config.access, HostCheck(facts.hostname, config.hosts), &tokens,
                         [](const auto& complaint) { spdlog::warn("{}", complaint); });
    daemonkit::AuditTrail trail(io, daemonkit::tell_journal);
    TlsPeers peers;
    const WebServer server(
        config.tls ? WebServer::Options{.bind = "127.0.0.1", .peers = &peers}
                   : WebServer::Options{.bind = config.bind, .port = config.port},
        door,
        [&](Request request) {
            return audited(
                std::move(request), [&](Request one) { return site.answer(std::move(one)); },
                [&](const daemonkit::AuditEntry& entry) { trail.add(entry); });
        },
        live.feed());
    std::optional<TlsFront> tls;
    if (config.tls)
        tls.emplace(TlsFront::Options{config.bind, config.port, server.port(), *config.tls}, peers,
                    [&](const auto& address) { return door.lets_in(address); });
    const auto port = tls ? tls->port() : server.port();
    std::optional<MdnsPublisher> mdns;
    if (config.mdns) {
        mdns.emplace(io);
        announce = [&] {
            mdns->publish(mdns_services(watch.known(), facts.hostname, port, tls.has_value()));
        };
        announce();
    }

    const BusPresence presence(
        io, zmq, runtime_dir, facts, port, config.alerts,
        [&](auto verb, auto args, auto on_result) {
            watch.call({"loggerd", std::string(verb), std::move(args), {}, {}}, on_result);
        });
    on_the_bus = &presence;

    lifetime.on_reload_begin_again(check_config);
    lifetime.on_stop([&](const std::function<void()>& done) {
        web_to_bus.close();
        live.streams().close();
        done();
    });
    spdlog::info("listening on {}:{}{}", config.bind, port, tls ? ", by https" : "");
    lifetime.ready();
    io.run();
}

} // namespace

int main(int argc, char** argv)
{
    portald::Overrides overrides;
    return daemonkit::run(argc, argv, "portald", "Serves the web page and the HTTP API.",
                          [&](const daemonkit::Arguments& arguments) {
                              const auto config = [&] {
                                  return portald::load_config(
                                      daemonkit::Settings::read(arguments.settings_file),
                                      overrides);
                              };
                              const auto now = config();
                              if (!arguments.check_config) serve(arguments, now, config);
                          },
                          {{"--bind", &overrides.bind, "IPv4 address to listen on (0.0.0.0)"},
                           {"--http-port", &overrides.port, "port to listen on (8080)"},
                           {"--web-dir", &overrides.web_dir, "folder of the page"}});
}
