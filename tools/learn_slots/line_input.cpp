#include "learn_slots/line_input.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace learn_slots {
namespace {

constexpr std::size_t most_line_bytes = 1000;
constexpr std::size_t most_lines = 1000; // then what comes waits in the pipe

int new_epoll()
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) throw std::system_error(errno, std::generic_category(), "epoll");
    return epoll;
}

} // namespace

LineInput::LineInput(asio::io_context& io, int descriptor, std::function<void()> on_change)
    : descriptor_(descriptor), on_change_(std::move(on_change)), ready_(io, new_epoll())
{
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    has_events_ = ::epoll_ctl(ready_.native_handle(), EPOLL_CTL_ADD, descriptor_, &wanted) == 0;
    wait();
}

std::optional<std::string> LineInput::take()
{
    if (lines_.empty()) return std::nullopt;
    auto line = std::move(lines_.front());
    lines_.pop_front();
    wait();
    return line;
}

void LineInput::drop()
{
    lines_.clear();
    wait();
}

bool LineInput::is_terminal() const
{
    return ::isatty(descriptor_) == 1;
}

void LineInput::wait()
{
    if (waiting_ || ended_ || lines_.size() >= most_lines) return;
    waiting_ = true;
    if (!has_events_) {
        asio::post(ready_.get_executor(), [this] { read(); });
        return;
    }
    ready_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [this](const boost::system::error_code& fault) {
                          if (!fault) read();
                      });
}

void LineInput::read()
{
    waiting_ = false;
    std::array<char, 4096> bytes;
    const auto size = ::read(descriptor_, bytes.data(), bytes.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return wait();
    if (size <= 0) {
        if (!line_.empty()) add('\n');
        ended_ = true;
    } else {
        for (const char byte : std::string_view(bytes.data(), static_cast<std::size_t>(size)))
            add(byte);
    }
    wait();
    on_change_();
}

void LineInput::add(char byte)
{
    if (byte == '\n')
        lines_.push_back(std::exchange(line_, {}));
    else if (line_.size() < most_line_bytes)
        line_ += byte;
}

} // namespace learn_slots
