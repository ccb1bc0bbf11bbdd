#include "hotplugd/static_ttys.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "contract/json.hpp"
#include "services/hotplugd/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using hotplugd_tests::write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Both ends of a pty; closing it takes the tty away.
class Pty {
public:
    Pty() : descriptor_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    {
        if (descriptor_ < 0 || grantpt(descriptor_) != 0 || unlockpt(descriptor_) != 0)
            throw std::runtime_error("no pty to be had");
    }
    ~Pty() { ::close(descriptor_); }
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;
    std::string path() const { return ptsname(descriptor_); }

private:
    int descriptor_;
};

class StaticTtysTest : public testing::Test {
protected:
    void SetUp() override
    {
        logger_before_ = spdlog::default_logger();
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
    }
    void TearDown() override { spdlog::set_default_logger(logger_before_); }

    void name(const std::vector<fs::path>& devnodes)
    {
        auto slots = contract::Json::array();
        int port = 4001;
        for (const auto& devnode : devnodes) {
            slots.push_back({{"label", "S" + std::to_string(port)},
                             {"devnode", devnode.string()},
                             {"tcp_port", port}});
            ++port;
        }
        write(slots_file, contract::to_text({{"slots", slots}}));
    }
    /// Runs the loop until it is so; fails after 20 s.
    void wait_until(const std::string& what, const std::function<bool()>& is_so)
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!is_so() && std::chrono::steady_clock::now() < deadline)
            io.run_one_for(std::chrono::milliseconds{100});
        ASSERT_TRUE(is_so()) << what;
    }
    /// Present ones, as of the last change.
    std::vector<std::string> present() const
    {
        std::vector<std::string> paths;
        if (changes.empty()) return paths;
        for (const auto& tty : changes.back())
            if (!tty.node.empty()) paths.push_back(tty.path);
        return paths;
    }
    bool is_present(const fs::path& path) const
    {
        const auto now = present();
        return std::ranges::find(now, path.string()) != now.end();
    }

    std::ostringstream log;
    std::shared_ptr<spdlog::logger> logger_before_;
    hotplugd_tests::TemporaryFolder folder;
    fs::path slots_file = folder / "slots.json";
    fs::path board = folder / "sim-a";
    asio::io_context io{1};
    std::vector<std::vector<hotplugd::StaticTty>> changes;
    hotplugd::StaticTtys ttys{io, slots_file, [this](const auto& now) { changes.push_back(now); }};
};

TEST_F(StaticTtysTest, APathIsPresentWhileItLeadsToATty)
{
    const Pty pty;
    name({board});
    ttys.start();
    EXPECT_THAT(present(), IsEmpty());

    fs::create_symlink(pty.path(), board);
    wait_until("the symlink is seen", [&] { return is_present(board); });
    EXPECT_EQ(changes.back().at(0).node, pty.path());

    fs::remove(board);
    wait_until("its removal is seen", [&] { return !is_present(board); });

    fs::create_symlink(pty.path(), board);
    wait_until("it is seen again", [&] { return is_present(board); });
}

TEST_F(StaticTtysTest, ATtyThatGoesTakesItsSymlinkWithIt)
{
    auto pty = std::make_unique<Pty>();
    fs::create_symlink(pty->path(), board);
    name({board});
    ttys.start();
    EXPECT_THAT(present(), ElementsAre(board.string()));

    pty.reset();
    wait_until("the symlink leads nowhere", [&] { return !is_present(board); });
}

TEST_F(StaticTtysTest, ASymlinkThatIsTurnedLeadsToAnotherTty)
{
    const Pty one;
    const Pty two;
    fs::create_symlink(one.path(), board);
    name({board});
    ttys.start();
    const auto before = changes.back().at(0);

    fs::create_symlink(two.path(), folder / "new");
    fs::rename(folder / "new", board);
    wait_until("it leads to the other", [&] { return changes.back().at(0).node == two.path(); });
    EXPECT_NE(changes.back().at(0).identity, before.identity);
}

