#include "daemonkit/journal_sink.hpp"

#include <array>

#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
// Else sd_journal_sendv is a macro that adds CODE_FILE= of this file to every line.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "daemonkit/escape.hpp"

namespace daemonkit {

namespace {

int priority(spdlog::level::level_enum level)
{
    switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
        return LOG_DEBUG;
    case spdlog::level::info:
        return LOG_INFO;
    case spdlog::level::warn:
        return LOG_WARNING;
    case spdlog::level::err:
        return LOG_ERR;
    default:
        return LOG_CRIT;
    }
}

std::string_view text_of(spdlog::string_view_t text)
{
    return {text.data(), text.size()};
}

} // namespace

bool is_journal_stream(int descriptor, const char* journal_stream)
{
    struct stat status = {};
    if (journal_stream == nullptr || ::fstat(descriptor, &status) != 0) return false;
    return journal_stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

JournalSink::JournalSink(std::string identifier)
    : identifier_("SYSLOG_IDENTIFIER=" + std::move(identifier))
{
}

void JournalSink::log(const spdlog::details::log_msg& message)
{
    const std::string_view logger = text_of(message.logger_name);
    std::string text = "MESSAGE=" + line_text(logger, text_of(message.payload));
    std::string level = "PRIORITY=" + std::to_string(priority(message.level));
    std::string slot = "SLOT=" + std::string(slot_of_logger(logger));

    const auto field = [](std::string& value) { return iovec{value.data(), value.size()}; };
    const std::array<iovec, 4> fields = {field(text), field(level), field(identifier_),
                                         field(slot)};
    const int count = slot_of_logger(logger).empty() ? 3 : 4;
    // There is nobody to tell that the journal is gone.
    static_cast<void>(::sd_journal_sendv(fields.data(), count));
}

std::string_view slot_of_logger(std::string_view logger_name)
{
    static constexpr std::string_view prefix = "slot/";
    if (!logger_name.starts_with(prefix)) return {};
    return logger_name.substr(prefix.size());
}

std::string line_text(std::string_view logger_name, std::string_view payload)
{
    const auto slot = slot_of_logger(logger_name);
    const std::string prefix = slot.empty() ? "" : "[" + std::string(slot) + "] ";
    return escape_control_bytes(prefix + std::string(payload));
}

} // namespace daemonkit
