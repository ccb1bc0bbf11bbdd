// Loaded before libc into loggerd (LD_PRELOAD): kills it at a named point, fills its disk, or takes
// a safeguard out of it. So the program that is tortured is the one that is shipped.
//
//   FAULT_POINT   after which call the process is killed: "log write", "half a log write", "record
//   write",
//                 "record rename", "truncate"; "" never
//   FAULT_COUNT   after which such call of this process, from 1
//   FAULT_FULL    a path: while it exists, the disk takes half of each write to a log, and then
//   ENOSPC FAULT_MUTANT  "no truncate": files are never cut back
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dlfcn.h>
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

/// What a descriptor leads to: "log", "record" or "".
std::string_view kind_of(int descriptor)
{
    char path[4096];
    const auto link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto size = ::readlink(link.c_str(), path, sizeof path);
    if (size <= 0) return "";
    const std::string_view target{path, static_cast<std::size_t>(size)};
    if (target.ends_with(".log")) return "log";
    return target.ends_with(".json.new") ? "record" : "";
}

} // namespace

extern "C" {

ssize_t write(int descriptor, const void* data, size_t size)
{
    static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
    const auto kind = kind_of(descriptor);
    if (kind == "log" && ::access(std::getenv("FAULT_FULL"), F_OK) == 0) {
        static bool half = false;
        half = !half && size > 1;
        if (half) return real(descriptor, data, size / 2);
        errno = ENOSPC;
        return -1;
    }
    if (kind == "log" && is_chosen("half a log write") && size > 1) {
        const auto written = real(descriptor, data, size / 2);
        passed("half a log write");
        return written;
    }
    const auto written = real(descriptor, data, size);
    if (kind == "log") passed("log write");
    if (kind == "record") passed("record write");
    return written;
}

int rename(const char* from, const char* to) noexcept
{
    static auto* const real = next<int(const char*, const char*)>("rename");
    const int result = real(from, to);
    if (std::string_view{from}.ends_with(".json.new")) passed("record rename");
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
