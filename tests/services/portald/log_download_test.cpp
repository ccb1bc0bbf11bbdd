#include "portald/log_download.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "portald/log_api.hpp"
#include "sample.hpp"

namespace {

using portald::LogDownloads;
using portald::Request;
using portald::Response;

/// Has one log, and gives at most 100 bytes of it at a time.
struct Library {
    std::string text = std::string(250, 'x') + "end";
    bool knows_its_size = true;
    std::vector<std::uint64_t> asked; ///< where the parts began

    Response answer(const Request& request)
    {
        Response response{200, "text/plain", {}};
        if (!request.part) {
            response.rest = portald::Part{0, {}};
            if (knows_its_size) response.rest->end = text.size();
            return response;
        }
        asked.push_back(request.part->at);
        if (request.part->at > text.size()) return portald::refusal(404, "gone");
        const auto left = request.part->end.value_or(text.size()) - request.part->at;
        response.body = text.substr(request.part->at, std::min<std::uint64_t>(100, left));
        return response;
    }
};

struct LogDownloadTest : testing::Test {
    Library library;
    LogDownloads downloads{[this](const Request& asked) { return library.answer(asked); }};
    Request request = sample::get("/api/logs/A_2026-11-21.log");
};

TEST_F(LogDownloadTest, ComesPartByPartAsItIsTaken)
{
    const auto response = downloads.answer(request);
    EXPECT_TRUE(library.asked.empty()) << "nothing was taken yet";
    std::string text;
    for (;;) {
        const auto part = response.more();
        ASSERT_TRUE(part);
        if (part->empty()) break;
        text += *part;
    }
    EXPECT_EQ(text, library.text);
    EXPECT_EQ(library.asked, (std::vector<std::uint64_t>{0, 100, 200}));
}

TEST_F(LogDownloadTest, OfUnknownSizeEndsWhereNothingComes)
{
    library.knows_its_size = false;
    const auto response = downloads.answer(request);
    std::string text;
    for (auto part = response.more(); part && !part->empty(); part = response.more()) text += *part;
    EXPECT_EQ(text, library.text);
}

TEST_F(LogDownloadTest, BreaksOffWhenTheFileIsShorterThanItWas)
{
    const auto response = downloads.answer(request);
    ASSERT_TRUE(response.more());
    library.text.resize(100);
    EXPECT_EQ(response.more(), std::nullopt) << "less came than was promised, and that shows";
    library.text.clear();
    EXPECT_EQ(response.more(), std::nullopt);
}

TEST_F(LogDownloadTest, HasFewSeatsAndGivesThemBack)
{
    std::vector<Response> under_way;
    for (unsigned i = 0; i < LogDownloads::most_seats; ++i)
        under_way.push_back(downloads.answer(request));
    for (const auto& response : under_way) EXPECT_EQ(response.status, 200);
    EXPECT_EQ(downloads.answer(request).status, 503);
    EXPECT_EQ(downloads.answer(request).status, 503) << "a refusal takes none";
    EXPECT_EQ(downloads.answer(sample::get("/api/logs/search")).status, 200) << "needs none";
    under_way.pop_back();
    EXPECT_EQ(downloads.answer(request).status, 200);
}

} // namespace
