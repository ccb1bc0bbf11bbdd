#include "daemonkit/log.hpp"

#include <cstdlib>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

#include "contract/json.hpp"
#include "daemonkit/journal_sink.hpp"

namespace daemonkit {

namespace {

/// The pattern's %*: the message with its slot, escaped.
class LineText final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& line) override
    {
        const auto text = line_text({message.logger_name.data(), message.logger_name.size()},
                                    {message.payload.data(), message.payload.size()});
        line.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<LineText>();
    }
};

/// For people: "09:00:00 bridged warning [ESP32-A] …". Safe from any thread: portald's web
/// threads log too.
spdlog::sink_ptr stderr_sink(const std::string& daemon)
{
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<LineText>('*').set_pattern("%H:%M:%S " + daemon + " %^%l%$ %*");
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    sink->set_formatter(std::move(formatter));
    return sink;
}

spdlog::level::level_enum parse_level(const std::string& text)
{
    const auto level = spdlog::level::from_str(text); // unknown is "off", too
    if (level == spdlog::level::off && text != "off")
        throw contract::BadMessage("log level: \"" + text +
                                   "\" is none of trace, debug, info, warn, error, off");
    return level;
}

} // namespace

void init_logging(const std::string& daemon, const std::string& level)
{
    const auto least = parse_level(level);
    spdlog::sink_ptr sink;
    if (is_journal_stream(STDERR_FILENO, std::getenv("JOURNAL_STREAM")))
        sink = std::make_shared<JournalSink>(daemon);
    else
        sink = stderr_sink(daemon);
    auto logger = std::make_shared<spdlog::logger>(daemon, std::move(sink));
    logger->set_level(least);
    spdlog::set_default_logger(std::move(logger));
}

std::shared_ptr<spdlog::logger> slot_log(const std::string& slot, const std::string& devnode)
{
    const auto main = spdlog::default_logger();
    auto logger = std::make_shared<spdlog::logger>(logger_name({slot, devnode}),
                                                   main->sinks().begin(), main->sinks().end());
    logger->set_level(main->level());
    return logger;
}

} // namespace daemonkit
