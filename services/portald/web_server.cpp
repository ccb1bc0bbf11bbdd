#include "portald/web_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <stdexcept>
#include <strings.h>

#include <civetweb.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "loop/asio.hpp"
#include "portald/peer_watch.hpp"
#include "portald/web_server_response.hpp"

namespace portald {

namespace {

struct StopServer {
    void operator()(mg_context* context) const noexcept { mg_stop(context); }
};

std::optional<std::string> header(const mg_connection* connection, const char* name)
{
    const char* value = mg_get_header(connection, name);
    return value ? std::optional<std::string>(value) : std::nullopt;
}

/// The same test as civetweb's: what it would not take for a WebSocket is not one here either.
bool asks_for_websocket(const mg_connection* connection)
{
    const auto upgrade = header(connection, "Upgrade").value_or("");
    const auto options = header(connection, "Connection").value_or("");
    return strcasecmp(upgrade.c_str(), "websocket") == 0 &&
           strcasestr(options.c_str(), "upgrade") != nullptr;
}

std::string address_of_peer(const mg_connection* connection, const TlsPeers* peers)
{
    const auto* info = mg_get_request_info(connection);
    if (!peers) return info->remote_addr;
    return peers->address_at(static_cast<std::uint16_t>(info->remote_port));
}

Request read_request(const mg_connection* connection, const TlsPeers* peers)
{
    const auto* info = mg_get_request_info(connection);
    Request request;
    request.method = info->request_method;
    request.path = info->local_uri ? info->local_uri : "";
    request.host = header(connection, "Host").value_or("");
    request.origin = header(connection, "Origin");
    request.if_none_match = header(connection, "If-None-Match");
    request.range = header(connection, "Range");
    request.authorization = header(connection, "Authorization");
    request.cookie = header(connection, "Cookie").value_or("");
    request.query = info->query_string ? info->query_string : "";
    request.peer = address_of_peer(connection, peers);
    request.upgrade = asks_for_websocket(connection);
    PeerWatch peer(info->remote_addr, info->remote_port, info->server_port);
    request.gone = [peer]() mutable { return peer.gone(); };
    return request;
}

/// Whether what ended a body was its end: civetweb says 0 also when the rest does not come.
bool is_all(const mg_connection* connection, std::size_t size, int last_read)
{
    const auto coding = header(connection, "Transfer-Encoding").value_or("");
    if (strcasecmp(coding.c_str(), "chunked") == 0) return last_read == 0;
    const auto announced = mg_get_request_info(connection)->content_length;
    return last_read == 0 && size == static_cast<std::size_t>(std::max(announced, 0LL));
}

/// False: the body is larger than is allowed, or does not come in time.
bool read_body(mg_connection* connection, std::string& body, std::chrono::milliseconds patience)
{
    if (mg_get_request_info(connection)->content_length >
        static_cast<long long>(WebServer::most_body_bytes))
        return false;
    const auto until = std::chrono::steady_clock::now() + patience;
    std::array<char, 16384> chunk;
    while (std::chrono::steady_clock::now() < until) {
        const int size = mg_read(connection, chunk.data(), chunk.size());
        if (size <= 0) return is_all(connection, body.size(), size);
        body.append(chunk.data(), static_cast<std::size_t>(size));
        if (body.size() > WebServer::most_body_bytes) return false;
    }
    return false;
}

/// Closing with unread bytes would make the kernel reset the connection, and our answer with
/// it; but nobody may make us read for ever.
void drain(mg_connection* connection, std::chrono::milliseconds patience)
{
    const auto until = std::chrono::steady_clock::now() + patience / 5;
    std::array<char, 16384> chunk;
    for (int reads = 0; reads < 256 && std::chrono::steady_clock::now() < until; ++reads) {
        if (mg_read(connection, chunk.data(), chunk.size()) <= 0) return;
    }
}

/// civetweb would say it less clearly, through a log callback.
void check_free(const std::string& address, std::uint16_t port)
{
    asio::io_context io;
    boost::system::error_code fault;
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address_v4(address), port);
    asio::ip::tcp::acceptor acceptor(io);
    acceptor.open(endpoint.protocol(), fault);
    acceptor.set_option(asio::socket_base::reuse_address(true), fault);
    acceptor.bind(endpoint, fault);
    if (!fault) acceptor.listen(1, fault);
    if (fault) {
        throw std::runtime_error(fmt::format("listen {}:{}: {}", address, port, fault.message()));
    }
}

} // namespace

/// Lives before the first request can come: mg_start() lets them in before it returns.
struct WebServer::Server {
    const FrontDoor& door;
    std::function<Response(Request)> answer;
    LiveFeed& feed;
    std::chrono::milliseconds patience;
    const TlsPeers* peers;
    std::atomic<bool> feed_is_served = false;
    std::unique_ptr<mg_context, StopServer> context = nullptr;

