#include "bridged/requests.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contract/names.hpp"
#include "contract/verbs.hpp"

namespace bridged {

namespace {

using bus::Answer, bus::Responder;
using contract::ErrorCode, contract::Fields, contract::Json, contract::Request;

std::optional<bool> optional_boolean(const Fields& fields, std::string_view key)
{
    return fields.has(key) ? std::optional{fields.boolean(key)} : std::nullopt;
}

/// Whoever is connected holds the slot; others have to say "force".
bool may_write(const Slot& slot, const Fields& args, const Answer& answer)
{
    const auto holder = slot.holder();
    if (!holder || args.boolean("force", false)) return true;
    answer.error(ErrorCode::busy, slot.config().label + " is in use by " + *holder,
                 {{"holder", *holder}});
    return false;
}

bool is_running(Slot& slot, const Answer& answer)
{
    if (slot.line().is_open()) return true;
    answer.error(ErrorCode::io, slot.config().label + " is " +
                                    std::string{contract::to_string(slot.state().state)});
    return false;
}

void start(Slot& slot, const Fields&, const Request&, const Answer& answer)
{
    slot.start([&slot, answer](const std::optional<std::string>& fault) {
        if (fault)
            answer.error(ErrorCode::io, *fault);
        else
            answer.ok(slot.state());
    });
}

void stop(Bridge& bridge, Slot& slot, const Answer& answer)
{
    slot.stop([&bridge, id = slot.config().id, answer] {
        if (const auto* stopped = bridge.find(id))
            answer.ok(stopped->state());
        else
            answer.error(ErrorCode::not_found, "no slot " + id + " any more");
    });
}

void replay(Slot& slot, const Request& request, const Answer& answer)
{
    std::vector<std::string> frames;
    const auto result = slot.recorder().replay(request.args.get<contract::ReplayArgs>(), frames);
    answer.ok(result, std::move(frames));
}

void write(Slot& slot, const Fields& args, const Request& request, const Answer& answer)
{
    if (!may_write(slot, args, answer) || !is_running(slot, answer)) return;
    if (!slot.line().takes_data())
        return answer.error(ErrorCode::busy, slot.config().label + " still has data to send");
    slot.line().write(std::as_bytes(std::span{request.bytes}));
    answer.ok({{"written", request.bytes.size()}});
}

void set_lines(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    const serial::LineChange change{.dtr = optional_boolean(args, "dtr"),
                                    .rts = optional_boolean(args, "rts")};
    if (!may_write(slot, args, answer) || !is_running(slot, answer)) return;
    slot.line().set_outputs(change, [&slot, answer](std::error_code fault) {
        if (fault)
            answer.error(ErrorCode::io, fault.message());
        else
            answer.ok(slot.state());
    });
}

} // namespace

void serve_requests(Responder& responder, Bridge& bridge)
{
    using Handler = std::function<void(Slot&, const Fields&, const Request&, const Answer&)>;
    const auto on = [&](std::string_view verb, Responder::Repeats repeats, Handler handler) {
        responder.on(verb, repeats, [&bridge, handler](const Request& request, Answer answer) {
            const Fields args{request.args, request.verb};
            const auto id = args.string("slot");
            if (auto* slot = bridge.find(id)) return handler(*slot, args, request, answer);
            answer.error(ErrorCode::not_found, "no slot " + id);
        });
    };
    namespace verbs = contract::verbs;
    constexpr auto once = Responder::Repeats::answer_again;

    responder.on(verbs::snapshot, Responder::Repeats::run_again,
                 [&bridge](const Request&, const Answer& answer) { answer.ok(bridge.snapshot()); });
    on(verbs::slot_start, once, start);
    on(verbs::slot_stop, once,
       [&bridge](Slot& slot, const Fields&, const Request&, const Answer& answer) {
           stop(bridge, slot, answer);
       });
    on(verbs::serial_replay, Responder::Repeats::run_again,
       [](Slot& slot, const Fields&, const Request& request, const Answer& answer) {
           replay(slot, request, answer);
       });
    on(verbs::serial_write, once, write);
    on(verbs::serial_lines, once, set_lines);
}

} // namespace bridged
