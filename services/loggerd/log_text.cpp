#include "loggerd/log_text.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace loggerd {
namespace {

class PlainLog : public LogText {
public:
    explicit PlainLog(std::unique_ptr<ReadableFile> file) : file_(std::move(file)) {}

    using LogText::read;
    std::optional<std::uint64_t> size() override { return file_->size(); }
    std::size_t read(std::uint64_t at, std::span<char> into) override
    {
        return file_->read(at, into);
    }
    std::uint64_t disk_bytes() const override { return file_->size(); }

private:
    std::unique_ptr<ReadableFile> file_;
};

std::string reason(int error)
{
    return std::generic_category().message(error);
}

} // namespace

std::string LogText::read(std::uint64_t at, std::size_t most)
{
    std::string text(most, '\0');
    text.resize(read(at, std::span<char>{text}));
    return text;
}

std::unique_ptr<ReadableFile> ReadableFile::open(const std::filesystem::path& path)
{
    // O_NOFOLLOW, and what is no file is refused: a link or a pipe in the folder leads nowhere.
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (opened < 0 && errno == ENOENT) return nullptr;
    if (opened < 0)
        throw ReadingError{contract::ErrorCode::io, "read " + path.string() + ": " + reason(errno)};
    return std::make_unique<ReadableFile>(opened, path.string());
}

ReadableFile::ReadableFile(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name))
{
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) {
        identity_ = status.st_ino;
        return;
    }
    ::close(descriptor_);
    fail("is not a file");
}

ReadableFile::~ReadableFile()
{
    ::close(descriptor_);
}

std::size_t ReadableFile::read(std::uint64_t at, std::span<char> into) const
{
    std::size_t filled = 0;
    // A place that no file has is one behind the end.
    if (at > static_cast<std::uint64_t>(INT64_MAX) - into.size()) return 0;
    while (filled < into.size()) {
        const auto got = ::pread(descriptor_, into.data() + filled, into.size() - filled,
                                 static_cast<off_t>(at + filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(reason(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

std::uint64_t ReadableFile::size() const
{
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(reason(errno));
    return static_cast<std::uint64_t>(status.st_size);
}

void ReadableFile::fail(const std::string& what) const
{
    throw ReadingError{contract::ErrorCode::io, "read " + name_ + ": " + what};
}

std::unique_ptr<LogText> plain_log(std::unique_ptr<ReadableFile> file)
{
    return std::make_unique<PlainLog>(std::move(file));
}

} // namespace loggerd
