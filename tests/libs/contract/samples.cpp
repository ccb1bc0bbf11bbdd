#include "libs/contract/samples.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "contract/board_reports.hpp"
#include "contract/log_fault.hpp"
#include "contract/log_reports.hpp"
#include "contract/log_verbs.hpp"
#include "contract/messages.hpp"
#include "contract/verbs.hpp"

using namespace contract;

namespace {

const std::string usb_key = "platform-3f980000.usb-usb-0:1.1:1.0";
const std::string epoch = "9f86d081884c7d65";
const Stamp state_stamp{"5d41402abc4b2a76", 9};

template<typename T>
Sample sample(const char* golden, const char* type, const T& value)
{
    return {golden, type, to_text(Json(value)),
            [](const Json& json) { return Json(json.get<T>()); }};
}

Time at(const char* text)
{
    return parse_time(text).value();
}

Device device()
{
    Device device;
    device.slot_key = usb_key;
    device.devnode = "/dev/ttyUSB0";
    device.vid = "10c4";
    device.pid = "ea60";
    device.serial = "0001";
    device.product = "CP2102 USB to UART Bridge Controller";
    device.manufacturer = "Silicon Labs";
    device.driver = "cp210x";
    device.interface = "00";
    device.seq = 7;
    device.time = at("2026-11-22T09:00:00.123456Z");
    return device;
}

Slot slot()
{
    Slot slot;
    slot.slot = "ESP32-A";
    slot.label = "ESP32 A";
    slot.slot_key = usb_key;
    slot.tcp_port = 4001;
    slot.state = SlotState::in_use;
    slot.device = device();
    slot.devnode = "/dev/ttyUSB0";
    slot.profile = "esp-bridge";
    slot.lines = {false, false, true, true, false, false};
    slot.client = Client{"192.168.1.7:50123", at("2026-11-22T09:01:00Z"), "rfc2217"};
    slot.observers = 1;
    slot.claim = Claim{"ci-job-7", at("2026-11-22T10:00:00Z"), "192.168.1.7"};
    slot.pid = 812;
    slot.seq = 7;
    slot.last_action = "add";
    slot.last_event = at("2026-11-22T09:00:00.123456Z");
    return slot;
}

Slot flapping()
{
    Slot slot;
    slot.slot = slot.label = "SLOT2";
    slot.slot_key = "/dev/serial0";
    slot.tcp_port = 4002;
    slot.state = SlotState::flapping;
    slot.reason = "6 short-lived connections in 30 s";
    slot.next_try = at("2026-11-22T09:00:10Z");
    slot.devnode = "/dev/serial0";
    slot.profile = "plain";
    slot.settings = {74880, 7, "E", "2", "hardware"};
    slot.lines.dtr = slot.lines.rts = true;
    slot.pid = 812;
    slot.seq = 19;
    slot.last_action = "remove";
    slot.last_event = at("2026-11-22T09:00:00.123456Z");
    slot.last_error = "open /dev/serial0: Input/output error";
    return slot;
}

LogSnapshot log_snapshot()
{
    LogState busy{"ESP32-A",   "CP2102_USB_to_UART_B_0001_ESP32-A_2026-11-22.log",
                  {epoch, 42}, 1044,
                  0,           std::nullopt};
    LogState full{"SLOT2", "",  {},
                  0,       512, "write /var/log/serial/SLOT2.log: No space left on device"};
    return {state_stamp, {busy, full}};
}

Heartbeat heartbeat()
{
    const Json counters{
        {"rx_bytes", 18211}, {"tx_bytes", 96}, {"clients", 1}, {"drops", 0}, {"opens", 1}};
    return {{{"serial/ESP32-A", {epoch, 42}}, {"state", state_stamp}},
            Json{{"slots", {{"ESP32-A", counters}}}}};
}

SlotAssign assign()
{
    SlotAssign wanted;
    wanted.slot_key = usb_key;
    wanted.label = "ESP32 A";
    wanted.tcp_port = 4001;
    wanted.profile = "esp-bridge";
    wanted.baud = 115200;
    return wanted;
}

LogAlert alert()
{
    return {"crash",
            "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
            {"I (5012) app: tick 5", "I (6012) app: tick 6"},
            57,
            epoch};
}

const std::string disk_full =
    "write /var/log/serial/CP2102_USB_to_UART_B_0001_ESP32-A_2026-11-22.log: No space left on "
    "device";
const std::string yesterday = "CP2102_USB_to_UART_B_0001_ESP32-A_2026-11-21.log";

LogListAnswer log_list()
{
    return {{{yesterday, "ESP32-A", "2026-11-21", 48213, 402977, "2026-11-21 00:00:01.004",
              "2026-11-21 23:59:58.120", true, false}},
            yesterday,
            {{"ESP32-A", disk_full}}};
}

LogReadArgs log_read()
{
    LogReadArgs args;
    args.slot = "ESP32-A";
    args.from = "2026-11-21 19:30:00";
    args.to = "2026-11-21 20:00:00";
    return args;
}

LogReadArgs log_read_at()
{
    LogReadArgs args;
    args.file = yesterday;
    args.at = 18211;
    args.max_bytes = 65536;
    return args;
}

LogSearchArgs log_search()
{
    LogSearchArgs args;
    args.pattern = "wifi:.*(disconnected|timeout)";
    args.slot = "ESP32-A";
    args.from = "2026-11-21T18:30:00Z";
    args.ignore_case = true;
    args.context = 1;
    return args;
}

LogSearchAnswer log_search_answer()
{
    LogMatch match{yesterday,
                   "ESP32-A",
                   18211,
                   "2026-11-21 19:32:00.154",
                   "RX",
                   "W (5012) wifi: disconnected, reason 8",
                   {"[2026-11-21 19:31:59.801] [RX] I (4659) app: tick 4"},
                   {"[2026-11-21 19:32:00.190] [RX] I (5048) wifi: retry 1"}};
    return {{match}, 104857600, yesterday + "@18283"};
}

BootReport boot_report()
{
    BootReport boot;
    boot.reason = "rst:0x1 (POWERON)";
    boot.banner = "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)";
    boot.serial_seq = 42;
    boot.serial_epoch = epoch;
    boot.rom = "ESP-ROM:esp32s3-20210327";
    boot.mode = "0x8 (SPI_FAST_FLASH_BOOT)";
    boot.idf_version = "v5.2.1";
    boot.app = "kitchen-lamp";
    boot.app_version = "1.4.2";
    boot.compiled = "Jan 14 2026 10:12:08";
    boot.elf_sha256 = "4f1d0c5a9be77712";
    boot.time = at("2026-11-22T09:00:00.123456Z");
    return boot;
}

AlertReport alert_report()
{
    AlertReport report;
    static_cast<LogAlert&>(report) = alert();
    report.time = at("2026-11-22T09:00:07.123456Z");
    report.dump = {"Backtrace: 0x400d5a39:0x3ffb5c90", "", "Rebooting..."};
    return report;
}

LogReportsArgs log_reports()
{
    LogReportsArgs args;
    args.kind = "alert";
    args.after = 16;
    args.limit = 8;
    args.slot = "ESP32-A";
    args.from = "2026-11-21 19:30:00";
    return args;
}

LogReportsAnswer log_reports_answer()
{
    AlertReport alert;
    alert.rule = "memory";
    alert.text = "E (5012) app: out of memory";
    alert.context = {"I (5011) app: tick 5"};
    alert.serial_seq = 57;
    alert.serial_epoch = epoch;
    alert.time = at("2026-11-22T09:00:07.123456Z");
    return {{{17, "ESP32-A", alert.time, alert}}, 17, true, 21, {{state_stamp.epoch, 16}}};
}

} // namespace

