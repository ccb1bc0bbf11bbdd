#include "portald/host_check.hpp"

#include <gmock/gmock.h>

#include "portald/front_door.hpp"
#include "sample.hpp"

namespace {

using testing::HasSubstr;

const portald::HostCheck check{"Bench-Pi", {"pi.lab.example"}};

std::string refusal(const std::string& host, std::optional<std::string> origin = {})
{
    return check.refusal(host, origin).value_or("may");
}

TEST(HostCheck, KnowsTheNamesThatOnlyThisMachineHas)
{
    for (const char* host :
         {"192.168.1.5", "192.168.1.5:8080", "[::1]:8080", "localhost:8080", "bench-pi",
          "BENCH-PI:8080", "bench-pi.local:8080", "pi.lab.example"}) {
        EXPECT_EQ(refusal(host), "may") << host;
    }
}

TEST(HostCheck, RefusesNamesThatSomebodyElseMayHavePointedHere)
{
    for (const char* host :
         {"evil.example", "evil.example:8080", "bench-pi.evil.example", "192.168.1.5.evil.example",
          "localhost.evil.example", ".local", ":80", "[", "127.1"}) {
        EXPECT_NE(refusal(host), "may") << host;
    }
    EXPECT_EQ(refusal(""), "no Host header");
    EXPECT_EQ(refusal("evil.example:80"),
              "this portal is not known as \"evil.example\"; call it by its address, or add the "
              "name to portal.hosts in settings.json");
}

TEST(HostCheck, LetsAPageOfItsOwnIn)
{
    EXPECT_EQ(refusal("192.168.1.5:8080", "http://192.168.1.5:8080"), "may");
    EXPECT_EQ(refusal("bench-pi", "http://Bench-Pi"), "may");
    EXPECT_EQ(refusal("bench-pi", "http://bench-pi:80"), "may");
    EXPECT_EQ(refusal("bench-pi:443", "https://bench-pi"), "may");
}

TEST(HostCheck, RefusesThePagesOfOthers)
{
    EXPECT_EQ(refusal("192.168.1.5:8080", "http://evil.example"),
              "a page of http://evil.example may not do this");
    EXPECT_NE(refusal("192.168.1.5:8080", "http://192.168.1.5"), "may"); // another port
    EXPECT_NE(refusal("192.168.1.5", "null"), "may");
    EXPECT_NE(refusal("192.168.1.5", ""), "may");
    EXPECT_NE(refusal("192.168.1.5", "chrome-extension://192.168.1.5"), "may");
}

class Door : public testing::Test {
protected:
    int status(const portald::Request& request) const
    {
        const auto refused = door_.refusal(request);
        return refused ? refused->status : 200;
    }
    portald::FrontDoor door_{daemonkit::AccessList::lan(), check};
};

TEST_F(Door, IsClosedToAddressesOutsideOfTheAccessList)
{
    auto request = sample::get("/api/devices");
    request.peer = "8.8.8.8";

    EXPECT_EQ(status(request), 403);
    EXPECT_THAT(door_.refusal(request)->body,
                HasSubstr("8.8.8.8 is not in access.allow of settings.json"));
}

TEST_F(Door, LooksAtHostAndOriginOfWhateverChangesStateOpensAWebSocketOrHasAnOrigin)
{
    auto reading = sample::get("/api/devices");
    reading.host = "evil.example";
    EXPECT_EQ(status(reading), 200);
    reading.host = "bench-pi";
    reading.origin = "http://evil.example"; // a page of another site
    EXPECT_EQ(status(reading), 403);

    auto changing = sample::post("/api/stop", "{}");
    EXPECT_EQ(status(changing), 200); // curl: no Origin
    changing.origin = "http://evil.example";
    EXPECT_EQ(status(changing), 403);

    auto watching = sample::get("/ws");
    watching.upgrade = true;
    EXPECT_EQ(status(watching), 200);
    watching.origin = "http://evil.example";
    EXPECT_EQ(status(watching), 403);
    watching.upgrade = false; // the page asks why
    EXPECT_EQ(status(watching), 403);
}

} // namespace
