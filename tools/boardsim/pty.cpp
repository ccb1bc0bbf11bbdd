#include "boardsim/pty.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace boardsim {
namespace {

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

Pty::Pty(std::filesystem::path path) : path_(std::move(path))
{
    termios raw{};
    ::cfmakeraw(&raw); // before anybody opens it: an echo would come back as input
    raw.c_cflag |= CS8 | CREAD | CLOCAL;
    ::cfsetspeed(&raw, B115200);
    std::array<char, 64> name{};
    if (::openpty(&board_end_, &kept_open_, name.data(), &raw, nullptr) != 0) fail("open a pty");
    tty_ = name.data();
    for (const int descriptor : {board_end_, kept_open_}) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(board_end_, F_SETFL, O_NONBLOCK);
    make_link();
}

void Pty::make_link() const
{
    std::error_code fault;
    if (std::filesystem::exists(std::filesystem::symlink_status(path_, fault)) &&
        !std::filesystem::is_symlink(std::filesystem::symlink_status(path_, fault)))
        throw std::system_error(std::make_error_code(std::errc::file_exists), path_.string());
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path());
    // Beside it and renamed, so that the path never points nowhere.
    auto beside = path_;
    beside += "." + std::to_string(::getpid());
    std::filesystem::create_symlink(tty_, beside);
    std::filesystem::rename(beside, path_);
}

Pty::~Pty()
{
    std::error_code ignored;
    if (std::filesystem::read_symlink(path_, ignored) == tty_)
        std::filesystem::remove(path_, ignored);
    ::close(kept_open_);
    ::close(board_end_);
}

} // namespace boardsim
