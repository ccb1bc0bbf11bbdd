#include "bridged/slot.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace bridged {

namespace {

contract::LineSettings described(const serial::Settings& settings)
{
    return {.baud = settings.baud,
            .data_bits = settings.data_bits,
            .parity = std::string{serial::to_string(settings.parity)},
            .stop_bits = std::string{serial::to_string(settings.stop_bits)},
            .flow = std::string{serial::to_string(settings.flow)}};
}

contract::ModemLines described(const SerialLine& line)
{
    contract::ModemLines lines;
    const auto outputs = line.outputs();
    lines.dtr = outputs.dtr.value_or(false);
    lines.rts = outputs.rts.value_or(false);
    if (const auto& inputs = line.inputs()) {
        lines.cts = inputs->cts;
        lines.dsr = inputs->dsr;
        lines.ri = inputs->ri;
        lines.dcd = inputs->dcd;
    }
    return lines;
}

daemonkit::AccessList access_of(const contract::SlotConfig& slot, const Config& config)
{
    if (slot.allow.empty()) return config.access;
    return daemonkit::AccessList::parse(slot.allow, slot.label + ": allow");
}

} // namespace

Slot::Slot(SlotContext context, contract::SlotConfig config, std::function<void(News)> changed)
    : context_(std::move(context)),
      config_(std::move(config)),
      changed_(std::move(changed)),
      log_(daemonkit::slot_log(config_.id)),
      access_(access_of(config_, context_.config)),
      machine_(context_.config.away_grace),
      recorder_(context_.io, context_.publisher, config_.id,
                context_.history_dir / (config_.id + ".ring"), context_.config.history_bytes),
      line_(context_.io, context_.make_port, line_events()),
      restore_(context_.io, line_),
      claim_timer_(context_.io),
      break_timer_(context_.io),
      listener_(
          context_.io, access_,
          [this](auto socket, const auto& peer) { connected(std::move(socket), peer); },
          [this](const std::string& refused) {
              log_->warn("{}: not in {}", refused,
                         config_.allow.empty() ? "access.allow of settings.json"
                                               : "allow of slots.json");
          }),
      refusals_(context_.io),
      timer_(context_.io)
{
    recorder_.on_hold([this](bool hold) { line_.hold_input(hold); });
}

Slot::~Slot()
{
    *alive_ = false;
    if (client_) client_->close();
    for (const auto& session : leaving_) session->close();
    for (const auto& session : observers_) session->close();
}

SerialLine::Events Slot::line_events()
{
    return {
        .received = [this](auto bytes, auto time) { from_board(bytes, time); },
        .sent = [this](auto bytes, auto time) { recorder_.data(Direction::tx, bytes, time); },
        .info = [this](const std::string& text) { info(text); },
        .lost =
            [this](std::error_code fault) {
                tty_used_ = false;
                machine_.lost(devnode_.value_or("tty") + ": " + fault.message(), Clock::now());
                settle();
            },
        .writable =
            [this] {
                if (const auto client = client_) client->resume();
            },
        .inputs_changed =
            [this] {
                if (const auto client = client_) client->inputs_changed();
                for (const auto& observer : observers_) observer->inputs_changed();
                changed_(News::now);
            },
        .line_errors =
            [this](const serial::LineErrors& errors) {
                if (const auto client = client_) client->line_errors(errors);
                for (const auto& observer : observers_) observer->line_errors(errors);
            },
    };
}

contract::Slot Slot::state() const
{
    contract::Slot slot;
    slot.slot = config_.id;
    slot.label = config_.label;
    slot.slot_key = config_.slot_key;
    slot.tcp_port = config_.tcp_port;
    slot.state = machine_.state();
    slot.reason = machine_.reason();
    slot.next_try = next_try_;
    slot.device = device_;
    slot.devnode = devnode_;
    slot.profile = profile().name;
    slot.settings = described(line_.is_open() ? line_.settings() : idle_settings());
    slot.lines = described(line_);
    if (client_) slot.client = client_info_;
    slot.observers = static_cast<std::uint32_t>(observers_.size());
    slot.claim = claim_.held();
    slot.pid = static_cast<std::uint32_t>(::getpid());
    slot.seq = hotplug_seq_;
    slot.last_action = last_action_;
    slot.last_event = last_event_;
    slot.last_error = last_error_;
    return slot;
}

contract::Json Slot::counters() const
{
    auto drops = drops_;
    auto ignored = ignored_;
    if (client_) drops += client_->dropped();
    for (const auto& session : leaving_) drops += session->dropped();
    for (const auto& session : observers_) {
        drops += session->dropped();
        ignored += session->ignored();
    }
    return {{"rx_bytes", recorder_.rx_bytes()},
            {"tx_bytes", recorder_.tx_bytes()},
            {"clients", clients_},
            {"drops", drops},
            {"ignored", ignored},
            {"opens", opens_},
            {"flaps", machine_.flaps()}};
}

void Slot::device_added(const contract::Device& device)
{
    const bool known = device_ && device_->devnode == device.devnode;
    device_ = device;
    if (devnode_ != device.devnode) log_ = daemonkit::slot_log(config_.id, device.devnode);
    devnode_ = device.devnode;
    hotplug_seq_ = device.seq;
    last_event_ = device.time;
    last_action_ = "add";
    if (!known || !machine_.tty_wanted()) machine_.added(Clock::now());
    settle();
}

/// A remove that comes late, for a device whose place another one has taken, is none.
void Slot::device_removed(const contract::Device& device)
{
    if (!device_ || device_->devnode != device.devnode) return;
    device_.reset();
    hotplug_seq_ = device.seq;
    last_event_ = device.time;
    last_action_ = "remove";
    last_error_.reset();
    machine_.removed(Clock::now());
    settle();
}

void Slot::start(Started done)
{
    starts_.push_back(std::move(done));
    machine_.start();
    settle();
}

void Slot::stop(std::function<void()> done)
{
    machine_.stop();
    const bool was_used = std::exchange(tty_used_, false);
    settle();
    if (!was_used) return done();
    line_.close(profile().idle_lines, std::move(done));
}

serial::Settings Slot::idle_settings() const
{
    serial::Settings settings;
    settings.baud = config_.baud;
    return settings;
}

void Slot::from_board(std::span<const std::byte> bytes, SerialLine::Time time)
{
    recorder_.data(Direction::rx, bytes, time);
    if (const auto client = client_) client->board_output(bytes);
    // A session that fails here is taken out later, see prune_leaving().
    for (std::size_t at = 0; at < leaving_.size(); ++at) leaving_[at]->board_output(bytes);
    for (std::size_t at = 0; at < observers_.size(); ++at) observers_[at]->board_output(bytes);
}

void Slot::info(const std::string& text, News news)
{
    recorder_.info(text, news);
    log_->debug("{}", text);
    changed_(news);
}

} // namespace bridged
