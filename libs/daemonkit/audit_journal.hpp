#pragma once

#include "daemonkit/audit.hpp"

namespace daemonkit {

/// A line in the journal, with the fields AUDIT_PEER, AUDIT_TOKEN (the name of its holder),
/// AUDIT_ACTION, AUDIT_RESULT, AUDIT_TIMES and SLOT; on stderr outside systemd. Any thread.
void tell_journal(const AuditEntry& entry);

} // namespace daemonkit
