#include "daemonkit/journal_sink.hpp"

#include <algorithm>

#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
// Else sd_journal_sendv is a macro that adds CODE_FILE= of this file to every line.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "daemonkit/escape.hpp"

namespace daemonkit {

namespace {

constexpr std::string_view prefix = "slot/";
constexpr char between = '\n'; // is in no slot's id and in no path of udev's

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
    auto texts = journal_fields(message);
    texts.push_back(identifier_);
    std::vector<iovec> fields;
    std::ranges::transform(texts, std::back_inserter(fields), [](std::string& text) {
        return iovec{text.data(), text.size()};
    });
    // There is nobody to tell that the journal is gone.
    static_cast<void>(::sd_journal_sendv(fields.data(), static_cast<int>(fields.size())));
}

std::vector<std::string> journal_fields(const spdlog::details::log_msg& message)
{
    const auto logger = text_of(message.logger_name);
    const auto [slot, devnode] = subject_of(logger);
    std::vector<std::string> fields = {"MESSAGE=" + line_text(logger, text_of(message.payload)),
                                       "PRIORITY=" + std::to_string(priority(message.level))};
    if (!slot.empty()) fields.push_back("SLOT=" + std::string(slot));
    if (!devnode.empty()) fields.push_back("DEVNODE=" + std::string(devnode));
    return fields;
}

std::string logger_name(const Subject& subject)
{
    return std::string(prefix) + std::string(subject.slot) + between + std::string(subject.devnode);
}

Subject subject_of(std::string_view logger_name)
{
    if (!logger_name.starts_with(prefix)) return {};
    logger_name.remove_prefix(prefix.size());
    const auto end = std::min(logger_name.find(between), logger_name.size());
    return {logger_name.substr(0, end), logger_name.substr(std::min(end + 1, logger_name.size()))};
}

std::string line_text(std::string_view logger_name, std::string_view payload)
{
    const auto slot = subject_of(logger_name).slot;
    const std::string prefix = slot.empty() ? "" : "[" + std::string(slot) + "] ";
    return escape_control_bytes(prefix + std::string(payload));
}

} // namespace daemonkit
