#include "bridged/recorder.hpp"

#include <algorithm>
#include <utility>

#include "bridged/batch.hpp"
#include "bridged/history.hpp"
#include "bridged/reader_pace.hpp"
#include "bridged/replay.hpp"
#include "bridged/ring_file.hpp"
#include "contract/envelope.hpp"
#include "contract/messages.hpp"

namespace bridged {

namespace {

/// An info is a short sentence of ours, but may quote a device; escaped as JSON it still fits.
constexpr std::size_t max_info_text = History::max_body / 6 - 16;

Kind kind_of(Direction direction)
{
    return direction == Direction::rx ? Kind::rx : Kind::tx;
}

} // namespace

class Recorder::Core {
public:
    Core(asio::io_context& io, bus::Publisher& publisher, std::string_view slot,
         const std::filesystem::path& ring_file, std::size_t history_bytes)
        : publisher_(publisher),
          events_(slot),
          file_(ring_file, history_bytes),
          history_(file_.memory(), contract::new_epoch()),
          pace_(history_.capacity()),
          timer_(io),
          pace_timer_(io),
          stamp_{std::string{history_.epoch()}, history_.last_seq()},
          resumed_(history_.last_seq() > 0)
    {
        publisher_.advance(events_.stream(), stamp_);
    }
    ~Core() { flush(); }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    bool resumed() const { return resumed_; }

    void data(Direction direction, std::span<const std::byte> bytes, contract::Time time)
    {
        const auto now = contract::monotonic_now();
        const bool at_once = batch_.quiet(direction, now);
        batch_.heard(direction, now);
        while (!bytes.empty()) {
            const auto piece = bytes.first(std::min(bytes.size(), Batch::max_bytes));
            bytes = bytes.subspan(piece.size());
            const Joined joined = record(direction, piece, time, now);
            if (at_once || batch_.full())
                flush();
            else if (joined == Joined::no)
                flush_later(batch_.deadline());
        }
        pace_.wrote(history_.written(), now);
        settle_pace();
    }

    void on_hold(std::function<void(bool)> hold) { on_hold_ = std::move(hold); }

    void info(const std::string& text, News news)
    {
        flush();
        const std::string body =
            contract::to_text(contract::Json(contract::SerialInfo{text.substr(0, max_info_text)}));
        history_.begin(Kind::info, std::as_bytes(std::span{body}), contract::wall_now(),
                       contract::monotonic_now());
        history_.close();
        info_waits_ = true;
        if (news == News::now)
            flush();
        else
            flush_later(contract::monotonic_now() + Batch::window);
    }

    contract::ReplayArgs place_before(std::uint64_t tail)
    {
        flush();
        contract::ReplayArgs place;
        place.epoch = history_.epoch();
        place.after_seq = bridged::place_before(history_, tail);
        return place;
    }

    contract::ReplayAnswer replay(const contract::ReplayArgs& args,
                                  std::vector<std::string>& frames)
    {
        flush(); // so that a reader at the end has everything
        auto answer = bridged::replay(history_, events_, args, frames);
        const auto next = history_.after(answer.next_after_seq);
        pace_.wrote(history_.written(), contract::monotonic_now());
        if (!args.lossless) return answer;
        pace_.read(next ? static_cast<std::uint64_t>(*next) : history_.written(),
                   contract::monotonic_now());
        settle_pace(); // last: what was held may come in at once
        return answer;
    }

    Positions total() const { return history_.total(); }

private:
    enum class Joined { no, yes };

    Joined record(Direction direction, std::span<const std::byte> piece, contract::Time time,
                  contract::Monotonic now)
    {
        if (const auto after_us = batch_.joins(direction, piece.size(), time, now)) {
            history_.extend(piece, *after_us);
            batch_.extend(piece.size());
            return Joined::yes;
        }
        flush();
        history_.begin(kind_of(direction), piece, time, now);
        batch_.begin(direction, piece.size(), time, now);
        return Joined::no;
    }

