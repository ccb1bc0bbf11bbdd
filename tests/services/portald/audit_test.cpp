#include "portald/audit.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using daemonkit::AuditEntry;
using portald::Request;
using portald::Response;

struct AuditTest : testing::Test {
    Response ask(Request request, Response response = {200, "application/json", "{\"ok\":true}"})
    {
        return portald::audited(
            std::move(request), [&](const Request&) { return response; },
            [&](const AuditEntry& entry) {
                told.push_back(daemonkit::audit_line(entry)), last = entry;
            });
    }
    std::vector<std::string> told;
    AuditEntry last;
};

TEST_F(AuditTest, TellsWhoDidWhatToWhichSlotAndWhatCameOfIt)
{
    auto request = sample::post("/api/slots/ESP32-A/reset", "{}", "192.168.1.7");
    request.holder = "ann";
    EXPECT_EQ(ask(request).status, 200);
    EXPECT_THAT(
        told, testing::ElementsAre("audit: 192.168.1.7 (ann): POST /api/slots/ESP32-A/reset: 200"));
    EXPECT_EQ(last.slot, "ESP32-A");
}

TEST_F(AuditTest, TellsWhyItWasRefused)
{
    ask(sample::post("/api/stop", R"({"slot": "A"})", "127.0.0.1"),
        portald::refusal(409, "bob has it"));
    EXPECT_EQ(told.at(0), "audit: 127.0.0.1: POST /api/stop A: 409 bob has it");
}

TEST_F(AuditTest, TellsNothingOfWhatOnlyLooks)
{
    ask(sample::get("/api/devices"));
    ask(sample::post("/api/serial/monitor", "{}"));
    EXPECT_THAT(told, testing::IsEmpty());
}

TEST_F(AuditTest, TellsNothingOfABodyButTheSlot)
{
    ask(sample::post("/api/login", R"({"token": "ann-0123456789abcdef"})"));
    ask(sample::post("/api/slots/A/write", R"({"text": "passw0rd"})"));
    ask(sample::post("/api/start", "no JSON"));
    for (const auto& line : told) {
        EXPECT_THAT(line, testing::Not(testing::HasSubstr("0123456789")));
        EXPECT_THAT(line, testing::Not(testing::HasSubstr("passw0rd")));
    }
    EXPECT_EQ(told.size(), 3U);
}

TEST_F(AuditTest, TellsOfAFaultToo)
{
    EXPECT_THROW(portald::audited(
                     sample::post("/api/start", "{}"),
                     [](const Request&) -> Response { throw std::runtime_error("broken"); },
                     [&](const AuditEntry& entry) { last = entry; }),
                 std::runtime_error);
    EXPECT_EQ(last.result, "500 internal error");
}

TEST_F(AuditTest, IsBounded)
{
    ask(sample::post("/api/slots/" + std::string(9000, 'x') + "/reset", "{}"),
        portald::refusal(404, std::string(3000, 'y')));
    EXPECT_LT(told.at(0).size(), 1000U);
}

} // namespace
