#include <memory>

#include "contract/envelope.hpp"
#include "loggerd/alert_rules.hpp"
#include "loggerd/slot_log.hpp"
#include "loops/loop.hpp"
#include "loops/serial_record.hpp"
#include "loops/serial_text.hpp"

namespace bench {

namespace {

constexpr std::size_t turn_bytes = 256 << 10;

/// A disk that costs nothing.
class NoDisk final : public loggerd::Disk {
public:
    void append(const std::string&, std::string_view text) override { size_ += text.size(); }
    std::uint64_t size(const std::string&) override { return size_; }
    void truncate(const std::string&, std::uint64_t size) override { size_ = size; }
    bool ends_in_newline(const std::string&) override { return true; }
    void sync(const std::string&) override {}
    void close(const std::string&) override {}
    unsigned last_part(const std::string&, const std::string&) override { return 1; }
    bool is_sealed(const std::string&) override { return false; }
    std::vector<std::string> recorded() override { return {}; }
    std::optional<std::string> load_record(const std::string&) override { return {}; }
    void save_record(const std::string&, std::string_view) override {}
    void remove_record(const std::string&) override {}

private:
    std::uint64_t size_ = 0;
};

class NobodyListens final : public loggerd::LogEvents {
public:
    void line(const std::string&, const std::string&, const loggerd::Line&) override {}
    void boot(const std::string&, const contract::BootReport&) override {}
    void alert(const std::string&, const contract::AlertReport&) override {}
    void fault(const std::string&, const std::string&) override {}
    void fault_over(const std::string&) override {}
    void removed(const std::string&) override {}
};

struct Answer {
    contract::ReplayAnswer answer;
    contract::Reply reply;
};

std::shared_ptr<Answer> answered(const std::string& data, std::size_t read,
                                 bridged::Kind kind = bridged::Kind::rx)
{
    SerialRecord record;
    record.put(data, read, kind);
    auto made = std::make_shared<Answer>();
    contract::ReplayArgs args;
    args.max_bytes = 2 * turn_bytes;
    made->answer =
        bridged::replay(record.history(), bridged::SerialEvents{"demo"}, args, made->reply.frames);
    return made;
}

/// What comes from the bus becomes events.
Loop parse(const std::string& name, const std::string& data, std::size_t read)
{
    return {name, data.size(), [made = answered(data, read)] { contract::events_of(made->reply); }};
}

/// Events become lines, the lines are looked through and go to the file.
Loop log(const std::string& name, const std::string& data, std::size_t read,
         bridged::Kind kind = bridged::Kind::rx)
{
    const auto made = answered(data, read, kind);
    const auto rules = std::make_shared<const std::vector<loggerd::AlertRule>>(
        loggerd::read_alert_rules(daemonkit::Settings::parse("{}", "settings.json")));
    return {name, data.size(), [made, rules, events = contract::events_of(made->reply)] {
                NoDisk disk;
                loggerd::BoardNames names;
                loggerd::LocalTime clock;
                NobodyListens nobody;
                loggerd::SlotLog log{"demo", {}, {disk, names, clock, nobody, rules}};
                log.take(made->answer, events, {events.back().header.time, {}});
            }};
}

} // namespace

std::vector<Loop> loggerd_loops()
{
    const auto plain = text(turn_bytes);
    const auto random = noise(turn_bytes);
    return {parse("headers read, bulk", plain, bulk_read),
            parse("headers read, 92 bytes a read", plain, paced_read),
            log("log, text, bulk", plain, bulk_read),
            log("log, text, 92 bytes a read", plain, paced_read),
            log("log, random, bulk", random, bulk_read),
            log("log, text to the board, bulk", plain, bulk_read, bridged::Kind::tx),
            log("log, random to the board, bulk", random, bulk_read, bridged::Kind::tx)};
}

} // namespace bench
