#include "loggerd/reports.hpp"

#include <spdlog/spdlog.h>

#include "contract/envelope.hpp"
#include "daemonkit/files.hpp"
#include "loggerd/disk.hpp"

namespace loggerd {
namespace {

// Of one of two files each. A crash with all its lines has some 5 KB, a boot 400 bytes.
constexpr std::uint64_t alerts_bytes = 2 << 20;
constexpr std::uint64_t boots_bytes = 1 << 20;

contract::LogDelivered load(const std::filesystem::path& file)
try {
    if (!std::filesystem::exists(file)) return {};
    return contract::parse_json(daemonkit::read_file(file), file.string())
        .get<contract::LogDelivered>();
} catch (const std::exception& fault) {
    spdlog::error("which alerts were delivered: {}", fault.what());
    return {};
}

} // namespace

Reports::Reports(asio::io_context& io, const std::filesystem::path& folder)
    : delivered_file_(folder / "delivered.json"),
      alerts_(io, folder, "alerts", alerts_bytes),
      boots_(io, folder, "boots", boots_bytes),
      delivered_(load(delivered_file_))
{
}

void Reports::boot(const std::string& slot, const contract::BootReport& boot)
{
    const auto id = boot.serial_epoch + "-" + std::to_string(boot.serial_seq);
    boots_.add(slot, id, boot.time, boot);
}

void Reports::alert(const std::string& slot, const contract::AlertReport& alert)
{
    alerts_.add(slot, alert.id(), alert.time, alert);
}

contract::LogReportsAnswer Reports::read(const contract::LogReportsArgs& args)
{
    auto answer = (args.kind == "alert" ? alerts_ : boots_).read(args);
    answer.delivered = delivered_.delivered;
    return answer;
}

void Reports::save(const contract::LogDelivered& delivered)
{
    // Without fsync, as records: a power cut may have something delivered twice.
    const auto text = contract::to_text(contract::Json(delivered)) + "\n";
    auto beside = delivered_file_;
    beside += ".new";
    ReportFile file{beside};
    file.cut(0);
    file.write(0, text);
    file.rename(delivered_file_);
    delivered_ = delivered;
}

void Reports::serve(bus::Responder& requests)
{
    const auto on = [&](std::string_view verb, auto work) {
        requests.on(verb, bus::Responder::Repeats::run_again,
                    [work](const contract::Request& request, const bus::Answer& answer) {
                        try {
                            answer.ok(work(request.args)); // which throws BadMessage
                        } catch (const DiskError& fault) {
                            answer.error(contract::ErrorCode::io, fault.what());
                        }
                    });
    };
    on(contract::verbs::log_reports, [this](const contract::Json& args) -> contract::Json {
        return read(args.get<contract::LogReportsArgs>());
    });
    on(contract::verbs::log_delivered, [this](const contract::Json& args) -> contract::Json {
        save(args.get<contract::LogDelivered>());
        return delivered_;
    });
}

} // namespace loggerd
