#include "portald/site.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using portald::Request;
using portald::Response;
using portald::WebFiles;

class Site : public testing::Test {
protected:
    Response ask(const std::string& method, const std::string& path,
                 std::optional<std::string> etag = {})
    {
        auto request = sample::get(path);
        request.method = method;
        request.if_none_match = std::move(etag);
        return site_.answer(request);
    }
    static WebFiles files()
    {
        WebFiles files;
        files.add("/index.html", "<p>page");
        files.add("/app.js", "let a;");
        return files;
    }
    static std::string header(const Response& response, const std::string& name)
    {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return "none";
    }

    portald::Site site_{files(), [](const Request& request) -> Response {
                            return {200, "text/plain", "api " + request.path};
                        }};
};

TEST_F(Site, ServesThePageAndItsParts)
{
    const auto page = ask("GET", "/");
    EXPECT_EQ(page.body, "<p>page");
    EXPECT_EQ(page.type, "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
    EXPECT_EQ(ask("GET", "/app.js").type, "text/javascript; charset=utf-8");
}

TEST_F(Site, DoesNotSendWhatTheBrowserHas)
{
    const auto etag = header(ask("GET", "/app.js"), "ETag");

    const auto again = ask("GET", "/app.js", etag);
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(header(again, "ETag"), etag);
    EXPECT_EQ(ask("GET", "/", etag).status, 200);
}

TEST_F(Site, HandsTheApiOn)
{
    EXPECT_EQ(ask("GET", "/api/devices").body, "api /api/devices");
    EXPECT_EQ(ask("HEAD", "/healthz").body, "api /healthz");
    EXPECT_EQ(ask("POST", "/api/stop").body, "api /api/stop");
}

TEST_F(Site, KnowsNoOtherPath)
{
    for (const char* path : {"/api", "/api/", "/API/devices", "/nothing", "/web", "/../etc/passwd",
                             "", "/index.htm", "/app.js/"}) {
        EXPECT_EQ(ask("GET", path).status, 404) << path;
        EXPECT_EQ(ask("GET", path).body, R"({"error":"not found"})");
        EXPECT_EQ(ask("POST", path).body, R"({"error":"not found"})");
    }
}

TEST_F(Site, SaysWhichMethodsAPathTakes)
{
    EXPECT_EQ(ask("POST", "/api/devices").status, 405);
    EXPECT_EQ(header(ask("DELETE", "/api/devices"), "Allow"), "GET, HEAD");
    EXPECT_EQ(header(ask("GET", "/api/start"), "Allow"), "POST");
    EXPECT_EQ(header(ask("GET", "/api/serial/reset"), "Allow"), "POST");
    EXPECT_EQ(header(ask("GET", "/api/serial/monitor"), "Allow"), "POST");
    EXPECT_EQ(header(ask("PUT", "/"), "Allow"), "GET, HEAD");
    EXPECT_EQ(ask("OPTIONS", "/api/start").status, 405);
}

TEST_F(Site, AWebSocketIsNotAPage)
{
    EXPECT_EQ(ask("GET", "/ws").status, 426);
}

TEST(WebFiles, ReadsTheFolderOnceAndOnlyWhatAPageConsistsOf)
{
    std::string name = (std::filesystem::temp_directory_path() / "portald-web-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const std::filesystem::path folder(name);
    std::filesystem::create_directory(folder / "icons");
    std::ofstream(folder / "index.html") << "page";
    std::ofstream(folder / "icons/a.svg") << "<svg/>";
    std::ofstream(folder / "notes.txt~") << "private";

    const auto files = WebFiles::read(folder);
    std::filesystem::remove_all(folder);

    EXPECT_TRUE(files.has("/"));
    EXPECT_EQ(files.answer("/icons/a.svg", {}).type, "image/svg+xml");
    EXPECT_FALSE(files.has("/notes.txt~"));
    EXPECT_EQ(files.answer("/", {}).body, "page");
    EXPECT_THROW(WebFiles::read(folder), std::system_error);
}

} // namespace
