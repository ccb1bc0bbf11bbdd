#include "daemonkit/lifetime.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace {

/// What systemd would hear.
class NotifySocket {
public:
    NotifySocket() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        const std::string path = folder_ / "notify";
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        // NOLINTNEXTLINE: the socket API is like that
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~NotifySocket()
    {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(socket_);
    }
    std::vector<std::string> heard()
    {
        std::array<char, 1024> buffer;
        for (ssize_t size; (size = ::recv(socket_, buffer.data(), buffer.size(), 0)) > 0;)
            heard_.emplace_back(buffer.data(), static_cast<std::size_t>(size));
        return heard_;
    }
    bool has(const std::string& message)
    {
        const auto all = heard();
        return std::find(all.begin(), all.end(), message) != all.end();
    }

private:
    test::TemporaryFolder folder_;
    int socket_;
    std::vector<std::string> heard_;
};

class LifetimeTest : public testing::Test {
protected:
    LifetimeTest() { spdlog::set_level(spdlog::level::off); }

    /// @return false when it still ran after 20 s
    bool run_until_stopped()
    {
        bool late = false;
        asio::steady_timer deadline{io_, std::chrono::seconds{20}};
        deadline.async_wait([&](const boost::system::error_code& error) {
            if (error) return;
            late = true;
            io_.stop();
        });
        io_.run();
        return !late;
    }
    void soon(std::function<void()> call) { asio::post(io_, std::move(call)); }

    NotifySocket systemd_;
    asio::io_context io_;
    Lifetime lifetime_{io_};
};

} // namespace

TEST_F(LifetimeTest, StopsTheLoopOnSigterm)
{
    soon([] { std::raise(SIGTERM); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_TRUE(systemd_.has("STOPPING=1"));
}

TEST_F(LifetimeTest, StopsTheLoopOnSigint)
{
    soon([] { std::raise(SIGINT); });
    EXPECT_TRUE(run_until_stopped());
}

TEST_F(LifetimeTest, TellsSystemdThatItIsReadyAndHowItIs)
{
    lifetime_.ready();
    lifetime_.status("2 slots\nREADY=0");
    EXPECT_EQ(systemd_.heard(),
              (std::vector<std::string>{"READY=1", "STATUS=2 slots\\x0aREADY=0"}));
}

TEST_F(LifetimeTest, LetsTheDaemonFinishFirst)
{
    bool finished = false;
    lifetime_.on_stop([&](std::function<void()> done) {
        soon([&, done = std::move(done)] {
            finished = true;
            done();
        });
    });
    soon([] { std::raise(SIGTERM); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_TRUE(finished);
}

TEST_F(LifetimeTest, DoesNotWaitForEverForADaemonToFinish)
{
    lifetime_.on_stop([](std::function<void()>) {});
    soon([] { std::raise(SIGTERM); });
    EXPECT_TRUE(run_until_stopped());
}

TEST_F(LifetimeTest, ASecondSignalEndsTheWaiting)
{
    int stops = 0;
    lifetime_.on_stop([&](std::function<void()>) {
        ++stops;
        std::raise(SIGTERM);
    });
    soon([] { std::raise(SIGTERM); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_EQ(stops, 1);
}

TEST_F(LifetimeTest, ReloadsOnSighupAndSaysSo)
{
    int reloads = 0;
    lifetime_.on_reload([&] {
        if (++reloads == 2) return io_.stop();
        soon([] { std::raise(SIGHUP); });
        throw std::runtime_error("slots.json: no"); // and goes on
    });
    soon([] { std::raise(SIGHUP); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_EQ(reloads, 2);
    EXPECT_TRUE(systemd_.heard().front().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_TRUE(systemd_.has("READY=1"));
}

TEST_F(LifetimeTest, ADaemonThatBeginsAgainIsNotSaidToStop)
{
    int checks = 0;
    bool finished = false;
    lifetime_.on_reload_begin_again([&] {
        soon([] { std::raise(SIGHUP); });
        if (++checks == 1) throw std::runtime_error("settings.json: no");
    });
    lifetime_.on_stop([&](const std::function<void()>& done) {
        finished = true;
        done();
    });
    soon([] { std::raise(SIGHUP); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_EQ(checks, 2) << "it goes on when the settings are wrong";
    EXPECT_TRUE(finished);
    EXPECT_TRUE(daemonkit::begins_again());
    EXPECT_FALSE(systemd_.has("STOPPING=1"));
}

TEST_F(LifetimeTest, WhoIsToldToStopDoesNotBeginAgain)
{
    lifetime_.on_reload_begin_again([] {});
    lifetime_.on_stop([&](const std::function<void()>&) { std::raise(SIGTERM); });
    soon([] { std::raise(SIGHUP); });
    EXPECT_TRUE(run_until_stopped());
    EXPECT_FALSE(daemonkit::begins_again());
}

TEST_F(LifetimeTest, FeedsTheWatchdogFromTheLoop)
{
    ::setenv("WATCHDOG_USEC", "20000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    lifetime_.ready();
    int fed = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (fed < 3 && std::chrono::steady_clock::now() < deadline) {
        io_.run_one_for(std::chrono::milliseconds{20});
        const auto all = systemd_.heard();
        fed = static_cast<int>(std::count(all.begin(), all.end(), "WATCHDOG=1"));
    }
    EXPECT_GE(fed, 3);
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
}

TEST_F(LifetimeTest, SurvivesAPeerThatHasGone)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1) << "SIGPIPE would have ended us";
    ::close(ends[1]);
}

} // namespace daemonkit
