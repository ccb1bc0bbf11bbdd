#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ctl {

/// A portal, asked with libcurl, one request at a time.
class HttpClient {
public:
    struct Answer {
        long status = 0;
        std::string body;
    };

    /// @param host  "pi", "pi:8080", "https://pi:8080"; 8080 is the usual port
    /// @param authorities  PEM file; "": the system's
    HttpClient(const std::string& host, std::string token, std::string authorities);

    /// @param body  JSON; nothing: GET
    /// @throws commandkit::Unreachable
    Answer ask(const std::string& method, const std::string& path,
               const std::optional<std::string>& body = {}) const;
    /// Lines of a body that does not end, as they come.
    void stream(const std::string& path,
                const std::function<void(const std::string& line)>& tell) const;
    /// Bytes of a body, from one place on, or (below 0) so many of its last ones.
    Answer part(const std::string& path, std::int64_t from) const;

private:
    struct Transfer;
    void run(Transfer& transfer) const;

    std::string base_;
    std::string token_;
    std::string authorities_;
};

/// For a path or a query.
std::string url_encoded(const std::string& text);

} // namespace ctl
