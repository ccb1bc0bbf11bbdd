#include "hotplugd/device_facts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using hotplugd::clean_text;

TEST(CleanText, KeepsWhatIsPlain)
{
    EXPECT_EQ(clean_text("CP2102 USB to UART Bridge Controller"),
              "CP2102 USB to UART Bridge Controller");
    EXPECT_EQ(clean_text("Größe € 🙂"), "Größe € 🙂");
    EXPECT_EQ(clean_text(""), "");
}

TEST(CleanText, LeavesOutControlCharacters)
{
    EXPECT_EQ(clean_text("a\n\x1b[31mb\x7f\tc"), "a[31mbc");
    EXPECT_EQ(clean_text(std::string_view{"a\0b", 3}), "ab");
    EXPECT_EQ(clean_text("a\xC2\x9B"
                         "b"),
              "ab")
        << "U+009B, a CSI in one character";
}

TEST(CleanText, ReplacesWhatIsNotUtf8)
{
    EXPECT_EQ(clean_text("a\xFF"
                         "b"),
              "a\uFFFDb");
    EXPECT_EQ(clean_text("\xC3"), "\uFFFD") << "cut off";
    EXPECT_EQ(clean_text("\xC0\x80"), "\uFFFD\uFFFD") << "overlong NUL";
    EXPECT_EQ(clean_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
    EXPECT_EQ(clean_text("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "above U+10FFFF";
}

TEST(CleanText, CutsBetweenCharacters)
{
    EXPECT_EQ(clean_text(std::string(10000, 'x')).size(), 256u);
    EXPECT_EQ(clean_text(std::string(255, 'x') + "ß").size(), 255u);
}

TEST(Describe, TakesTheConnectorFromIdPathElseFromDevpath)
{
    hotplugd::UdevEvent event;
    event.devpath = "/devices/usb1/1-1/ttyUSB0";
    EXPECT_EQ(hotplugd::describe(event).slot_key, "/devices/usb1/1-1/ttyUSB0");
    event.id_path = "platform-3f980000.usb-usb-0:1.2:1.0";
    EXPECT_EQ(hotplugd::describe(event).slot_key, "platform-3f980000.usb-usb-0:1.2:1.0");
}

TEST(WithoutEscapes, TakesUdevsEncodingBackAndNothingElse)
{
    using hotplugd::without_escapes;
    EXPECT_EQ(without_escapes("CP2102\\x20USB\\x20to\\x20UART"), "CP2102 USB to UART");
    EXPECT_EQ(without_escapes("a\\x5cx20\\xc3\\xbc"), "a\\x20\xC3\xBC");
    EXPECT_EQ(without_escapes("\\x2"), "\\x2") << "cut off";
    EXPECT_EQ(without_escapes("\\xzz\\"), "\\xzz\\");
}

TEST(IsTorn, TellsAnInterfaceFromWhatIsAboveIt)
{
    using hotplugd::is_torn;
    EXPECT_TRUE(is_torn("pci-0000:00:04.0-usb-0:1")) << "a hub's port";
    EXPECT_TRUE(is_torn("platform-3f980000.usb-usb-0:1.2")) << "a device";
    EXPECT_TRUE(is_torn("usb-0:1"));
    EXPECT_TRUE(is_torn("pci-0000:00:04.0-usb-0:1-usb-0:1.2:1.0"))
        << "seen in the storm of tests/vm";
    EXPECT_FALSE(is_torn("usb-0:1.2:1.0"));
    EXPECT_FALSE(is_torn("pci-0000:00:04.0-usb-0:1.2:1.0"));
    EXPECT_FALSE(is_torn("platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3:1.0"));
    EXPECT_FALSE(is_torn("pci-0000:00:16.3")) << "no USB at all";
    EXPECT_FALSE(is_torn("platform-3f980000.usb")) << "a controller's name, no bus";
    EXPECT_FALSE(is_torn("")) << "unknown";
}

TEST(Describe, GivesEachTtyOfAnInterfaceASlotKeyOfItsOwn)
{
    hotplugd::UdevEvent event;
    event.id_path = "pci-0000:00:14.0-usb-0:1.2:1.0";
    event.port = "0";
    EXPECT_EQ(hotplugd::describe(event).slot_key, "pci-0000:00:14.0-usb-0:1.2:1.0")
        << "as before there were ports";
    event.port = "3";
    EXPECT_EQ(hotplugd::describe(event).slot_key, "pci-0000:00:14.0-usb-0:1.2:1.0-port3");
}

TEST(Describe, CleansEveryText)
{
    hotplugd::UdevEvent event;
    const std::string hostile = "\x1b]0;pwned\x07";
    event.devnode = event.devpath = event.vid = event.pid = event.serial = hostile;
    event.product = event.manufacturer = event.driver = event.interface = hostile;
    event.port.clear();
    const auto device = hotplugd::describe(event);
    for (const auto* text :
         {&device.slot_key, &device.devnode, &device.vid, &device.pid, &device.serial,
          &device.product, &device.manufacturer, &device.driver, &device.interface})
        EXPECT_EQ(*text, "]0;pwned");
}

} // namespace
