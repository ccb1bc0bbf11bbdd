#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "bus/alarm.hpp"
#include "loggerd/archive_plan.hpp"
#include "loggerd/compression.hpp"
#include "loggerd/file_disk.hpp"
#include "loggerd/local_time.hpp"
#include "loggerd/worker.hpp"

namespace loggerd {

/// Keeps the log folder tidy: compresses what is closed and deletes what is too much, at start,
/// when a day begins, when it is asked to, and every ten minutes. It looks, decides (ArchivePlan)
/// and acts, until there is nothing left to do; all that touches the folder is done by the
/// worker, one small step at a time. What it is about to touch is sealed first, so that no slot
/// begins to write to it.
class Archive {
public:
    /// Names that are not to be touched, asked on the loop. May throw DiskError: not now.
    using InUse = std::function<std::set<std::string>(const std::string& today)>;

    static constexpr std::chrono::minutes round{10};
    static constexpr std::chrono::seconds pause{1};   ///< after being asked: more may come
    static constexpr std::chrono::seconds glance{30}; ///< between two rounds; to see a new day

    Archive(asio::io_context& io, Worker& worker, FileDisk& disk, std::filesystem::path folder,
            const Limits& limits, InUse in_use);

    void tidy_soon(); ///< a file was opened, the disk is full: look soon

private:
    using Clock = std::chrono::steady_clock;

    void on_time();
    void look(bool first);
    void on_found(std::vector<FoundFile> files);
    void act();
    void remove(const Removal& removal);
    void compress(const std::string& file);
    void on_step(const std::string& file, Compression::State state);
    void leave_as_it_is(const std::string& file, const std::string& reason);
    void give_up(const std::string& file, const std::string& reason);
    void complain(const std::string& text);
    void finish();
    std::string today();
    template<typename Work, typename Then>
    void on_worker(Work work, Then then, std::function<void(const std::string&)> failed);

    Worker& worker_;
    FileDisk& disk_;
    std::filesystem::path folder_;
    Limits limits_;
    InUse in_use_;
    LocalTime clock_;
    ArchivePlan plan_;                         // what is left of it; sealed
    std::shared_ptr<Compression> compression_; // under way; the worker's while a step runs
    Spared in_vain_;                           // in this round
    std::set<std::string> said_, saying_;      // faults of the last round, and of this one
    std::string day_;
    Clock::time_point due_, earliest_;
    bool busy_ = false;
    bool asked_ = false; // while busy
    bus::Alarm alarm_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // what the worker hands back
};

} // namespace loggerd
