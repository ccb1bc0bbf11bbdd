#pragma once

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "libs/serial/pty.hpp"
#include "serial/port.hpp"

namespace test {

/// A Port on a pty, and what it has told.
class PortTest : public testing::Test {
protected:
    serial::PortInterface::Events events()
    {
        return {
            .received =
                [this](std::span<const std::byte> bytes, auto) {
                    received_ += text_of(bytes);
                    largest_read_ = std::max(largest_read_, bytes.size());
                },
            .lost = [this](std::error_code error) { lost_.push_back(error); },
            .writable = [this] { ++writable_; },
            .inputs_changed = [this](const serial::ModemInputs&) { ++inputs_changed_; },
        };
    }

    /// A handler that notes its name, in the order of the calls.
    serial::PortInterface::Handler note(const std::string& name)
    {
        return [this, name](std::error_code error) {
            done_.push_back(error ? name + ": " + error.message() : name);
        };
    }

    std::error_code open(const serial::Settings& settings = {}, serial::LineChange lines = {})
    {
        std::optional<std::error_code> result;
        port_->open(pty_.devnode(), settings, lines,
                    [&](std::error_code error) { result = error; });
        EXPECT_FALSE(result) << "called from inside open()";
        EXPECT_TRUE(run_until(io_, [&] { return result.has_value(); }));
        return result.value_or(std::make_error_code(std::errc::timed_out));
    }

    bool until_done(std::size_t count)
    {
        return run_until(io_, [&] { return done_.size() >= count; });
    }

    Pty pty_;
    asio::io_context io_;
    std::string received_;
    std::size_t largest_read_ = 0;
    std::vector<std::error_code> lost_;
    int writable_ = 0;
    int inputs_changed_ = 0;
    std::vector<std::string> done_;
    std::unique_ptr<serial::Port> port_ = std::make_unique<serial::Port>(io_, events());
};

} // namespace test
