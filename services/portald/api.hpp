#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "portald/known.hpp"
#include "portald/metrics.hpp"
#include "portald/request.hpp"
#include "portald/slots_view.hpp"

namespace portald {

/// Answered by EventStreams, not by Api.
inline constexpr std::string_view events_path = "/api/events";

/// The methods that a path has, "GET" implying HEAD; empty for a path that is not the API's.
std::vector<std::string_view> methods_of(std::string_view path);

/// The requests that may take minutes, because they wait for what a board says.
bool waits_for_output(std::string_view path);

/// /api/* and /healthz: a request and what is known → an answer, or what to ask the bus for
/// first. Field names and error texts are the old portal's (docs/web-api.md). No I/O.
class Api {
public:
    explicit Api(Facts facts, std::function<PortalNumbers()> numbers = {});

    /// Only for a path and a method of methods_of(). Never throws for what a client sent.
    Step answer(const Request& request, const Known& known) const;

private:
    Step health(const Known& known) const;
    static Step alerts(const Request& request, const Known& known);

    Facts facts_;
    std::function<PortalNumbers()> numbers_;
};

} // namespace portald
