#include "daemonkit/settings.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace {

std::string refusal(std::string_view text)
{
    return test::error_of([&] { Settings::parse(text, "settings.json"); });
}

} // namespace

TEST(Settings, ThatAreAbsentGiveAllDefaults)
{
    const test::TemporaryFolder folder;
    const auto settings = Settings::read(folder / "none.json");
    EXPECT_EQ(settings.section("bridge").number_or<int>("history_bytes", 7), 7);
    EXPECT_EQ(Settings{}.section("log").string("dir", "here"), "here");
}

TEST(Settings, GiveTheMembersOfASection)
{
    const test::TemporaryFolder folder;
    std::ofstream{folder / "settings.json"} << R"({"_note": "mine", "bridge": {"away_grace": 9}})";
    const auto settings = Settings::read(folder / "settings.json");
    EXPECT_EQ(settings.section("bridge").number<int>("away_grace"), 9);
    EXPECT_FALSE(settings.section("log").has("away_grace"));
}

TEST(Settings, OfAStrangerInSomebodyElsesFolderAreRefused)
{
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make a file of somebody else";
    const test::TemporaryFolder folder;
    const auto file = folder / "settings.json";
    std::ofstream{file} << "{}";
    ASSERT_EQ(::chown(file.c_str(), 4711, 4711), 0);
    EXPECT_EQ(test::error_of([&] { Settings::read(file); }),
              file.string() +
                  ": is owned by user 4711, who is neither root nor this daemon's nor its "
                  "folder's: look at it, then chown root " +
                  file.string());
    ASSERT_EQ(::chown(folder.path().c_str(), 4711, 4711), 0);
    EXPECT_NO_THROW(Settings::read(file)) << "whose folder it is could put any file there";
}

TEST(Settings, NameFileSectionAndKeyInErrors)
{
    const auto settings = Settings::parse(R"({"bridge": {"away_grace": "long"}})", "settings.json");
    const auto error =
        test::error_of([&] { settings.section("bridge").number<int>("away_grace"); });
    EXPECT_TRUE(error.starts_with("settings.json: bridge: away_grace: ")) << error;
}

TEST(Settings, RefuseASectionThatNoDaemonKnows)
{
    EXPECT_EQ(
        refusal(R"({"bridge": {}, "bride": {}})"),
        "settings.json: bride: unknown section; there are access, alerts, bus, hotplug, bridge, "
        "log, portal");
}

TEST(Settings, RefuseWhatIsNoObject)
{
    EXPECT_EQ(refusal("[]"), "settings.json: must be an object");
    EXPECT_EQ(refusal(R"({"bus": 5})"), "settings.json: bus: must be an object");
    EXPECT_TRUE(refusal("{").starts_with("settings.json")) << refusal("{");
}

TEST(Settings, ThatCannotBeReadAreNoDefaults)
{
    const test::TemporaryFolder folder;
    EXPECT_EQ(test::error_of([&] { Settings::read(folder.path()); }),
              "read " + folder.path().string() + ": Is a directory");
}

} // namespace daemonkit
