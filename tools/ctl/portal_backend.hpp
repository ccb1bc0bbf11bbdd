#pragma once

#include "ctl/backend.hpp"
#include "ctl/http_client.hpp"

namespace ctl {

/// Another machine's portal (docs/web-api.md).
class PortalBackend : public Backend {
public:
    PortalBackend(const std::string& host, std::string token, std::string authorities);

    std::vector<Json> slots() override;
    Json act(const std::string& slot, std::string_view action, Json args) override;
    Json assign(Json wanted) override;
    Json unassign(const std::string& slot, Json args) override;
    LogPage log(const LogWish& wish) override;
    bool is_logged(const std::string& slot) override;
    Json search(Json args) override;
    /// Lines only, as /api/serial/monitor has them, the last second once more each time.
    Output output(const std::string& slot, Place& place) override;
    void write(const std::string& slot, std::string bytes, Json args) override;
    void follow(const std::function<void(const Json&)>& tell) override;

private:
    Json ask(const std::string& method, const std::string& path, const Json* body = nullptr) const;

    HttpClient http_;
};

/// @param file  "": $RFC2217_TOKEN, or none
/// @throws std::system_error
std::string token_of(const std::string& file);

/// An event of /api/events as Backend::follow() tells it; null for what it does not tell.
Json event_of_message(const Json& message);

} // namespace ctl