    void flush()
    {
        if (std::exchange(info_waits_, false)) publish_newest(Kind::info);
        if (!batch_.open()) return;
        batch_.close();
        history_.close();
        publish_newest(kind_of(batch_.direction()));
    }

    void publish_newest(Kind kind)
    {
        stamp_.seq = history_.last_seq();
        publisher_.advance(events_.stream(), stamp_);
        const std::string& topic = events_.topic(kind);
        if (!publisher_.wanted(topic)) return;
        history_.read(*history_.newest(), record_);
        publisher_.send(topic, contract::format_header(events_.header(record_, stamp_.epoch)),
                        std::as_bytes(std::span{record_.body}));
    }

    void settle_pace()
    {
        if (pace_.holds() == holding_) return;
        holding_ = pace_.holds();
        if (holding_) {
            pace_timer_.expires_after(ReaderPace::patience);
            pace_timer_.async_wait(
                [this, alive = std::weak_ptr{alive_}](boost::system::error_code error) {
                    if (error || !alive.lock()) return;
                    pace_.expire(contract::monotonic_now());
                    settle_pace();
                });
        } else {
            pace_timer_.cancel();
        }
        if (on_hold_) on_hold_(holding_);
    }

    /// The timer is left alone once it runs, and looks which batch is open when it ends: a busy
    /// board would set it anew with every read.
    void flush_later(contract::Monotonic deadline)
    {
        if (std::exchange(timer_runs_, true)) return;
        timer_.expires_after(deadline - contract::monotonic_now());
        // A handler that is already on its way cannot be cancelled, and may outlive this.
        timer_.async_wait([this, alive = std::weak_ptr{alive_}](boost::system::error_code error) {
            if (error || !alive.lock()) return;
            timer_runs_ = false;
            if (!batch_.open() || contract::monotonic_now() >= batch_.deadline()) return flush();
            flush_later(batch_.deadline());
        });
    }

    bus::Publisher& publisher_;
    SerialEvents events_;
    RingFile file_;
    History history_;
    Batch batch_;
    ReaderPace pace_;
    bool holding_ = false; ///< as was last told
    std::function<void(bool)> on_hold_;
    asio::steady_timer timer_;
    bool timer_runs_ = false;
    asio::steady_timer pace_timer_;
    bool info_waits_ = false; ///< the newest record is an info that nobody was told of
    contract::Stamp stamp_;   ///< of the last record that was told of
    bool resumed_;
    Record record_; ///< kept for what it has allocated
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

Recorder::Recorder(asio::io_context& io, bus::Publisher& publisher, std::string slot,
                   const std::filesystem::path& ring_file, std::size_t history_bytes)
    : core_(std::make_unique<Core>(io, publisher, slot, ring_file, history_bytes))
{
}

Recorder::~Recorder() = default;

void Recorder::data(Direction direction, std::span<const std::byte> bytes,
                    std::chrono::system_clock::time_point time)
{
    core_->data(direction, bytes, std::chrono::floor<std::chrono::microseconds>(time));
}

void Recorder::info(const std::string& text, News news)
{
    core_->info(text, news);
}

void Recorder::on_hold(std::function<void(bool hold)> hold)
{
    core_->on_hold(std::move(hold));
}

contract::ReplayAnswer Recorder::replay(const contract::ReplayArgs& args,
                                        std::vector<std::string>& frames)
{
    return core_->replay(args, frames);
}

contract::ReplayArgs Recorder::place_before(std::uint64_t tail)
{
    return core_->place_before(tail);
}

bool Recorder::resumed() const
{
    return core_->resumed();
}

std::uint64_t Recorder::rx_bytes() const
{
    return core_->total().rx;
}

std::uint64_t Recorder::tx_bytes() const
{
    return core_->total().tx;
}

} // namespace bridged
