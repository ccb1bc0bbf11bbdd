#include "daemonkit/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/descriptor.hpp"

namespace daemonkit {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* verb, const fs::path& file, int error)
{
    throw std::system_error(error, std::generic_category(), verb + (" " + file.string()));
}

void write_all(int descriptor, std::string_view content, const fs::path& file)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", file, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A file of a name of its own beside the real one, gone again unless it was renamed.
class TemporaryFile {
public:
    explicit TemporaryFile(const fs::path& target)
    {
        const std::string stem = "." + target.filename().string() + "." + std::to_string(getpid());
        // A number per attempt: a crash may have left one behind. O_EXCL follows no link.
        for (int attempt = 0; attempt < 100 && !descriptor_; ++attempt) {
            path_ = target.parent_path() / (stem + "." + std::to_string(attempt));
            descriptor_ =
                Descriptor{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
            if (!descriptor_ && errno != EEXIST) break;
        }
        if (!descriptor_) fail("write", target, errno);
    }
    ~TemporaryFile()
    {
        if (!renamed_) ::unlink(path_.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    int descriptor() const { return descriptor_.get(); }

    void rename_to(const fs::path& target)
    {
        if (::rename(path_.c_str(), target.c_str()) != 0) fail("write", target, errno);
        renamed_ = true;
    }

private:
    fs::path path_;
    Descriptor descriptor_;
    bool renamed_ = false;
};

/// chown first: it takes set-id bits away.
void keep_owner_and_mode(int descriptor, const struct stat& old)
{
    if (::fchown(descriptor, old.st_uid, old.st_gid) != 0 &&
        ::fchown(descriptor, static_cast<uid_t>(-1), old.st_gid) != 0) {
        // Not permitted: the file is ours from now on.
    }
    if (::fchmod(descriptor, old.st_mode & 07777) != 0) {
        // A file system without modes.
    }
}

fs::path without_links(const fs::path& file)
{
    std::error_code error;
    if (!fs::is_symlink(file, error)) return fs::absolute(file);
    const fs::path target = fs::weakly_canonical(file, error);
    if (error) fail("write", file, error.value());
    return target;
}

} // namespace

Descriptor open_to_read(const fs::path& file)
{
    // O_NONBLOCK: a FIFO at the path of a configuration must not stop a daemon.
    Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!descriptor) fail("read", file, errno);
    return descriptor;
}

std::string read_file(const fs::path& file, std::size_t most_bytes)
{
    return read_file(open_to_read(file), file, most_bytes);
}

std::string read_file(const Descriptor& opened, const fs::path& file, std::size_t most_bytes)
{
    std::string content;
    std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t count = ::read(opened.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("read", file, errno);
        if (count == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(count));
        if (content.size() > most_bytes) fail("read", file, EFBIG);
    }
}

void write_file_atomically(const fs::path& file, std::string_view content)
{
    const fs::path target = without_links(file);
    TemporaryFile temporary{target};
    write_all(temporary.descriptor(), content, file);
    struct stat old = {};
    if (::stat(target.c_str(), &old) == 0) keep_owner_and_mode(temporary.descriptor(), old);
    if (::fsync(temporary.descriptor()) != 0) fail("write", file, errno);
    temporary.rename_to(target);

    const Descriptor folder{
        ::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    // EINVAL: a file system that cannot sync folders. A folder that may be written but not
    // read cannot be synced either; the rename is done all the same.
    if (folder && ::fsync(folder.get()) != 0 && errno != EINVAL) fail("write", file, errno);
}

} // namespace daemonkit
