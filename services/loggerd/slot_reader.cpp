#include "loggerd/slot_reader.hpp"

#include <utility>

#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "daemonkit/log.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;

// A bridged that was killed took the request with it; asking again is what heals.
constexpr auto deadline = 1s;
constexpr auto stop_deadline = 500ms;
constexpr auto retry_pause = 1s;
constexpr auto name_within = 1s; // a board is told of by another way than what it says
constexpr auto margin = 20ms;    // for how long a batch may stay open in bridged
constexpr std::uint64_t flood_events = ReplayPacer::round_bytes / 4096; // that many are full

SlotLog::Now now()
{
    return {contract::wall_now(), std::chrono::steady_clock::now()};
}

std::size_t bytes_of(const std::vector<contract::Event>& events)
{
    std::size_t bytes = 0;
    for (const auto& event : events) bytes += event.body.size();
    return bytes;
}

} // namespace

SlotReader::SlotReader(asio::io_context& io, const std::string& slot, const LogForm& form,
                       SlotLog::Parts parts, bus::Requester& bridged, bus::Subscriber& bell)
    : slot_(slot),
      log_(slot, form, parts),
      bridged_(bridged),
      bell_(bell),
      last_data_(Clock::now()),
      alarm_(io, [this] { on_time(); })
{
    listen();
    pacer_.ring(Clock::now());
    arm();
}

SlotReader::~SlotReader()
{
    if (!listening_) return;
    bell_.unsubscribe(contract::topics::serial_rx(slot_));
    bell_.unsubscribe(contract::topics::serial_tx(slot_));
}

void SlotReader::set_slot(const contract::Slot& slot)
{
    const bool was_nameless = !log_.has_board();
    log_.set_board(slot.device, slot.devnode);
    if (was_nameless && log_.has_board() && !pacer_.is_waiting()) pacer_.failed(Clock::now());
    log_.set_listening(slot.present() && slot.running());
    pacer_.ring(Clock::now());
    arm();
}

void SlotReader::heard(const contract::Stamp& stamp)
{
    furthest_ = stamp;
    const auto& cursor = log_.cursor().stamp;
    const bool is_ours = stamp.epoch == cursor.epoch;
    if (is_ours && stamp.seq <= cursor.seq) return;
    pacer_.ring(Clock::now(), is_ours && stamp.seq - cursor.seq > flood_events);
    arm();
}

void SlotReader::stop(std::function<void()> done)
{
    stopped_ = std::move(done);
    if (!pacer_.is_waiting()) ask();
}

void SlotReader::close_before(const std::string& today)
{
    log_.close_before(today, now());
    arm();
}

void SlotReader::remove()
{
    log_.remove(now());
}

void SlotReader::arm()
{
    auto when = pacer_.due();
    if (const auto upkeep = log_.next_upkeep(); upkeep && (!when || *upkeep < *when)) when = upkeep;
    when ? alarm_.at(*when) : alarm_.stop();
}

void SlotReader::on_time()
{
    log_.upkeep(now());
    if (const auto due = pacer_.due(); due && *due <= Clock::now())
        waits_for_board() ? pacer_.failed(*nameless_since_ + name_within) : ask();
    arm();
}

/// What is there waits in bridged; without its board it would be in a file that has its name from
/// nothing, beside the one in which it goes on.
bool SlotReader::waits_for_board()
{
    if (log_.has_board() || stopped_) return false;
    if (!nameless_since_) nameless_since_ = Clock::now();
    return Clock::now() < *nameless_since_ + name_within;
}

void SlotReader::ask()
{
    asked_at_ = Clock::now();
    pacer_.asked(asked_at_);
    bridged_.call(
        contract::verbs::serial_replay, contract::Json(log_.request()),
        [this, alive = std::weak_ptr{alive_}](const contract::Reply& reply) {
            if (alive.lock()) on_reply(reply);
        },
        stopped_ ? stop_deadline : deadline);
}

void SlotReader::on_reply(const contract::Reply& reply)
{
    try {
        if (const auto* error = std::get_if<contract::Error>(&reply.result))
            on_refusal(*error);
        else
            on_answer(reply);
    } catch (const contract::BadMessage& error) {
        complain(error.what());
        pacer_.failed(Clock::now() + retry_pause);
        if (stopped_) return finish();
    }
    arm();
}

void SlotReader::on_refusal(const contract::Error& error)
{
    const bool is_down = error.code == contract::ErrorCode::timeout;
    if (!is_down) complain(error.message);
    pacer_.failed(is_down ? Clock::now() : Clock::now() + retry_pause);
    if (stopped_) finish();
}

void SlotReader::on_answer(const contract::Reply& reply)
{
    const auto answer = std::get<contract::Json>(reply.result).get<contract::ReplayAnswer>();
    const auto events = contract::events_of(reply);
    if (!log_.take(answer, events, now())) {
        pacer_.failed(Clock::now() + retry_pause);
        if (stopped_) finish();
        return;
    }
    complained_.clear();
    if (!events.empty()) last_data_ = Clock::now();
    if (!answer.more) return on_round_end(bytes_of(events));
    pacer_.answered_in_part(bytes_of(events), Clock::now());
    listen();
    if (stopped_) ask();
}

void SlotReader::on_round_end(std::size_t bytes)
{
    if (stopped_) return finish();
    pacer_.answered(bytes, Clock::now());
    if (bytes == 0) nameless_since_.reset();
    listen();
    // What was heard of another epoch says nothing now: the answer is of the present one.
    const auto& cursor = log_.cursor().stamp;
    if (furthest_.epoch == cursor.epoch && furthest_.seq > cursor.seq) pacer_.ring(Clock::now());
    const auto quiet = std::chrono::floor<std::chrono::milliseconds>(asked_at_ - last_data_);
    if (bytes == 0 && !log_.quiet(quiet, now())) return pacer_.look_at(Clock::now() + retry_pause);
    if (const auto next = log_.next_quiet())
        pacer_.look_at(std::max(last_data_ + *next + margin, Clock::now() + margin));
}

/// Subscribes and unsubscribes, as the pacer wishes.
void SlotReader::listen()
{
    if (listening_ == pacer_.listens()) return;
    listening_ = pacer_.listens();
    for (const auto& topic :
         {contract::topics::serial_rx(slot_), contract::topics::serial_tx(slot_)})
        listening_ ? bell_.subscribe(topic) : bell_.unsubscribe(topic);
}

void SlotReader::complain(const std::string& text)
{
    if (text == std::exchange(complained_, text)) return;
    daemonkit::slot_log(slot_)->warn("{}", text);
}

void SlotReader::finish()
{
    log_.close(now());
    alarm_.stop();
    if (const auto done = std::exchange(stopped_, [] {})) done();
}

} // namespace loggerd
