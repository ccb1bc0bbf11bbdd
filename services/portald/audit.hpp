#pragma once

#include <functional>
#include <string>

#include "portald/request.hpp"

namespace portald {

/// Who did what, and what came of it. Nothing of a body but the slot's name, so nothing secret.
struct AuditEntry {
    std::string peer;
    std::string holder; ///< "" where no token is asked for
    std::string action; ///< "POST /api/slots/ESP32-A/reset"
    std::string slot;   ///< as the request calls it; "" when it names none
    std::string result; ///< "200", "409 somebody has it"
    unsigned times = 1; ///< see AuditFold
};

/// Answers, and tells of it if the request may have changed something. Never throws for `tell`'s
/// sake: what `answer` throws is told, and thrown on.
Response audited(Request request, const std::function<Response(Request)>& answer,
                 const std::function<void(const AuditEntry&)>& tell);

/// "audit: 192.168.1.7 (ann): POST /api/slots/ESP32-A/reset: 200", ": 200, 37 times" if it is more
/// than one
std::string audit_line(const AuditEntry& entry);

} // namespace portald
