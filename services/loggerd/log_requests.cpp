#include "loggerd/log_requests.hpp"

#include <utility>
#include <variant>

#include "contract/names.hpp"
#include "loggerd/log_reading.hpp"
#include "loggerd/log_search.hpp"

namespace loggerd {

using bus::Responder;
using contract::Error;
using contract::ErrorCode;
using contract::Json;

LogOwners owners_of(const contract::LogSnapshot& snapshot,
                    const std::map<std::string, std::string>& boards, std::string_view today)
{
    LogOwners owners;
    owners.today = today;
    for (const auto& log : snapshot.slots) {
        owners.slots.insert(log.slot);
        if (log.fault) owners.faults[log.slot] = *log.fault;
        if (const auto file = parse_log_file(log.file)) {
            owners.open.insert(log.file);
            owners.slot_of_board[file->board] = log.slot;
        }
    }
    for (const auto& [slot, board] : boards)
        if (!board.empty()) owners.slot_of_board[board] = slot;
    return owners;
}

struct LogRequests::Shelf {
    explicit Shelf(std::filesystem::path path) : folder(std::move(path)) {}

    LogFolder folder;
    LogReading reading{folder};
    LogSearch search{folder};
};

struct LogRequests::Outcome {
    contract::Result result;
    std::vector<std::string> frames = {};
};

LogRequests::LogRequests(Worker& worker, const std::filesystem::path& folder,
                         std::function<LogOwners()> owners)
    : worker_(worker), shelf_(std::make_shared<Shelf>(folder)), owners_(std::move(owners))
{
}

LogRequests::~LogRequests() = default;

void LogRequests::serve(Responder& requests)
{
    const auto on = [&](std::string_view verb, auto make_work) {
        requests.on(verb, Responder::Repeats::run_again,
                    [this, make_work](const contract::Request& request, const bus::Answer& answer) {
                        post(answer, make_work(request.args)); // which throws BadMessage
                    });
    };
    on(contract::verbs::log_list, [](const Json& json) -> Work {
        return [args = json.get<contract::LogListArgs>()](Shelf& shelf, const LogOwners& owners) {
            return Outcome{Json(shelf.reading.list(args, owners, Budget{budget}))};
        };
    });
    on(contract::verbs::log_read, [](const Json& json) -> Work {
        return [args = json.get<contract::LogReadArgs>()](Shelf& shelf, const LogOwners& owners) {
            auto read = shelf.reading.read(args, owners, Budget{budget});
            return Outcome{Json(read.answer), {std::move(read.text)}};
        };
    });
    on(contract::verbs::log_search, [](const Json& json) -> Work {
        return [args = json.get<contract::LogSearchArgs>()](Shelf& shelf, const LogOwners& owners) {
            return Outcome{Json(shelf.search.search(args, owners, Budget{budget}))};
        };
    });
}

void LogRequests::post(const bus::Answer& answer, Work work)
{
    if (waiting_.size() >= most_waiting)
        return answer.error(ErrorCode::busy, std::to_string(most_waiting) +
                                                 " requests for logs are waiting already");
    const auto number = next_++;
    waiting_.emplace(number, answer);
    worker_.post([this, number, shelf = shelf_, owners = owners_(),
                  work = std::move(work)]() -> Worker::Continuation {
        return [this, number, outcome = run(*shelf, owners, work)] { finish(number, outcome); };
    });
}

LogRequests::Outcome LogRequests::run(Shelf& shelf, const LogOwners& owners, const Work& work)
try {
    return work(shelf, owners);
} catch (const contract::BadMessage& bad) {
    return {Error{ErrorCode::bad_request, bad.what()}};
} catch (const ReadingError& fault) {
    return {Error{fault.code(), fault.what()}};
} catch (const std::exception& fault) {
    return {Error{ErrorCode::internal, fault.what()}};
}

void LogRequests::finish(std::uint64_t number, const Outcome& outcome)
{
    const auto waiting = waiting_.extract(number);
    if (const auto* error = std::get_if<Error>(&outcome.result))
        return waiting.mapped().error(error->code, error->message);
    waiting.mapped().ok(std::get<Json>(outcome.result), outcome.frames);
}

} // namespace loggerd
