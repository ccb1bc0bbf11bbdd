#include "daemonkit/log.hpp"

#include <cstdlib>
#include <functional>
#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/json.hpp"
#include "daemonkit/journal_sink.hpp"

namespace daemonkit {

namespace {

class LogTest : public testing::Test {
protected:
    LogTest() { ::unsetenv("JOURNAL_STREAM"); }
    ~LogTest() override { spdlog::set_level(spdlog::level::off); }

    static std::string lines_of(const std::function<void()>& call)
    {
        testing::internal::CaptureStderr();
        call();
        return testing::internal::GetCapturedStderr();
    }
};

} // namespace

TEST_F(LogTest, WritesALineForPeopleWithoutColoursToAFile)
{
    const auto lines = lines_of([] {
        init_logging("bridged", "info");
        spdlog::warn("low on {}", "disk");
    });
    EXPECT_TRUE(
        std::regex_match(lines, std::regex{R"(\d\d:\d\d:\d\d bridged warning low on disk\n)"}))
        << lines;
}

TEST_F(LogTest, PutsTheSlotFirst)
{
    const auto lines = lines_of([] {
        init_logging("bridged", "info");
        slot_log("ESP32-A")->info("client in");
    });
    EXPECT_TRUE(lines.ends_with(" bridged info [ESP32-A] client in\n")) << lines;
}

TEST_F(LogTest, EscapesWhatABoardMayHaveSaid)
{
    const auto lines = lines_of([] {
        init_logging("bridged", "info");
        spdlog::info("product {}", "x\x1b[31m\ny");
    });
    EXPECT_TRUE(lines.ends_with(" bridged info product x\\x1b[31m\\x0ay\n")) << lines;
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLevel)
{
    EXPECT_EQ(lines_of([] {
                  init_logging("bridged", "error");
                  spdlog::warn("not said");
                  slot_log("A")->info("nor this");
              }),
              "");
}

TEST_F(LogTest, RefusesALevelThatDoesNotExist)
{
    EXPECT_THROW(init_logging("bridged", "loud"), contract::BadMessage);
    EXPECT_NO_THROW(init_logging("bridged", "off"));
}

TEST_F(LogTest, NamesSlotAndTtyToTheJournal)
{
    const auto fields = [](const std::string& logger) {
        return journal_fields({logger, spdlog::level::warn, "gone\n"});
    };
    using testing::ElementsAre;
    EXPECT_THAT(fields("bridged"), ElementsAre("MESSAGE=gone\\x0a", "PRIORITY=4"));
    EXPECT_THAT(fields(slot_log("A")->name()),
                ElementsAre("MESSAGE=[A] gone\\x0a", "PRIORITY=4", "SLOT=A"));
    EXPECT_THAT(
        fields(slot_log("A", "/dev/ttyUSB0")->name()),
        ElementsAre("MESSAGE=[A] gone\\x0a", "PRIORITY=4", "SLOT=A", "DEVNODE=/dev/ttyUSB0"));
    EXPECT_THAT(fields(slot_log({}, "/dev/ttyUSB0")->name()),
                ElementsAre("MESSAGE=gone\\x0a", "PRIORITY=4", "DEVNODE=/dev/ttyUSB0"));
}

TEST(JournalStream, IsOnlyTheOneThatSystemdNamed)
{
    struct stat status = {};
    ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
    const auto name = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    EXPECT_TRUE(is_journal_stream(STDERR_FILENO, name.c_str()));
    EXPECT_FALSE(is_journal_stream(STDERR_FILENO, (name + "1").c_str())) << "redirected since";
    EXPECT_FALSE(is_journal_stream(STDERR_FILENO, nullptr));
    EXPECT_FALSE(is_journal_stream(-1, name.c_str()));
}

} // namespace daemonkit
