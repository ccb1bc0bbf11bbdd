#pragma once

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fake_disk.hpp"
#include "fake_ring.hpp"
#include "loggerd/archive_plan.hpp"
#include "loggerd/decoder.hpp"
#include "loggerd/slot_log.hpp"

namespace loggerd {

using std::chrono::milliseconds;

inline contract::Device ft232()
{
    contract::Device device;
    device.devnode = "/dev/ttyUSB0";
    device.product = "FT232R USB UART";
    device.serial = "A5069RR4";
    return device;
}

struct Told : LogEvents {
    std::vector<std::string> lines, faults;
    std::vector<contract::BootReport> boots;
    std::vector<contract::AlertReport> alerts;
    int faults_over = 0;
    int slots_removed = 0;

    void line(const std::string&, const std::string&, const Line& line) override
    {
        lines.push_back(line.text);
    }
    void boot(const std::string&, const contract::BootReport& boot) override
    {
        boots.push_back(boot);
    }
    void alert(const std::string&, const contract::AlertReport& alert) override
    {
        alerts.push_back(alert);
    }
    void fault(const std::string&, const std::string& text) override { faults.push_back(text); }
    void fault_over(const std::string&) override { ++faults_over; }
    void removed(const std::string&) override { ++slots_removed; }
};

/// One slot's log with a history to read and a disk to write, and the clocks of both. In UTC.
class LogBench {
public:
    LogBench() { start(); }

    FakeRing ring;
    FakeDisk disk;
    Told told;
    std::optional<contract::Device> board = ft232();
    LogForm form;
    Rules rules = std::make_shared<const std::vector<AlertRule>>(read_alert_rules({}));
    contract::Time wall = *contract::parse_time("2026-02-03T19:32:00.154Z");
    std::chrono::steady_clock::time_point steady{std::chrono::hours{1}};

    SlotLog& log() { return *log_; }
    bool is_free(const std::string& name) { return names_.take_again("another", name); }
    SlotLog::Now now() const { return {wall, steady}; }
    void pass(milliseconds time)
    {
        wall += time;
        steady += time;
    }
    /// A new loggerd; the one before was killed.
    /// @param name_of_b  slot B writes under this name already
    void start(const std::string& name_of_b = {})
    {
        names_ = {};
        if (!name_of_b.empty()) names_.take_again("B", name_of_b);
        log_.emplace("A", form, SlotLog::Parts{disk, names_, clock_, told, rules});
        log_->set_board(board, {});
    }
    /// A step in which the disk may kill it: half a second later there is a new one. Returns
    /// whether it did.
    bool survive(const std::function<void()>& step)
    {
        try {
            step();
            return false;
        } catch (const Killed&) {
            disk.kill_at = -1;
            pass(std::chrono::milliseconds{500});
            start();
            return true;
        }
    }
    void set_board(std::optional<contract::Device> device)
    {
        board = std::move(device);
        log_->set_board(board, {});
    }
    /// Until history has nothing more. False: the disk refused.
    bool read(std::uint32_t max_bytes = 262144)
    {
        for (bool more = true; more;) {
            auto args = log_->request();
            args.max_bytes = max_bytes;
            const auto [answer, events] = ring.replay(args);
            if (!log_->take(answer, events, now())) return false;
            more = answer.more;
        }
        return true;
    }
    bool quiet(milliseconds time = milliseconds{220})
    {
        pass(time);
        return log_->quiet(time, now());
    }
    std::string today() { return clock_.text(wall).substr(0, 10); }
    /// What the archive would do now.
    void tidy(const Limits& limits = {})
    {
        log_->close_before(today(), now());
        Spared spared{recorded_files(disk), {}};
        for (const auto& file : log_->written()) spared.all.insert(file);
        std::vector<FoundFile> found;
        for (const auto& [name, content] : disk.files)
            if (const auto file = parse_log_file(name)) found.push_back({*file, content.size()});
        for (const auto& file : plan_archive(found, spared, today(), limits).compress)
            disk.compress(file.name());
    }
    void rx(std::string bytes) { ring.rx(wall, std::move(bytes)); }
    void tx(std::string bytes) { ring.tx(wall, std::move(bytes)); }
    void info(const std::string& text) { ring.info(wall, text); }

    std::string received() const { return decode_log(disk.text(), "RX"); }
    std::string sent() const { return decode_log(disk.text(), "TX"); }
    std::vector<std::string> infos() const { return texts("INFO"); }
    std::vector<std::string> texts(std::string_view kind) const
    {
        std::vector<std::string> found;
        const auto all = disk.text();
        for (std::size_t at = 0; at < all.size();) {
            const auto end = std::min(all.find('\n', at), all.size());
            const auto line = parse_line(std::string_view{all}.substr(at, end - at));
            if (line && line->kind == kind) found.emplace_back(line->text);
            at = end + 1;
        }
        return found;
    }

private:
    struct Utc {
        Utc() { ::setenv("TZ", "UTC", 1); }
    };
    Utc utc_;
    BoardNames names_;
    LocalTime clock_;
    std::optional<SlotLog> log_;
};

} // namespace loggerd
