#include "loggerd/logger.hpp"

#include <spdlog/spdlog.h>

#include "contract/names.hpp"

namespace loggerd {

Logger::Logger(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
               const Config& config, Disk& disk, LogEvents& events)
    : io_(io),
      form_(config.form),
      rules_(std::make_shared<const std::vector<AlertRule>>(config.rules)),
      disk_(disk),
      events_(events),
      bell_(io, context, contract::events_endpoint(runtime_dir, "bridged"),
            [this](const contract::Event& event) { on_serial_event(event); }),
      bridged_(
          io, context, runtime_dir, "bridged", {std::string{contract::topics::all_slots}},
          {.snapshot =
               [this](const contract::Json& json) {
                   on_snapshot(json.get<contract::BridgeSnapshot>());
               },
           .event = [this](const contract::Event& event) { on_slot_event(event); },
           .heartbeat = [this](const contract::Heartbeat& heartbeat) { on_heartbeat(heartbeat); }},
          [](const std::string& text) { spdlog::warn("{}", text); })
{
    bell_.subscribe("serial.info/"); // rare: every slot's, always
}

void Logger::stop(std::function<void()> done)
{
    if (readers_.empty()) return done();
    stopping_ = readers_.size();
    for (auto& [slot, reader] : readers_)
        reader->stop([this, done] {
            if (--stopping_ == 0) done();
        });
}

contract::LogSnapshot Logger::snapshot(const contract::Stamp& stamp) const
{
    contract::LogSnapshot snapshot{stamp, {}};
    for (const auto& [slot, reader] : readers_) snapshot.slots.push_back(reader->log().state());
    return snapshot;
}

std::map<std::string, std::string> Logger::boards() const
{
    std::map<std::string, std::string> boards;
    for (const auto& [slot, reader] : readers_) boards[slot] = reader->log().board();
    return boards;
}

contract::Json Logger::counters()
{
    auto slots = contract::Json::object();
    const auto today = clock_.text(contract::wall_now()).substr(0, 10);
    const auto at = [](const std::optional<contract::Time>& time) {
        return time ? contract::Json(contract::format_time(*time)) : contract::Json(nullptr);
    };
    for (const auto& [slot, reader] : readers_) {
        const auto& counters = reader->log().counters();
        const auto& tally = reader->log().tally();
        slots[slot] = contract::Json{{"lines", counters.lines},
                                     {"lost_bytes", counters.lost_bytes},
                                     {"boots", counters.boots},
                                     {"crashes", counters.crashes},
                                     {"boots_today", tally.boots_on(today)},
                                     {"last_reason", tally.last_reason},
                                     {"last_crash", at(tally.last_crash)},
                                     {"last_line", at(tally.last_line)},
                                     {"last_text", tally.last_text}};
    }
    return contract::Json{{"slots", std::move(slots)}};
}

std::set<std::string> Logger::files_in_use(const std::string& today)
{
    for (const auto& [slot, reader] : readers_) reader->close_before(today);
    auto files = recorded_files(disk_);
    for (const auto& [slot, reader] : readers_)
        for (auto& file : reader->log().written()) files.insert(std::move(file));
    return files;
}

void Logger::on_snapshot(const contract::BridgeSnapshot& snapshot)
{
    std::set<std::string> present;
    for (const auto& slot : snapshot.slots) present.insert(slot.slot);
    std::vector<std::string> gone;
    for (const auto& [slot, reader] : readers_)
        if (!present.contains(slot)) gone.push_back(slot);
    for (const auto& slot : gone) remove(slot);
    disown_all_but(present); // before anybody takes their names
    for (const auto& slot : snapshot.slots) set_slot(slot);
}

void Logger::disown_all_but(const std::set<std::string>& slots)
try {
    for (const auto& slot : disk_.recorded()) {
        if (slots.contains(slot) || readers_.contains(slot)) continue;
        try {
            disown(slot, disk_);
        } catch (const contract::BadMessage&) {
            // Nothing is cut by a record that cannot be read.
        } catch (const DiskError& fault) {
            spdlog::warn("a slot that is no more: {}", fault.what());
        }
    }
} catch (const DiskError& fault) {
    spdlog::warn("records of slots that are no more: {}", fault.what());
}

void Logger::on_slot_event(const contract::Event& event)
{
    const auto kind = contract::topics::kind_of(event.topic);
    if (kind == "slot.changed") set_slot(contract::body<contract::Slot>(event));
    if (kind == "slot.removed") remove(contract::body<contract::SlotRemoved>(event).slot);
}

void Logger::set_slot(const contract::Slot& slot)
{
    // An id becomes a part of paths; only a slug may.
    if (stopping_ != 0 || slot.slot.empty() || contract::slot_id(slot.slot) != slot.slot) return;
    auto& reader = readers_[slot.slot];
    if (!reader)
        reader = std::make_unique<SlotReader>(
            io_, slot.slot, form_, SlotLog::Parts{disk_, names_, clock_, events_, rules_},
            bridged_.requester(), bell_);
    reader->set_slot(slot);
}

void Logger::remove(const std::string& slot)
{
    const auto found = readers_.find(slot);
    if (stopping_ != 0 || found == readers_.end()) return;
    found->second->remove();
    readers_.erase(found);
}

void Logger::on_heartbeat(const contract::Heartbeat& heartbeat)
{
    for (const auto& [slot, reader] : readers_) {
        const auto stream = heartbeat.streams.find(contract::streams::serial(slot));
        if (stream != heartbeat.streams.end()) reader->heard(stream->second);
    }
}

void Logger::on_serial_event(const contract::Event& event)
{
    const auto reader = readers_.find(contract::topics::slot_of(event.topic));
    if (reader != readers_.end()) reader->second->heard(event.header.stamp);
}

} // namespace loggerd
