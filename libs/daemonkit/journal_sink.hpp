#pragma once

#include <string>
#include <string_view>

#include <spdlog/sinks/sink.h>

namespace daemonkit {

/// Is `descriptor` the stream that systemd announced in JOURNAL_STREAM ("<dev>:<inode>", see
/// systemd.exec(5))? False when it was redirected since, so that `2>file` goes to the file.
bool is_journal_stream(int descriptor, const char* journal_stream);

/// Sends lines with fields: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER and, from a slot's logger, SLOT.
/// spdlog 1.10's own systemd sink cannot add fields. sendmsg() of sd_journal_sendv is safe
/// from any thread, so there is no lock.
class JournalSink final : public spdlog::sinks::sink {
public:
    explicit JournalSink(std::string identifier);

    void log(const spdlog::details::log_msg& message) override;
    void flush() override {}
    void set_pattern(const std::string&) override {} ///< the journal has its own
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

private:
    std::string identifier_;
};

/// Names of slots' loggers are "slot/<id>"; the id, or empty for any other logger.
std::string_view slot_of_logger(std::string_view logger_name);

/// "[ESP32-A] text" or "text", with control bytes escaped.
std::string line_text(std::string_view logger_name, std::string_view payload);

} // namespace daemonkit
