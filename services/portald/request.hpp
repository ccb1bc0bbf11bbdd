#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "portald/listening.hpp"

namespace portald {

struct Known;

/// Of a text that is sent part by part: from here on, as far as its end is known.
struct Part {
    std::uint64_t at = 0;
    std::optional<std::uint64_t> end = {};
};

/// What came over HTTP, without the server.
struct Request {
    std::string method = "GET";
    std::string path = "/"; ///< decoded, without the query
    std::string host;       ///< the Host header; empty when there is none
    std::optional<std::string> origin;
    std::optional<std::string> if_none_match;
    std::string peer;      ///< the client's IP address
    std::string host_ip;   ///< this machine's address, as that client reaches it
    bool upgrade = false;  ///< asks for a WebSocket
    std::string body = {}; ///< at most 1 MiB
    std::string query = {};
    std::optional<std::string> range = {};
    std::optional<std::string> authorization = {};
    std::string cookie = {};       ///< the Cookie header
    std::string holder = {};       ///< not from outside: of the token that it came with, its name
    std::optional<Part> part = {}; ///< not from outside: of a long text, only this
    /// The client has closed. May be empty; for the web thread that serves it, and no other.
    std::function<bool()> gone = {};
};

bool from_loopback(const Request& request);
/// Whether it may change something; waiting for what a board says does not.
bool changes_something(const Request& request);

struct Response {
    int status = 200;
    std::string type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};
    using Rest = Part;
    std::optional<Rest> rest = {}; ///< the body is this, got by `more`
    /// The next part, "" at the end; nothing: there is none though there should be. On the web
    /// thread, which it may hold for as long as a request.
    std::function<std::optional<std::string>()> more = {};
};

Response json_response(const contract::Json& body, int status = 200);
/// {"error": text}
Response plain_error(int status, const std::string& text);
/// {"ok": false, "error": text}, as the old API says it
Response refusal(int status, const std::string& text);

struct Step;

/// Ask a daemon, then go on.
struct BusCall {
    std::string daemon;
    std::string verb;
    contract::Json args;
    std::function<Step(const contract::Result&, const Known&)> then;
    std::string bytes = {}; ///< behind the arguments, in a frame of their own
};

/// Wait until the state is as wanted, or for at most so long; then go on.
struct WaitFor {
    std::function<bool(const Known&)> ready;
    std::chrono::milliseconds at_most;
    std::function<Step(const Known&)> then;
};

/// Follow what a board says until it is enough; then go on. Takes as long as `listening` says.
struct Listen {
    Listening listening;
    std::function<Step(const std::variant<Heard, contract::Error>&, const Known&)> then;
};

/// An answer, or what has to be done before there is one.
struct Step {
    std::variant<Response, BusCall, WaitFor, Listen> what;

    Step(Response response) : what(std::move(response)) {}
    Step(BusCall call) : what(std::move(call)) {}
    Step(WaitFor wait) : what(std::move(wait)) {}
    Step(Listen listen) : what(std::move(listen)) {}
};

} // namespace portald
