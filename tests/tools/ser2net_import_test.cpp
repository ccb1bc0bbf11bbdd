#include "ctl/ser2net_import.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "contract/slots_file.hpp"
#include "ctl/gensio_words.hpp"

namespace {

using contract::Json;

/// Of one connection; the accepter and the connector are what a test does not say.
std::string connection(const std::string& more, const std::string& accepter = "tcp,2000",
                       const std::string& connector = "serialdev,/dev/ttyS0,9600n81,local")
{
    return "connection: &con\n    accepter: " + accepter + "\n    connector: " + connector + "\n" +
           more;
}

ctl::Imported imported(const std::string& text)
{
    auto result = ctl::import_ser2net(text, "ser2net.yaml");
    contract::parse_slots(result.document.dump(), "slots.json"); // it is one
    return result;
}

Json only_slot(const ctl::Imported& result)
{
    EXPECT_EQ(result.document["slots"].size(), 1U);
    return result.document["slots"].at(0);
}

TEST(Ser2netImport, OfDebiansOwnFileTheSecondsOfATtyAreLeftOut)
{
    const auto result = imported(R"(%YAML 1.1
---
define: &banner \r\nser2net port \p\r\n
connection: &con0096
    accepter: tcp,localhost,2000
    enable: on
    options:
      banner: *banner
      kickolduser: true
      telnet-brk-on-sync: true
    connector: serialdev,
              /dev/ttyS0,
              9600n81,local
connection: &con0192
    accepter: tcp,localhost,3000
    connector: serialdev,/dev/ttyS0,19200n81,local
)");
    EXPECT_EQ(only_slot(result), Json::parse(R"({"tcp_port": 2000, "allow": ["127.0.0.0/8"],
        "devnode": "/dev/ttyS0", "baud": 9600, "second_client": "take_over", "label": "con0096"})"));
    EXPECT_EQ(result.notes, (std::vector<std::string>{
                                "line 4: con0096: option banner has no counterpart",
                                "line 14: /dev/ttyS0 or port 3000 has a slot already; left out"}));
    EXPECT_EQ(result.left_out, 1U);
}

TEST(Ser2netImport, TelnetIsNotNeededToBeSaid)
{
    const auto slot = only_slot(imported(connection("", "telnet(rfc2217),tcp,0.0.0.0,4001")));
    EXPECT_EQ(slot["tcp_port"], 4001);
    EXPECT_FALSE(slot.contains("allow"));
}

TEST(Ser2netImport, WhatListensOnThisMachineAloneStaysSo)
{
    for (const auto* accepter : {"tcp,localhost,2000", "tcp,ipv4,localhost,2000", "tcp,::1,2000",
                                 "telnet(rfc2217),tcp,ipv6,::1,2000", "tcp,127.0.0.2,2000"}) {
        const auto result = imported(connection("", accepter));
        EXPECT_EQ(only_slot(result)["allow"], Json::parse(R"(["127.0.0.0/8"])")) << accepter;
        EXPECT_TRUE(result.notes.empty()) << accepter;
    }
    EXPECT_FALSE(only_slot(imported(connection("", "tcp,ipv4,2000"))).contains("allow"));
}

TEST(Ser2netImport, AConnectorByItsPathIsASlotKey)
{
    constexpr auto path = "serialdev,/dev/serial/by-path/platform-x.usb-usb-0:1.1:1.0-port";
    EXPECT_EQ(
        only_slot(imported(connection("", "tcp,2000", std::string{path} + "0,115200")))["slot_key"],
        "platform-x.usb-usb-0:1.1:1.0");
    EXPECT_EQ(
        only_slot(imported(connection("", "tcp,2000", std::string{path} + "1,115200")))["slot_key"],
        "platform-x.usb-usb-0:1.1:1.0-port1");
}

TEST(Ser2netImport, TheDefaultSpeedIsThatOfConnectorsWithoutOne)
{
    const auto text = "default:\n  name: speed\n  value: 57600n81\n" +
                      connection("", "tcp,2000", "serialdev,/dev/ttyS0");
    EXPECT_EQ(only_slot(imported(text))["baud"], 57600);
}

TEST(Ser2netImport, WhatHasNoCounterpartIsNotedWithItsLine)
{
    const auto result = imported(connection(
        "    timeout: 30\n    options:\n      max-connections: 3\n"
        "      trace-both: /tmp/x\n      chardelay: false\n      openstr: hi\n      mdns: true\n"
        "      mdns-name: x\n      led-tx: y\n",
        "tcp(nodelay),192.168.1.2,2000", "serialdev,/dev/ttyUSB0,9600e72,rtscts"));
    EXPECT_EQ(only_slot(result)["second_client"], "observe");
    const std::vector<std::string> words{"192.168.1.2 alone",
                                         "tcp(nodelay)",
                                         "not always the same board",
                                         "9600e72",
                                         "rtscts",
                                         "timeout",
                                         "the others observe",
                                         "trace-both",
                                         "openstr",
                                         "mdns-name",
                                         "led-tx"};
    for (const auto& word : words) {
        const auto has = [&](const std::string& note) {
            return note.starts_with("line 1: con: ") && note.find(word) != std::string::npos;
        };
        EXPECT_EQ(std::ranges::count_if(result.notes, has), 1) << word;
    }
    EXPECT_EQ(result.notes.size(), words.size());
}

TEST(Ser2netImport, WhatIsNoSlotIsLeftOutAndToldOf)
{
    for (const auto& [text, word] : std::vector<std::pair<std::string, std::string>>{
             {connection("", "ssl(key=/k),tcp,2000"), "in the clear"},
             {connection("", "udp,2000"), "in the clear"},
             {connection("", "tcp"), "in the clear"},
             {connection("", "tcp,ipv4"), "not one port"},
             {connection("", "tcp,localhost,2000,192.168.1.2,2001"), "not one port"},
             {connection("", "tcp,23"), "1024"},
             {connection("", "tcp,http"), "1024"},
             {connection("", "tcp,2000", "serialdev"), "serialdev"},
             {connection("", "tcp,2000", "tcp,host,1"), "serialdev"},
             {connection("", "tcp,2000", "serialdev,com1"), "no path"},
             {connection("    enable: off\n"), "not enabled"},
             {"connection:\n  timeout: 3\n", "in the clear"}}) {
        const auto result = imported(text);
        EXPECT_TRUE(result.document["slots"].empty()) << text;
        EXPECT_EQ(result.left_out, 1U);
        ASSERT_EQ(result.notes.size(), 1U);
        EXPECT_NE(result.notes[0].find(word), std::string::npos) << result.notes[0];
    }
}

TEST(Ser2netImport, LabelsAreUnique)
{
    const auto slots =
        imported("connection:\n  accepter: tcp,2000\n  connector: serialdev,/dev/a/ttyS0,1200\n"
                 "connection:\n  accepter: tcp,2001\n  connector: serialdev,/dev/b/ttyS0,1200\n")
            .document["slots"];
    EXPECT_EQ(slots.at(0)["label"], "ttyS0");
    EXPECT_EQ(slots.at(1)["label"], "ttyS0-2");
}

TEST(Ser2netImport, ANameThatNoSlotCanHaveIsTheDevices)
{
    for (const auto& name : {std::string("\u03b1\u03b2"), std::string(100, 'a')}) {
        const auto result = imported("connection: &" + name +
                                     "\n  accepter: tcp,2000\n  connector: "
                                     "serialdev,/dev/ttyS0,1200\n");
        EXPECT_EQ(result.document["slots"].at(0)["label"], "ttyS0");
        ASSERT_EQ(result.notes.size(), 1U);
        EXPECT_NE(result.notes[0].find(name), std::string::npos) << result.notes[0];
    }
}

TEST(Ser2netImport, ASecondYamlDocumentIsNotReadAndThatIsTold)
{
    const auto result = imported(connection("") + "---\n" + connection(""));
    only_slot(result);
    ASSERT_EQ(result.notes.size(), 1U);
    EXPECT_NE(result.notes[0].find("first YAML document"), std::string::npos);
}

TEST(Ser2netImport, WhatIsNoSuchFileIsRefusedNamingThePlace)
{
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            ctl::import_ser2net(text, "x.yaml");
        } catch (const contract::BadMessage& error) {
            return error.what();
        }
        return {};
    };
    EXPECT_TRUE(refusal("a: b\nc: [").starts_with("x.yaml:2:")) << refusal("a: b\nc: [");
    EXPECT_TRUE(refusal("3001:telnet:0:/dev/ttyS0:9600").find("ser2net 3") != std::string::npos);
    EXPECT_FALSE(refusal("").empty());
}

TEST(GensioWords, AreCutAtCommasOutsideParentheses)
{
    EXPECT_EQ(ctl::gensio_words("telnet(rfc2217,x), tcp ,2000"),
              (std::vector<std::string>{"telnet(rfc2217,x)", "tcp", "2000"}));
    EXPECT_EQ(ctl::gensio_words(""), std::vector<std::string>{""});
    EXPECT_EQ(ctl::serial_speed("9600N8")->framing, "n81");
    EXPECT_EQ(ctl::serial_speed("9600")->baud, 9600U);
    EXPECT_FALSE(ctl::serial_speed("n81"));
    EXPECT_FALSE(ctl::serial_speed("0n81"));
}

} // namespace
