#include <gtest/gtest.h>

#include <pwd.h>
#include <unistd.h>

#include "daemonkit/audit.hpp"

namespace {

using contract::Error;
using contract::ErrorCode;
using contract::Json;
using daemonkit::audit_entry;
using daemonkit::audit_line;

contract::Request request(const std::string& verb, const Json& args)
{
    return {"1", verb, args, {}};
}

std::string me()
{
    return ::getpwuid(::getuid())->pw_name;
}

TEST(AuditEntry, OfTheBusNamesTheCallersUserAndProcess)
{
    const auto peer = std::to_string(::getuid()) + ":812";
    const auto entry = audit_entry(peer, request("slot.stop", {{"slot", "ESP32-A"}}), Json{});
    EXPECT_EQ(audit_line(entry), "audit: user " + me() + ", process 812: slot.stop ESP32-A: ok");
    EXPECT_EQ(entry.slot, "ESP32-A");
}

TEST(AuditEntry, OfTheBusSaysForWhomAndWhyNot)
{
    const auto entry =
        audit_entry("4000000001:7", request("serial.reset", {{"slot", "A"}, {"owner", "ann"}}),
                    Error{ErrorCode::busy, "bob has it", {}});
    EXPECT_EQ(audit_line(entry),
              "audit: user 4000000001, process 7 (ann): serial.reset A: busy: bob has it");
    EXPECT_EQ(audit_line(audit_entry("", request("slot.assign", {{"devnode", "/dev/x"}}), Json{})),
              "audit: somebody: slot.assign /dev/x: ok");
}

TEST(AuditEntry, OfTheBusHasNothingOfWhatIsWrittenAndIsBounded)
{
    auto write = request("serial.write", {{"slot", "A"}, {"text", "passw0rd"}});
    write.bytes = "passw0rd";
    const auto entry = audit_entry("0:1", write, Json{});
    EXPECT_EQ(audit_line(entry).find("passw0rd"), std::string::npos);
    EXPECT_TRUE(entry.is_keystroke);
    EXPECT_FALSE(audit_entry("0:1", write, Error{ErrorCode::busy, "bob has it", {}}).is_keystroke);
    const std::string endless(100'000, 'x');
    EXPECT_LT(
        audit_line(audit_entry("0:1", request("slot.stop", {{"slot", endless}, {"owner", endless}}),
                               Error{ErrorCode::not_found, endless, {}}))
            .size(),
        1000U);
    EXPECT_EQ(audit_line(audit_entry("0:1", request("slot.stop", Json::array()), Json{}))
                  .find("slot.stop"),
              audit_line(audit_entry("0:1", request("slot.stop", 7), Json{})).find("slot.stop"));
}

} // namespace
