#include "daemonkit/audit_journal.hpp"

#include <vector>

#include <sys/uio.h>
#include <unistd.h>
// Else sd_journal_sendv is a macro that adds CODE_FILE= of this file to every line.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <spdlog/spdlog.h>
#include <systemd/sd-journal.h>

#include "daemonkit/escape.hpp"
#include "daemonkit/journal_sink.hpp"

namespace daemonkit {

void tell_journal(const AuditEntry& entry)
{
    static const bool to_journal = is_journal_stream(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
    if (!to_journal) {
        spdlog::info("{}", audit_line(entry)); // escapes by itself
        return;
    }
    std::vector<std::string> fields = {"PRIORITY=6",
                                       "SYSLOG_IDENTIFIER=" + spdlog::default_logger()->name()};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) fields.push_back(name + escape_control_bytes(value));
    };
    add("MESSAGE=", audit_line(entry));
    add("AUDIT_PEER=", entry.peer);
    add("AUDIT_TOKEN=", entry.holder);
    add("AUDIT_ACTION=", entry.action);
    add("AUDIT_RESULT=", entry.result);
    add("AUDIT_TIMES=", entry.times > 1 ? std::to_string(entry.times) : "");
    add("SLOT=", entry.slot);
    std::vector<iovec> parts;
    for (auto& field : fields) parts.push_back({field.data(), field.size()});
    // There is nobody to tell that the journal is gone.
    static_cast<void>(::sd_journal_sendv(parts.data(), static_cast<int>(parts.size())));
}

} // namespace daemonkit
