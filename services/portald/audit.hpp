#pragma once

#include <functional>

#include "daemonkit/audit.hpp"
#include "portald/request.hpp"

namespace portald {

/// Answers, and tells of it if the request may have changed something. Never throws for `tell`'s
/// sake: what `answer` throws is told, and thrown on.
Response audited(Request request, const std::function<Response(Request)>& answer,
                 const std::function<void(const daemonkit::AuditEntry&)>& tell);

} // namespace portald