TEST_F(StaticTtysTest, ASymlinkThatIsMadeAgainCountsAsAnotherTty)
{
    const Pty pty;
    fs::create_symlink(pty.path(), board);
    name({board});
    ttys.start();
    const auto before = changes.back().at(0);

    fs::create_symlink(pty.path(), folder / "new");
    fs::rename(folder / "new", board);
    wait_until("another identity",
               [&] { return changes.back().at(0).identity != before.identity; });
    EXPECT_EQ(changes.back().at(0).node, before.node);
}

TEST_F(StaticTtysTest, FoldersMayComeLaterAndSymlinksMayBeFoldersToo)
{
    const auto path = folder / "var/dev/sim-a";
    name({path});
    ttys.start();

    fs::create_directories(folder / "real/dev");
    fs::create_symlink("/dev/null", folder / "real/dev/sim-a");
    fs::create_directory_symlink("real", folder / "var");
    wait_until("it is there at last", [&] { return is_present(path); });

    fs::rename(folder / "real", folder / "elsewhere");
    wait_until("a parent went", [&] { return !is_present(path); });
}

TEST_F(StaticTtysTest, WhatIsNoTtyIsAbsentAndSaidOnce)
{
    write(board, "a file");
    name({board});
    ttys.start();
    ttys.check();
    EXPECT_THAT(present(), IsEmpty());
    const auto warning = board.string() + " is no character device";
    EXPECT_THAT(log.str(), HasSubstr(warning));
    EXPECT_EQ(log.str().find(warning), log.str().rfind(warning));
}

TEST_F(StaticTtysTest, ALoopOfSymlinksIsAbsent)
{
    fs::create_symlink(board, folder / "back");
    fs::create_symlink(folder / "back", board);
    name({board});
    ttys.start();
    EXPECT_THAT(present(), IsEmpty());
}

TEST_F(StaticTtysTest, FollowsSlotsJson)
{
    ttys.start(); // the file is absent: fine
    EXPECT_THAT(log.str(), IsEmpty());

    name({"/dev/null"});
    wait_until("one is named", [&] { return is_present("/dev/null"); });

    name({"/dev/null", "/dev/zero"});
    wait_until("written in place", [&] { return is_present("/dev/zero"); });

    hotplugd_tests::write(folder / "new.json", R"({"slots": []})");
    fs::rename(folder / "new.json", slots_file);
    wait_until("replaced by one that names none", [&] { return changes.back().empty(); });
}

TEST_F(StaticTtysTest, ABadSlotsJsonKeepsWhatWasKnownAndSaysWhy)
{
    name({"/dev/null"});
    ttys.start();
    write(slots_file, R"({"slots": [{"label": "A", "tcp_port": 80}]})");
    wait_until("the fault is logged",
               [&] { return log.str().find("slots.json") != std::string::npos; });
    EXPECT_THAT(log.str(), HasSubstr("the static ttys known so far stay"));
    EXPECT_THAT(present(), ElementsAre("/dev/null"));

    write(slots_file, R"({"slots": []})");
    wait_until("mended", [&] { return changes.back().empty(); });
}

TEST_F(StaticTtysTest, CheckSeesAtOnceWhatInotifyHasNotToldYet)
{
    name({board});
    ttys.start();
    fs::create_symlink("/dev/null", board);
    ttys.check();
    EXPECT_THAT(present(), ElementsAre(board.string()));
}

TEST(StaticTtysConfig, DevnodesInThrowsWhatIsWrong)
{
    const hotplugd_tests::TemporaryFolder folder;
    EXPECT_THAT(hotplugd::StaticTtys::devnodes_in(folder / "slots.json"), IsEmpty());
    write(folder / "slots.json", "{");
    EXPECT_THROW(hotplugd::StaticTtys::devnodes_in(folder / "slots.json"), contract::BadMessage);
}

} // namespace
