#include "bridged/requests.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "contract/names.hpp"
#include "contract/serial_verbs.hpp"
#include "contract/verbs.hpp"

namespace bridged {

namespace {

using bus::Answer, bus::Responder;
using contract::ErrorCode, contract::Fields, contract::Json, contract::Request;

constexpr std::size_t most_owner_bytes = 100;

std::optional<bool> optional_boolean(const Fields& fields, std::string_view key)
{
    return fields.has(key) ? std::optional{fields.boolean(key)} : std::nullopt;
}

/// Whoever is connected, or has a claim, holds the slot; others have to say "force".
bool may_write(const Slot& slot, const Fields& args, const Answer& answer)
{
    const auto holder = slot.held_against(args.string("owner", ""));
    if (!holder || args.boolean("force", false)) return true;
    const auto how = slot.state().claim ? " is claimed by " : " is in use by ";
    answer.error(ErrorCode::busy, slot.config().label + how + *holder, {{"holder", *holder}});
    return false;
}

bool is_running(Slot& slot, const Answer& answer)
{
    if (slot.line().is_open()) return true;
    answer.error(ErrorCode::io, slot.config().label + " is " +
                                    std::string{contract::to_string(slot.state().state)});
    return false;
}

/// When the lines are as they were asked to be.
SerialLine::Handler answer_with(const Slot& slot, const Answer& answer)
{
    return [&slot, answer](std::error_code fault) {
        if (fault)
            answer.error(ErrorCode::io, slot.config().label + ": " + fault.message());
        else
            answer.ok(slot.state());
    };
}

/// One sequence at a time: whoever asks for more gets no queue to fill.
bool may_change_lines(Slot& slot, const Fields& args, const Answer& answer)
{
    if (!may_write(slot, args, answer) || !is_running(slot, answer)) return false;
    if (!slot.line().in_sequence()) return true;
    answer.error(ErrorCode::busy, slot.config().label + " is being reset");
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

/// Of a slot that is just being closed as well: what it said last is not lost.
void replay(Bridge& bridge, const Request& request, const Answer& answer)
{
    auto args = request.args.get<contract::ReplayArgs>();
    const Fields fields{request.args, request.verb};
    auto* const slot = bridge.find_record(args.slot);
    if (slot == nullptr) return answer.error(ErrorCode::not_found, "no slot " + args.slot);
    if (fields.has(contract::replay_tail)) {
        const auto place = slot->recorder().place_before(
            fields.number<std::uint32_t>(contract::replay_tail, 0, contract::most_replay_tail));
        args.epoch = place.epoch;
        args.after_seq = place.after_seq;
    }
    std::vector<std::string> frames;
    const auto result = slot->recorder().replay(args, frames);
    answer.ok(result, std::move(frames));
}

void write(Slot& slot, const Fields& args, const Request& request, const Answer& answer)
{
    if (!may_write(slot, args, answer) || !is_running(slot, answer)) return;
    if (!slot.line().takes_data())
        return answer.error(ErrorCode::busy, slot.config().label + " still has data to send");
    slot.write(std::as_bytes(std::span{request.bytes}));
    answer.ok({{"written", request.bytes.size()}});
}

void set_lines(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    const serial::LineChange change{.dtr = optional_boolean(args, "dtr"),
                                    .rts = optional_boolean(args, "rts")};
    if (!may_change_lines(slot, args, answer)) return;
    slot.set_lines(change, answer_with(slot, answer));
}

void reset(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    if (may_change_lines(slot, args, answer)) slot.reset(answer_with(slot, answer));
}

void enter_bootloader(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    if (!slot.can_enter_bootloader())
        return answer.error(ErrorCode::bad_request,
                            slot.config().label + " has the profile " + slot.state().profile +
                                ", which has no bootloader that lines lead to");
    if (may_change_lines(slot, args, answer)) slot.enter_bootloader(answer_with(slot, answer));
}

void send_break(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    const auto milliseconds = [](auto length) { return static_cast<std::int32_t>(length.count()); };
    const std::chrono::milliseconds length{args.number_or<std::int32_t>(
        "ms", milliseconds(contract::usual_break), milliseconds(contract::shortest_break),
        milliseconds(contract::longest_break))};
    if (!may_change_lines(slot, args, answer)) return;
    if (slot.is_breaking())
        return answer.error(ErrorCode::busy, slot.config().label + " is being sent a break");
    slot.send_break(length, answer_with(slot, answer));
}

void kick(Slot& slot, const Fields&, const Request&, const Answer& answer)
{
    slot.kick();
    answer.ok(slot.state());
}

void claim(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    constexpr std::uint32_t longest = 86'400;
    const auto ttl = std::chrono::seconds{args.number<std::uint32_t>("ttl_s", 1, longest)};
    contract::Claim claim{args.string("owner"), contract::wall_now() + ttl,
                          args.string_or_null("address")};
    if (claim.owner.empty() || claim.owner.size() > most_owner_bytes)
        args.fail("owner", "has to have 1 to 100 bytes");
    if (std::any_of(claim.owner.begin(), claim.owner.end(),
                    [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; }))
        args.fail("owner", "has control characters"); // it is shown to people
    if (claim.address) {
        boost::system::error_code fault;
        const auto address = asio::ip::make_address(*claim.address, fault);
        if (fault) args.fail("address", *claim.address + " is not an IP address");
        claim.address = address.to_string();
    }
    if (slot.is_client_from(claim.address) || may_write(slot, args, answer)) {
        slot.claim(std::move(claim), ttl);
        answer.ok(slot.state());
    }
}

void release(Slot& slot, const Fields& args, const Request&, const Answer& answer)
{
    const auto& held = slot.state().claim;
    if (held && held->owner != args.string("owner") && !args.boolean("force", false))
        return answer.error(ErrorCode::busy, slot.config().label + " is claimed by " + held->owner,
                            {{"holder", held->owner}});
    slot.release();
    answer.ok(slot.state());
}

/// Who holds a slot keeps it as it is.
void assign(Bridge& bridge, const Request& request, const Answer& answer)
try {
    const Fields args{request.args, request.verb};
    const auto wanted = request.args.get<contract::SlotAssign>();
    auto file = bridge.file_with(wanted);
    const auto config =
        *std::ranges::find(file.slots, wanted.place(), &contract::SlotConfig::slot_key);
    const auto* const slot = bridge.by_key(wanted.place());
    if (slot != nullptr && slot->config() != config && !may_write(*slot, args, answer)) return;
    bridge.adopt(std::move(file));
    answer.ok(contract::SlotAssigned{config.id, config.label, config.slot_key, config.tcp_port});
} catch (const std::system_error& fault) {
    answer.error(ErrorCode::io, fault.what());
}

void unassign(Bridge& bridge, const Slot& slot, const Fields& args, const Answer& answer)
try {
    const contract::SlotRef gone{slot.config().id};
    if (!may_write(slot, args, answer)) return;
    bridge.adopt(bridge.file_without(gone.slot));
    answer.ok(gone);
} catch (const std::system_error& fault) {
    answer.error(ErrorCode::io, fault.what());
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
    responder.on(verbs::serial_replay, Responder::Repeats::run_again,
                 [&bridge](const Request& request, const Answer& answer) {
                     replay(bridge, request, answer);
                 });
    responder.on(verbs::slot_assign, once, [&bridge](const Request& request, const Answer& answer) {
        assign(bridge, request, answer);
    });
    on(verbs::slot_unassign, once,
       [&bridge](Slot& slot, const Fields& args, const Request&, const Answer& answer) {
           unassign(bridge, slot, args, answer);
       });
    on(verbs::serial_write, once, write);
    on(verbs::serial_lines, once, set_lines);
    on(verbs::serial_reset, once, reset);
    on(verbs::serial_bootloader, once, enter_bootloader);
    on(verbs::serial_break, once, send_break);
    on(verbs::slot_kick, once, kick);
    on(verbs::slot_claim, once, claim);
    on(verbs::slot_release, once, release);
}

} // namespace bridged
