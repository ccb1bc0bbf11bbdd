#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <spdlog/sinks/sink.h>

namespace daemonkit {

/// Is `descriptor` the stream that systemd announced in JOURNAL_STREAM ("<dev>:<inode>", see
/// systemd.exec(5))? False when it was redirected since, so that `2>file` goes to the file.
bool is_journal_stream(int descriptor, const char* journal_stream);

/// Sends lines with journal_fields(). spdlog 1.10's own systemd sink cannot add fields. sendmsg()
/// of sd_journal_sendv is safe from any thread, so there is no lock.
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

/// What a line is about, by the name of its logger (see slot_log()); empty: nothing of the kind.
struct Subject {
    std::string_view slot, devnode;
};

std::string logger_name(const Subject& subject);
Subject subject_of(std::string_view logger_name);

/// MESSAGE=, PRIORITY= and, of what the line is about, SLOT= and DEVNODE=.
std::vector<std::string> journal_fields(const spdlog::details::log_msg& message);

/// "[ESP32-A] text" or "text", with control bytes escaped.
std::string line_text(std::string_view logger_name, std::string_view payload);

} // namespace daemonkit