    Response respond(mg_connection* connection, Request request) const;
    Response respond_or_throw(mg_connection* connection, Request request) const;
    bool handle(mg_connection* connection) const;
    void start(const std::string& address, unsigned threads);
};

Response WebServer::Server::respond(mg_connection* connection, Request request) const
{
    const auto what = request.method + " " + request.path;
    try {
        return respond_or_throw(connection, std::move(request));
    } catch (const std::exception& fault) {
        spdlog::error("{}: {}", what, fault.what());
        return plain_error(500, "internal error");
    }
}

Response WebServer::Server::respond_or_throw(mg_connection* connection, Request request) const
{
    auto verdict = door.judge(request);
    if (verdict.refusal) {
        drain(connection, patience);
        return std::move(*verdict.refusal);
    }
    request.holder = std::move(verdict.holder);
    if (request.path == "/ws" && !feed.seats().has_one_for(request.peer)) {
        return plain_error(503, fmt::format("{} pages are watching, or {} of one address, which is "
                                            "the most; close one",
                                            FeedSeats::most, FeedSeats::most_of_one));
    }
    if (request.method != "GET" && request.method != "HEAD" &&
        !read_body(connection, request.body, patience)) {
        drain(connection, patience);
        return plain_error(413, "a body may have 1 MiB and must come at once");
    }
    return answer(std::move(request));
}

/// False: it is a WebSocket that may come in; civetweb goes on with it.
bool WebServer::Server::handle(mg_connection* connection) const
{
    auto request = read_request(connection, peers);
    const bool is_feed = request.upgrade && request.path == "/ws" && request.method == "GET";
    if (is_feed && feed_is_served && !door.refusal(request) &&
        feed.seats().has_one_for(request.peer))
        return false;
    write_response(connection, respond(connection, std::move(request)));
    return true;
}

void WebServer::Server::start(const std::string& address, unsigned threads)
{
    mg_callbacks callbacks{};
    // An exception that left a callback would end the process.
    callbacks.begin_request = [](mg_connection* connection) -> int {
        try {
            const auto* server =
                static_cast<const Server*>(mg_get_user_data(mg_get_context(connection)));
            return server->handle(connection) ? 200 : 0;
        } catch (const std::exception& fault) {
            spdlog::error("request: {}", fault.what());
            return 500;
        }
    };
    callbacks.end_request = [](const mg_connection* connection, int) {
        const auto* server =
            static_cast<const Server*>(mg_get_user_data(mg_get_context(connection)));
        server->feed.ended(connection);
    };
    callbacks.log_message = [](const mg_connection*, const char* message) {
        spdlog::debug("civetweb: {}", message);
        return 1;
    };

    const auto thread_count = std::to_string(threads);
    const auto timeout = std::to_string(patience.count());
    const char* options[] = {"listening_ports",
                             address.c_str(), // no document_root: no files
                             "num_threads",
                             thread_count.c_str(),
                             "request_timeout_ms",
                             timeout.c_str(),
                             "websocket_timeout_ms",
                             "5000", // how soon a closed feed ends
                             "enable_websocket_ping_pong",
                             "no", // FeedQueue needs the pongs
                             "enable_keep_alive",
                             "no", // an idle page would hold a thread
                             "enable_directory_listing",
                             "no",
                             "access_control_allow_origin",
                             "",
                             "access_control_allow_methods",
                             "",
                             "access_control_allow_headers",
                             "",
                             "cgi_pattern",
                             "",
                             "ssi_pattern",
                             "",
                             "tcp_nodelay",
                             "1",
                             nullptr};
    std::array<char, 256> text{};
    mg_error_data error{nullptr, text.data(), text.size()};
    mg_init_data init{&callbacks, this, options};
    context.reset(mg_start2(&init, &error));
    if (!context) throw std::runtime_error("listen " + address + ": " + text.data());
}

WebServer::WebServer(const Options& options, const FrontDoor& door,
                     std::function<Response(Request)> answer, LiveFeed& feed)
    : server_(new Server{door, std::move(answer), feed, options.patience, options.peers})
{
    check_free(options.bind, options.port);
    mg_init_library(MG_FEATURES_DEFAULT);
    server_->start(options.bind + ":" + std::to_string(options.port), options.threads);
    feed.serve(server_->context.get(), [peers = options.peers](const mg_connection* connection) {
        return address_of_peer(connection, peers);
    });
    server_->feed_is_served = true;

    mg_server_port ports{};
    if (mg_get_server_ports(server_->context.get(), 1, &ports) == 1) {
        port_ = static_cast<std::uint16_t>(ports.port);
    }
}

WebServer::~WebServer()
{
    server_->context.reset();
    mg_exit_library();
}

} // namespace portald
