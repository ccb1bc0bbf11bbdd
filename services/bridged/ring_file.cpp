#include "bridged/ring_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bridged {

namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path, int error)
{
    throw std::system_error(error, std::generic_category(),
                            std::string{what} + " " + path.string());
}

/// Needed only until the mapping stands.
class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& path)
        : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640))
    {
        if (fd_ < 0) fail("open", path, errno);
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

void make_size(int fd, off_t size, const std::filesystem::path& path)
{
    struct stat status {};
    if (::fstat(fd, &status) != 0) fail("stat", path, errno);
    if (!S_ISREG(status.st_mode)) fail("open", path, EINVAL);
    if (status.st_size != size && ::ftruncate(fd, 0) != 0) fail("truncate", path, errno);
    int error = EINTR;
    while (error == EINTR) error = ::posix_fallocate(fd, 0, size);
    if (error != 0) fail("allocate", path, error);
}

} // namespace

RingFile::RingFile(const std::filesystem::path& path, std::size_t bytes)
{
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    const Descriptor file{path};
    make_size(file.get(), static_cast<off_t>(bytes), path);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) fail("map", path, errno);
    memory_ = {static_cast<std::byte*>(memory), bytes};
}

RingFile::~RingFile()
{
    ::munmap(memory_.data(), memory_.size());
}

} // namespace bridged
