#include "loggerd/report_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loggerd/disk.hpp"

namespace loggerd {
namespace {

constexpr int how = O_RDWR | O_CLOEXEC | O_NOFOLLOW;

[[noreturn]] void fail(const char* attempt, const std::filesystem::path& path, int error = errno)
{
    throw DiskError{error, std::generic_category(), std::string{attempt} + " " + path.string()};
}

} // namespace

bool ReportFile::open_if_there()
{
    if (!file_) file_ = daemonkit::Descriptor{::open(path_.c_str(), how)};
    if (!file_ && errno != ENOENT) fail("open", path_);
    return static_cast<bool>(file_);
}

std::string ReportFile::whole()
{
    if (!open_if_there()) return {};
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) fail("look at", path_);
    return read(0, static_cast<std::size_t>(status.st_size));
}

void ReportFile::write(std::uint64_t at, std::string_view text)
{
    if (!open_if_there()) {
        std::error_code error;
        std::filesystem::create_directories(path_.parent_path(), error);
        if (error) fail("make folder", path_.parent_path(), error.value());
        file_ = daemonkit::Descriptor{::open(path_.c_str(), how | O_CREAT, 0640)};
        if (!file_) fail("open", path_);
    }
    while (!text.empty()) {
        const auto written =
            ::pwrite(file_.get(), text.data(), text.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail("write", path_, written == 0 ? EIO : errno);
        text.remove_prefix(static_cast<std::size_t>(written));
        at += static_cast<std::uint64_t>(written);
    }
}

void ReportFile::cut(std::uint64_t size)
{
    struct stat status {};
    if (!open_if_there()) return;
    if (::fstat(file_.get(), &status) != 0) fail("look at", path_);
    if (static_cast<std::uint64_t>(status.st_size) <= size) return;
    if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) fail("shorten", path_);
}

std::string ReportFile::read(std::uint64_t at, std::size_t size)
{
    if (!open_if_there()) fail("open", path_, ENOENT);
    std::string text(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const auto count =
            ::pread(file_.get(), text.data() + got, size - got, static_cast<off_t>(at + got));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("read", path_, count == 0 ? EIO : errno);
        got += static_cast<std::size_t>(count);
    }
    return text;
}

void ReportFile::rename(const std::filesystem::path& path)
{
    if (::rename(path_.c_str(), path.c_str()) != 0 && errno != ENOENT) fail("rename", path_);
    path_ = path;
}

} // namespace loggerd
