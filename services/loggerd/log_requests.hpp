#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "bus/responder.hpp"
#include "contract/messages.hpp"
#include "loggerd/log_folder.hpp"
#include "loggerd/worker.hpp"

namespace loggerd {

/// What slots write, as the loop sees it: the names of boards, by slot, and the state of their
/// logs.
LogOwners owners_of(const contract::LogSnapshot& snapshot,
                    const std::map<std::string, std::string>& boards, std::string_view today);

/// The verbs log.list, log.read and log.search: a request becomes one short job of the worker.
class LogRequests {
public:
    static constexpr std::size_t most_waiting = 32;
    static constexpr std::chrono::milliseconds budget{200}; ///< of one job

    /// @param owners  asked on the loop for each request
    LogRequests(Worker& worker, const std::filesystem::path& folder,
                std::function<LogOwners()> owners);
    ~LogRequests();
    LogRequests(const LogRequests&) = delete;
    LogRequests& operator=(const LogRequests&) = delete;

    void serve(bus::Responder& requests);

private:
    struct Shelf; ///< what jobs use, and nobody else
    struct Outcome;
    using Work = std::function<Outcome(Shelf&, const LogOwners&)>;

    void post(const bus::Answer& answer, Work work);
    void finish(std::uint64_t number, const Outcome& outcome);
    static Outcome run(Shelf& shelf, const LogOwners& owners, const Work& work);

    Worker& worker_;
    std::shared_ptr<Shelf> shelf_;
    std::function<LogOwners()> owners_;
    std::map<std::uint64_t, bus::Answer> waiting_; // answers stay on the loop
    std::uint64_t next_ = 0;
};

} // namespace loggerd
