#include "daemonkit/instance_lock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/descriptor.hpp"

namespace daemonkit {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* verb, const fs::path& path, int error)
{
    throw std::system_error(error, std::generic_category(), verb + (" " + path.string()));
}

/// For the daemons of a group, like the folder that tmpfiles makes; parents are ordinary.
void make_folder(const fs::path& folder)
{
    std::error_code error;
    const fs::path parent = fs::absolute(folder).parent_path();
    fs::create_directories(parent, error);
    if (error) fail("make", parent, error.value());
    if (::mkdir(folder.c_str(), 0770) != 0 && errno != EEXIST) fail("make", folder, errno);
    if (!fs::is_directory(folder)) fail("use", folder, ENOTDIR);
}

/// Two steps in place of O_CREAT alone: with fs.protected_regular, O_CREAT on a file of another
/// account in a sticky folder is refused, even to root.
Descriptor open_or_create(const fs::path& file)
{
    static constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (Descriptor found{::open(file.c_str(), flags)}) return found;
        if (errno != ENOENT) break;
        if (Descriptor made{::open(file.c_str(), flags | O_CREAT | O_EXCL, 0640)}) return made;
        if (errno != EEXIST) break;
    }
    fail("open", file, errno);
}

std::string holder(int descriptor)
{
    std::array<char, 16> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
    long pid = 0;
    if (size <= 0 || std::from_chars(text.data(), text.data() + size, pid).ec != std::errc{})
        return "";
    return " (pid " + std::to_string(pid) + ")";
}

} // namespace

InstanceLock::InstanceLock(const fs::path& runtime_dir, const std::string& daemon)
{
    make_folder(runtime_dir);
    const fs::path file = runtime_dir / (daemon + ".lock");
    Descriptor lock = open_or_create(file);

    struct stat status = {};
    if (::fstat(lock.get(), &status) != 0) fail("stat", file, errno);
    // Something else at this path would be emptied below.
    if (!S_ISREG(status.st_mode) || status.st_nlink > 1) fail("lock", file, EINVAL);

    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) fail("lock", file, errno);
        throw std::runtime_error(daemon + " runs already" + holder(lock.get()) + " in " +
                                 runtime_dir.string());
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock.get(), 0) != 0 ||
        ::pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
        fail("write", file, errno);
    descriptor_ = lock.release();
}

// The file stays: unlinking it would let a third daemon lock a new one beside the second's.
InstanceLock::~InstanceLock()
{
    ::close(descriptor_);
}

} // namespace daemonkit