const std::vector<Sample>& samples()
{
    static const std::vector<Sample> all{
        sample("device", "Device", device()),
        sample("slot", "Slot", slot()),
        sample("slot_flapping", "Slot", flapping()),
        sample("slot_removed", "SlotRemoved", SlotRemoved{"ESP32-A"}),
        sample("serial_info", "SerialInfo", SerialInfo{"Baudrate changed to 921600"}),
        sample("log_line", "LogLine", LogLine{"RX", "I (312) app: ready", 42, epoch}),
        sample("log_boot", "LogBoot",
               LogBoot{"rst:0x1 (POWERON_RESET)",
                       "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", 42, epoch}),
        sample("log_alert", "LogAlert", alert()),
        sample("boot_report", "BootReport", boot_report()),
        sample("alert_report", "AlertReport", alert_report()),
        sample("log_fault", "LogFault", LogFault{disk_full}),
        sample("log_fault_over", "LogFault", LogFault{}),
        sample("heartbeat", "Heartbeat", heartbeat()),
        sample("hotplug_snapshot", "HotplugSnapshot", HotplugSnapshot{state_stamp, {device()}}),
        sample("bridge_snapshot", "BridgeSnapshot", BridgeSnapshot{state_stamp, {flapping()}}),
        sample("log_snapshot", "LogSnapshot", log_snapshot()),
        sample("portal_snapshot", "PortalSnapshot", PortalSnapshot{{state_stamp.epoch, 0}, 8080}),
        sample("slot_ref", "SlotRef", SlotRef{"ESP32-A"}),
        sample("slot_assign", "SlotAssign", assign()),
        sample("slot_assigned", "SlotAssigned", SlotAssigned{"ESP32-A", "ESP32 A", usb_key, 4001}),
        sample("device_notify", "DeviceNotify", DeviceNotify{"add", usb_key, "/dev/ttyUSB0"}),
        sample("device_notify_answer", "DeviceNotifyAnswer", DeviceNotifyAnswer{usb_key, 7, true}),
        sample("replay_args", "ReplayArgs",
               ReplayArgs{"ESP32-A", epoch, 42, 18211, 96, 65536, false}),
        sample("replay_answer", "ReplayAnswer", ReplayAnswer{epoch, 61, true, 0, 0}),
        sample("replay_answer_foreign", "ReplayAnswer",
               ReplayAnswer{"2c26b46b68ffc68f", 12, false, std::nullopt, std::nullopt}),
        sample("log_list_args", "LogListArgs", LogListArgs{"ESP32-A", std::nullopt}),
        sample("log_list_answer", "LogListAnswer", log_list()),
        sample("log_read_args", "LogReadArgs", log_read()),
        sample("log_read_args_at", "LogReadArgs", log_read_at()),
        sample("log_read_answer", "LogReadAnswer",
               LogReadAnswer{yesterday, 18211, 402977, yesterday + "@83747", true}),
        sample("log_search_args", "LogSearchArgs", log_search()),
        sample("log_search_answer", "LogSearchAnswer", log_search_answer()),
        sample("log_reports_args", "LogReportsArgs", log_reports()),
        sample("log_reports_answer", "LogReportsAnswer", log_reports_answer()),
        sample("log_delivered", "LogDelivered", LogDelivered{{{state_stamp.epoch, 17}}}),
    };
    return all;
}

std::string golden(const std::string& name)
{
    std::ifstream file(std::string(GOLDEN_DIR) + "/bus/" + name + ".json");
    EXPECT_TRUE(file) << "no golden file " << name;
    return {std::istreambuf_iterator<char>(file), {}};
}
