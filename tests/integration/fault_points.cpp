// Loaded before libc into loggerd (LD_PRELOAD): kills it at a named point, lets its disk refuse, or
// takes a safeguard out of it. So the program that is tortured is the one that is shipped.
//
//   FAULT_POINT   after which call the process is killed: "log write", "half a log write",
//                 "record write", "record rename", "truncate", "compressed write",
//                 "compressed rename", "log unlink"; "" never
//   FAULT_COUNT   after which such call of this process, from 1
//   FAULT_DISK    a path: while it exists, the disk refuses logs with the error whose number it
//                 contains. Empty, it is ENOSPC, and half of each write is taken before that;
//                 EACCES is for opening only, as a kernel does it
//   FAULT_MUTANT  "no truncate": files are never cut back
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

std::string_view setting(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

template<typename Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

using Open = int(const char*, int, ...);
using Write = ssize_t(int, const void*, size_t);

/// Counts, and does not return from the call that was chosen.
void passed(std::string_view point)
{
    static const std::string chosen{setting("FAULT_POINT")};
    static long left = std::atol(std::string{setting("FAULT_COUNT")}.c_str());
    if (point == chosen && --left == 0) ::kill(::getpid(), SIGKILL);
}

bool is_chosen(std::string_view point)
{
    return setting("FAULT_POINT") == point;
}

/// "log", "compressed", "record" or "".
std::string_view kind_of(std::string_view path)
{
    if (path.ends_with(".log")) return "log";
    if (path.ends_with(".log.zst.new")) return "compressed";
    return path.ends_with(".json.new") ? "record" : "";
}

std::string path_of(int descriptor)
{
    char path[4096];
    const auto link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto size = ::readlink(link.c_str(), path, sizeof path);
    return size <= 0 ? "" : std::string{path, static_cast<std::size_t>(size)};
}

/// The error with which the disk refuses now; 0: it does not.
int refusal(std::string_view kind)
{
    if (kind != "log" && kind != "compressed") return 0;
    const auto name = std::string{setting("FAULT_DISK")};
    if (name.empty()) return 0;
    const int file = next<Open>("open")(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char number[8] = {};
    const auto got = ::read(file, number, sizeof number - 1);
    ::close(file);
    return got > 0 ? std::atoi(number) : ENOSPC;
}

int open_unless_refused(Open* real, const char* path, int flags, mode_t mode)
{
    const int error = (flags & O_CREAT) != 0 ? refusal(kind_of(path)) : 0;
    if (error != EACCES && error != EROFS) return real(path, flags, mode);
    errno = error;
    return -1;
}

mode_t mode_of(int flags, std::va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...)
{
    static auto* const real = next<Open>("open");
    std::va_list arguments;
    va_start(arguments, flags);
    const auto mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_unless_refused(real, path, flags, mode);
}

int open64(const char* path, int flags, ...)
{
    static auto* const real = next<Open>("open64");
    std::va_list arguments;
    va_start(arguments, flags);
    const auto mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_unless_refused(real, path, flags, mode);
}

ssize_t write(int descriptor, const void* data, size_t size)
{
    static auto* const real = next<Write>("write");
    const auto path = path_of(descriptor);
    const auto kind = kind_of(path);
    if (const int error = refusal(kind); error != 0 && error != EACCES) {
        static bool half = false;
        half = error == ENOSPC && !half && size > 1;
        if (half) return real(descriptor, data, size / 2);
        errno = error;
        return -1;
    }
    if (kind == "log" && is_chosen("half a log write") && size > 1) {
        const auto written = real(descriptor, data, size / 2);
        passed("half a log write");
        return written;
    }
    const auto written = real(descriptor, data, size);
    if (!kind.empty()) passed(std::string{kind} + " write");
    return written;
}

int rename(const char* from, const char* to) noexcept
{
    static auto* const real = next<int(const char*, const char*)>("rename");
    const int result = real(from, to);
    if (const auto kind = kind_of(from); !kind.empty()) passed(std::string{kind} + " rename");
    return result;
}

int unlink(const char* path) noexcept
{
    static auto* const real = next<int(const char*)>("unlink");
    const int result = real(path);
    if (kind_of(path) == "log") passed("log unlink");
    return result;
}

int truncate(const char* path, off_t size) noexcept
{
    static auto* const real = next<int(const char*, off_t)>("truncate");
    if (setting("FAULT_MUTANT") == "no truncate") return 0;
    const int result = real(path, size);
    passed("truncate");
    return result;
}
}
