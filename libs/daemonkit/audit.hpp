#pragma once

#include <string>
#include <string_view>

#include "contract/envelope.hpp"

namespace daemonkit {

/// Who did what, and what came of it. Nothing of a body but the slot's name, so nothing secret.
struct AuditEntry {
    std::string peer;          ///< "192.168.1.7", "user pi, process 812"
    std::string holder;        ///< of a token or a claim, as far as there is one
    std::string action;        ///< "POST /api/slots/ESP32-A/reset", "serial.reset"
    std::string slot;          ///< as the request calls it; "" when it names none
    std::string result;        ///< "200", "409 somebody has it", "ok", "busy: somebody has it"
    bool is_keystroke = false; ///< one of many: see AuditFold
    unsigned times = 1;
};

/// "audit: 192.168.1.7 (ann): POST /api/slots/ESP32-A/reset: 200", ": 200, 37 times" if it is more
/// than one
std::string audit_line(const AuditEntry& entry);

/// A request on the bus.
/// @param peer  "UID:PID", as bus::Change has it
AuditEntry audit_entry(std::string_view peer, const contract::Request& request,
                       const contract::Result& result);

/// The first string among these members of a request, cut off at 200 bytes; "" when there is none.
std::string audit_member(const contract::Json& json, std::initializer_list<const char*> names);

} // namespace daemonkit
