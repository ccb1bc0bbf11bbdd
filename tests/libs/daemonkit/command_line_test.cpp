#include "daemonkit/command_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace {

class CommandLine : public testing::Test {
protected:
    CommandLine()
    {
        ::unsetenv("RFC2217_CONFIG");
        ::unsetenv("JOURNAL_STREAM");
    }
    ~CommandLine() override { ::unsetenv("RFC2217_CONFIG"); }

    int run_with(std::vector<std::string> words)
    {
        words.insert(words.begin(), "hotplugd");
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = run(
            static_cast<int>(argv.size()), argv.data(), "hotplugd", "Says what is plugged in.",
            [this](const Arguments& arguments) { body(arguments); }, more_options_);
        out_ = testing::internal::GetCapturedStdout();
        error_ = testing::internal::GetCapturedStderr();
        return code;
    }
    void body(const Arguments& arguments)
    {
        seen_ = arguments;
        if (fail_) fail_();
    }

    test::TemporaryFolder folder_;
    std::vector<Option> more_options_;
    std::function<void()> fail_;
    std::optional<Arguments> seen_;
    std::string out_, error_;
};

} // namespace

TEST_F(CommandLine, HasThePathsOfAnInstalledSystemAsDefaults)
{
    EXPECT_EQ(run_with({"--settings", folder_ / "none.json"}), exit_ok);
    ASSERT_TRUE(seen_);
    EXPECT_EQ(seen_->slots_file, "/etc/rfc2217/slots.json");
    EXPECT_EQ(seen_->runtime_dir, "/run/rfc2217");
    EXPECT_EQ(seen_->state_dir, "/var/lib/rfc2217");
    EXPECT_EQ(seen_->log_level, "info");
    EXPECT_FALSE(seen_->check_config);
}

TEST_F(CommandLine, TakesSlotsFromTheEnvironmentUnlessToldOtherwise)
{
    ::setenv("RFC2217_CONFIG", "/from/environment.json", 1);
    run_with({});
    EXPECT_EQ(seen_->slots_file, "/from/environment.json");
    run_with({"--slots", "/from/option.json"});
    EXPECT_EQ(seen_->slots_file, "/from/option.json");
}

TEST_F(CommandLine, SaysItsVersionAndOptions)
{
    EXPECT_EQ(run_with({"--version"}), exit_ok);
    EXPECT_EQ(out_, "hotplugd (rfc2217) " + version().substr(8) + "\n");
    EXPECT_EQ(version().substr(0, 8), "rfc2217 ");

    EXPECT_EQ(run_with({"--help"}), exit_ok);
    EXPECT_NE(out_.find("Says what is plugged in."), std::string::npos);
    EXPECT_NE(out_.find("--check-config"), std::string::npos);
    EXPECT_FALSE(seen_) << "nothing was started";
}

TEST_F(CommandLine, EndsAWrongUsageWithOneLine)
{
    EXPECT_EQ(run_with({"--colour"}), exit_usage);
    EXPECT_TRUE(error_.starts_with("hotplugd: ")) << error_;
    EXPECT_EQ(std::count(error_.begin(), error_.end(), '\n'), 1) << error_;
    EXPECT_EQ(run_with({"--log-level", "loud"}), exit_usage);
    EXPECT_EQ(std::count(error_.begin(), error_.end(), '\n'), 1) << error_;
    EXPECT_FALSE(seen_);
}

TEST_F(CommandLine, EndsAWrongConfigurationWith78)
{
    std::ofstream{folder_ / "settings.json"} << R"({"bride": {}})";
    EXPECT_EQ(run_with({"--settings", folder_ / "settings.json"}), exit_config);
    EXPECT_NE(error_.find("settings.json: bride: unknown section"), std::string::npos) << error_;
    EXPECT_FALSE(seen_);

    fail_ = [] { throw contract::BadMessage("slots.json: no"); };
    EXPECT_EQ(run_with({}), exit_config);
    EXPECT_EQ(error_, "hotplugd: slots.json: no\n");
}

TEST_F(CommandLine, EndsAFaultWith1)
{
    fail_ = [] { throw std::runtime_error("port 4001\x1b is taken"); };
    EXPECT_EQ(run_with({}), exit_fault);
    EXPECT_EQ(error_, "hotplugd: port 4001\\x1b is taken\n");
}

TEST_F(CommandLine, SaysThatACheckedConfigurationIsFine)
{
    EXPECT_EQ(run_with({"--check-config"}), exit_ok);
    EXPECT_TRUE(seen_->check_config);
    EXPECT_EQ(out_, "hotplugd: configuration is fine\n");

    fail_ = [] { throw contract::BadMessage("slots.json: no"); };
    EXPECT_EQ(run_with({"--check-config"}), exit_config);
    EXPECT_EQ(out_, "");
}

TEST_F(CommandLine, TellsOfSettingsThatWereAskedForAndAreNotThere)
{
    EXPECT_EQ(run_with({"--settings", folder_ / "none.json"}), exit_ok);
    EXPECT_NE(error_.find("none.json"), std::string::npos) << error_;
}

TEST_F(CommandLine, TakesOptionsOfOneDaemon)
{
    std::optional<std::uint16_t> port;
    std::optional<std::string> bind, unsaid;
    more_options_ = {
        {"--http-port", &port, "port"}, {"--bind", &bind, "address"}, {"--dir", &unsaid, ""}};
    EXPECT_EQ(run_with({"--http-port", "8081", "--bind", "127.0.0.2"}), exit_ok);
    EXPECT_EQ(port, 8081);
    EXPECT_EQ(bind, "127.0.0.2");
    EXPECT_FALSE(unsaid);
    EXPECT_EQ(run_with({"--http-port", "65536"}), exit_usage);
    EXPECT_NE(error_.find("65536"), std::string::npos) << error_;
}

} // namespace daemonkit
