#include "loggerd/archive.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "loggerd/archive_folder.hpp"

namespace loggerd {
namespace {

// So that what is decided is not long ago when it is done.
constexpr std::size_t most_at_once = 16;

std::string size_text(std::uint64_t bytes)
{
    constexpr double mib = 1 << 20;
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / mib);
}

} // namespace

Archive::Archive(asio::io_context& io, Worker& worker, FileDisk& disk, std::filesystem::path folder,
                 const Limits& limits, InUse in_use)
    : worker_(worker),
      disk_(disk),
      folder_(std::move(folder)),
      limits_(limits),
      in_use_(std::move(in_use)),
      due_(Clock::now()),
      alarm_(io, [this] { on_time(); })
{
    alarm_.at(due_);
}

void Archive::tidy_soon()
{
    if (busy_) {
        asked_ = true;
        return;
    }
    // A disk that stays full asks every second.
    due_ = std::min(due_, std::max(Clock::now() + pause, earliest_));
    alarm_.at_latest(due_);
}

void Archive::on_time()
{
    const auto day = today();
    if (day == day_ && Clock::now() < due_) {
        alarm_.at(std::min(due_, Clock::now() + glance));
        return;
    }
    day_ = day;
    busy_ = true;
    asked_ = false;
    look(true);
}

void Archive::look(bool first)
{
    on_worker(
        [folder = folder_, first] {
            if (first) remove_unfinished(folder);
            return list_logs(folder);
        },
        [this](std::vector<FoundFile> files) { on_found(std::move(files)); },
        [this](const std::string& fault) {
            complain(fault);
            finish();
        });
}

void Archive::on_found(std::vector<FoundFile> files)
try {
    auto spared = in_vain_;
    spared.all.merge(in_use_(day_));
    plan_ = plan_archive(std::move(files), spared, day_, limits_);
    if (plan_.empty()) return finish();
    plan_.compress.resize(std::min(plan_.compress.size(), most_at_once));
    for (const auto& removal : plan_.remove) disk_.seal(removal.found.file.name());
    for (const auto& file : plan_.compress) disk_.seal(file.name());
    std::ranges::reverse(plan_.remove); // taken from the back
    std::ranges::reverse(plan_.compress);
    act();
} catch (const DiskError& fault) {
    complain(fault.what());
    finish();
}

void Archive::act()
{
    if (!plan_.remove.empty()) {
        const auto next = std::move(plan_.remove.back());
        plan_.remove.pop_back();
        return remove(next);
    }
    if (!plan_.compress.empty()) {
        const auto file = plan_.compress.back().name();
        plan_.compress.pop_back();
        compression_ = std::make_shared<Compression>(folder_, file);
        return compress(file);
    }
    look(false);
}

void Archive::remove(const Removal& removal)
{
    const auto file = removal.found.file.name();
    on_worker(
        [folder = folder_, file] {
            remove_log(folder, file);
            return true;
        },
        [this, file, removal](bool) {
            disk_.unseal(file);
            spdlog::info(
                "deleted {} ({}): {}", file, size_text(removal.found.bytes),
                removal.why == Why::age
                    ? fmt::format("older than {} days", limits_.keep_days)
                    : fmt::format("the logs are more than {}", size_text(limits_.keep_bytes)));
            act();
        },
        [this, file](const std::string& fault) {
            in_vain_.all.insert(file);
            give_up(file, fault);
        });
}

void Archive::compress(const std::string& file)
{
    on_worker([compression = compression_] { return compression->step(); },
              [this, file](Compression::State state) { on_step(file, state); },
              [this, file](const std::string& fault) { leave_as_it_is(file, fault); });
}

void Archive::on_step(const std::string& file, Compression::State state)
{
    using State = Compression::State;
    switch (state) {
    case State::going_on:
        return compress(file);
    case State::changed:
        return leave_as_it_is(file, file + " is written by somebody else");
    case State::different:
        return leave_as_it_is(file,
                              file + " is there twice: what is compressed says something else");
    case State::done:
        spdlog::debug("compressed {}: {} are {}", file, size_text(compression_->text_bytes()),
                      size_text(compression_->compressed_bytes()));
        break;
    case State::vanished:
        break;
    }
    compression_.reset();
    disk_.unseal(file);
    act();
}

void Archive::leave_as_it_is(const std::string& file, const std::string& reason)
{
    compression_.reset();
    in_vain_.compression.insert(file);
    give_up(file, reason);
}

/// For this round; the next tries it again.
void Archive::give_up(const std::string& file, const std::string& reason)
{
    disk_.unseal(file);
    complain(reason);
    act();
}

/// What goes on for rounds is said once.
void Archive::complain(const std::string& text)
{
    if (!said_.contains(text) && !saying_.contains(text)) spdlog::warn("archive: {}", text);
    saying_.insert(text);
}

void Archive::finish()
{
    busy_ = false;
    in_vain_ = {};
    said_ = std::exchange(saying_, {});
    earliest_ = Clock::now() + glance;
    due_ = asked_ ? earliest_ : Clock::now() + round;
    alarm_.at(earliest_);
}

std::string Archive::today()
{
    return clock_.text(contract::wall_now()).substr(0, 10);
}

template<typename Work, typename Then>
void Archive::on_worker(Work work, Then then, std::function<void(const std::string&)> failed)
{
    worker_.post([work = std::move(work), then = std::move(then), failed = std::move(failed),
                  alive = std::weak_ptr{alive_}]() -> Worker::Continuation {
        try {
            auto result = std::make_shared<decltype(work())>(work());
            return [then, result, alive] {
                if (alive.lock()) then(std::move(*result));
            };
        } catch (const std::exception& fault) {
            return [failed, alive, text = std::string{fault.what()}] {
                if (alive.lock()) failed(text);
            };
        }
    });
}

} // namespace loggerd
