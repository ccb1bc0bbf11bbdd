#include "portald/serial_output.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "portald/api_body.hpp"

namespace portald {

namespace {

using contract::Error;
using contract::Json;
using contract::Stamp;
using std::chrono::milliseconds;
using HeardOrError = std::variant<Heard, Error>;

/// After a reset: a board that says nothing, or never stops, is not waited for any longer.
constexpr milliseconds boot_at_most{5000};
constexpr milliseconds boot_quiet{1000};

/// A monitor still sees what was said just before; so far back it looks for the beginning of that.
constexpr milliseconds look_back{1000};
constexpr std::uint64_t look_back_events = 256;

constexpr double timeout_s = 10;
constexpr double longest_timeout_s = 300;
constexpr std::size_t longest_pattern = 1024;

Response no_slot_field()
{
    return refusal(400, "missing 'slot' field");
}

Response failed(const std::string& error)
{
    return refusal(200, error);
}

/// A daemon that is silent is no fault of the slot.
Response failed(const Error& error)
{
    return error.code == contract::ErrorCode::timeout ? from_error(error) : failed(error.message);
}

/// Reads the body and finds the slot that it names.
template<typename Use>
Step with_slot(const Request& request, const Known& known, Use use)
{
    if (request.body.empty()) return no_slot_field();
    return with_body(request, [&](const contract::Fields& body) -> Step {
        const auto name = text_of(body, "slot");
        if (name.empty()) return no_slot_field();
        if (auto down = without_bridge(known)) return *down;
        const auto* slot = known.slot_named(name);
        if (!slot) return failed("slot '" + name + "' not found");
        return use(body, *slot);
    });
}

/// A bridged that was killed took the request with it: it is asked once more.
template<typename Then>
Step replay(const contract::ReplayArgs& args, Then then, bool again = true)
{
    return BusCall{"bridged", std::string(contract::verbs::serial_replay), Json(args),
                   [=](const contract::Result& result, const Known&) -> Step {
                       const auto* error = std::get_if<Error>(&result);
                       if (!error)
                           return then(std::get<Json>(result).get<contract::ReplayAnswer>());
                       const bool is_lost = error->code == contract::ErrorCode::timeout;
                       return is_lost && again ? replay(args, then, false) : failed(*error);
                   }};
}

/// Finds where the slot's stream ends now. A place beyond its end is taken for the end, once its
/// epoch is known, and that comes with any answer.
Step at_end_of(const std::string& slot, std::function<Step(const Stamp&)> then)
{
    contract::ReplayArgs any;
    any.slot = slot;
    any.max_bytes = 1;
    return replay(any, [any, then = std::move(then)](const contract::ReplayAnswer& oldest) {
        auto end = any;
        end.epoch = oldest.epoch;
        end.after_seq = std::numeric_limits<std::uint64_t>::max();
        return replay(end, [then](const contract::ReplayAnswer& answer) {
            return then({answer.epoch, answer.next_after_seq});
        });
    });
}

void add_output(Json& body, const Heard& heard)
{
    body["output"] = heard.output;
    if (heard.truncated) body["truncated"] = true;
}

Step boot_output(const std::string& slot, const Stamp& from)
{
    Listening listening({.slot = slot, .from = from, .at_most = boot_at_most, .quiet = boot_quiet});
    return Listen{std::move(listening), [](const HeardOrError& result, const Known&) -> Step {
                      if (const auto* error = std::get_if<Error>(&result)) {
                          return failed("the board was reset, but its output cannot be read: " +
                                        error->message);
                      }
                      Json body{{"ok", true}};
                      add_output(body, std::get<Heard>(result));
                      return json_response(body);
                  }};
}

double timeout_of(const contract::Fields& body)
{
    if (!body.has("timeout")) return timeout_s;
    const auto& value = body.any("timeout");
    if (!value.is_number()) body.fail("timeout", "is not a number");
    const auto seconds = value.get<double>();
    if (!(seconds > 0 && seconds <= longest_timeout_s)) {
        body.fail("timeout", "is not above 0 and at most 300");
    }
    return seconds;
}

std::string pattern_of(const contract::Fields& body)
{
    auto pattern = text_of(body, "pattern");
    if (pattern.size() > longest_pattern) body.fail("pattern", "is longer than 1024 bytes");
    if (pattern.find('\n') != std::string::npos) {
        body.fail("pattern", "has a line end, which no line has");
    }
    return pattern;
}

Step monitored(const HeardOrError& result, const Known&)
{
    if (const auto* error = std::get_if<Error>(&result)) return failed(*error);
    const auto& heard = std::get<Heard>(result);
    Json body{{"ok", true}, {"matched", heard.line.has_value()}, {"line", nullptr}};
    if (heard.line) body["line"] = *heard.line;
    add_output(body, heard);
    return json_response(body);
}

} // namespace

Step serial_reset(const Request& request, const Known& known)
{
    return with_slot(request, known, [](const auto& body, const contract::Slot& slot) -> Step {
        Json args{{"slot", slot.slot}};
        if (body.boolean("force", false)) args["force"] = true;
        if (const auto owner = text_of(body, "owner"); !owner.empty()) args["owner"] = owner;
        return at_end_of(slot.slot, [id = slot.slot, args](const Stamp& before) -> Step {
            return BusCall{"bridged", std::string(contract::verbs::serial_reset), args,
                           [id, before](const contract::Result& result, const Known&) -> Step {
                               if (const auto* error = std::get_if<Error>(&result)) {
                                   return failed(*error);
                               }
                               return boot_output(id, before);
                           }};
        });
    });
}

Step serial_monitor(const Request& request, const Known& known)
{
    return with_slot(request, known, [](const auto& body, const contract::Slot& slot) -> Step {
        Listening::Rules rules{.slot = slot.slot, .from = {}, .at_most = {}};
        rules.look_back = look_back;
        rules.pattern = pattern_of(body);
        rules.since = contract::monotonic_now();
        rules.at_most = milliseconds(std::llround(std::ceil(timeout_of(body) * 1000)));
        const bool may_come = slot.running() || slot.state == contract::SlotState::opening;
        if (!may_come) return failed(why_not_running(slot));
        return at_end_of(slot.slot, [rules](const Stamp& end) -> Step {
            auto from = rules;
            from.from = {end.epoch, end.seq - std::min(end.seq, look_back_events)};
            return Listen{Listening(from), monitored};
        });
    });
}

} // namespace portald
