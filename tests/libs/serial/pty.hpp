#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "loop/asio.hpp"

namespace test {

/// The master side of a pty plays the board; devnode() is the tty.
class Pty {
public:
    Pty() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC))
    {
        if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0)
            throw std::runtime_error("no pty");
        devnode_ = ::ptsname(master_);
    }
    ~Pty() { unplug(); }
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;

    const std::string& devnode() const { return devnode_; }
    int master() const { return master_; }

    void unplug()
    {
        if (master_ >= 0) ::close(master_);
        master_ = -1;
    }

    /// As much as the kernel takes now.
    std::size_t say(std::string_view bytes) const
    {
        const ssize_t count = ::write(master_, bytes.data(), bytes.size());
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    /// What has come from the tty so far.
    std::string hear() const
    {
        std::string heard(64 * 1024, '\0');
        const ssize_t count = ::read(master_, heard.data(), heard.size());
        heard.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return heard;
    }

private:
    int master_;
    std::string devnode_;
};

/// Runs the loop until the condition holds; false after 20 s, which a busy machine may need.
template<typename Condition>
bool run_until(asio::io_context& io, Condition condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    io.restart();
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        io.restart();
        io.run_one_for(std::chrono::milliseconds{5});
    }
    return true;
}

inline std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

inline std::string text_of(std::span<const std::byte> bytes)
{
    std::string text(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), text.begin(),
                   [](std::byte byte) { return static_cast<char>(byte); });
    return text;
}

} // namespace test
