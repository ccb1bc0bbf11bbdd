#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "portald/request.hpp"

namespace portald {

/// The page and its parts, read once at start: what is not in this table cannot be asked for.
class WebFiles {
public:
    /// Nothing, for a portal without a page.
    WebFiles() = default;

    /// @throws std::system_error when the folder cannot be read
    static WebFiles read(const std::filesystem::path& folder);

    /// `path` as in the request: "/app.js", "/" for index.html.
    void add(const std::string& path, std::string content);

    bool has(std::string_view path) const { return files_.find(path) != files_.end(); }
    /// Only for a path that it has. 304 when the browser has this very content.
    Response answer(std::string_view path, const std::optional<std::string>& if_none_match) const;

    std::size_t count() const { return files_.size(); }

private:
    struct File {
        std::string type;
        std::string content;
        std::string etag;
    };
    std::map<std::string, File, std::less<>> files_;
};

} // namespace portald
