#include "portald/web_files.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "daemonkit/files.hpp"

namespace portald {

namespace {

/// Nothing for a kind of file that the page does not consist of.
std::optional<std::string> type_of(std::string_view path)
{
    static const std::map<std::string_view, std::string_view> types{
        {".html", "text/html; charset=utf-8"},         {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},           {".svg", "image/svg+xml"},
        {".webmanifest", "application/manifest+json"}, {".woff2", "font/woff2"}};
    if (path == "/api/openapi.json") return "application/json";
    const auto dot = path.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto found = types.find(path.substr(dot));
    if (found == types.end()) return std::nullopt;
    return std::string(found->second);
}

/// FNV-1a, 64 bits: says that a file changed, protects nothing.
std::string etag_of(std::string_view content)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : content) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return fmt::format("\"{:016x}\"", hash);
}

} // namespace

WebFiles WebFiles::read(const std::filesystem::path& folder)
{
    WebFiles files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const auto path = "/" + std::filesystem::relative(entry.path(), folder).generic_string();
        if (type_of(path)) files.add(path, daemonkit::read_file(entry.path()));
    }
    return files;
}

void WebFiles::add(const std::string& path, std::string content)
{
    const auto type = type_of(path).value_or("application/octet-stream");
    File file{type, std::move(content), {}};
    file.etag = etag_of(file.content);
    if (path == "/index.html") files_["/"] = file;
    files_[path] = std::move(file);
}

Response WebFiles::answer(std::string_view path,
                          const std::optional<std::string>& if_none_match) const
{
    const auto& file = files_.find(path)->second;
    Response response{
        200, file.type, file.content, {{"ETag", file.etag}, {"Cache-Control", "no-cache"}}};
    if (if_none_match && if_none_match->find(file.etag) != std::string::npos) {
        response.status = 304;
        response.body.clear();
    }
    return response;
}

} // namespace portald
