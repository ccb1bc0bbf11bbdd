#include "ctl/process_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t most_text_bytes = 200;

/// At most 4096 bytes of a file of /proc; "" when the process has gone.
std::string text_of(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    std::string text(4096, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

/// What stands behind "name" at the beginning of a line.
std::string field(const std::string& text, const std::string& name)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name)) return line.substr(name.size());
    return {};
}

std::string user_of(const std::string& status)
{
    std::istringstream numbers{field(status, "Uid:")};
    uid_t real = 0, effective = 0;
    if (!(numbers >> real >> effective)) return {};
    const auto* entry = ::getpwuid(effective);
    return entry != nullptr ? entry->pw_name : std::to_string(effective);
}

/// "ModemManager.service" of "0::/system.slice/ModemManager.service"; a service of the system
/// only, those of a user's own manager are not systemctl's to stop.
std::string unit_of(const std::string& cgroups)
{
    std::istringstream lines{cgroups};
    for (std::string line; std::getline(lines, line);) {
        const auto path = line.substr(std::min(line.rfind(':') + 1, line.size()));
        if (!path.starts_with("/system.slice/")) continue;
        std::istringstream parts{path};
        for (std::string part; std::getline(parts, part, '/');)
            if (part.ends_with(".service")) return part;
    }
    return {};
}

std::string printable(std::string text)
{
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
    std::ranges::replace(text, '\0', ' ');
    if (text.size() > most_text_bytes) text = text.substr(0, most_text_bytes) + "…";
    return daemonkit::escape_control_bytes(text);
}

/// The descriptor is open, and not just a name for the file (O_PATH), as udevd and systemd hold.
bool is_open(const fs::path& descriptor)
{
    const auto info =
        text_of(descriptor.parent_path().parent_path() / "fdinfo" / descriptor.filename());
    const auto flags = field(info, "flags:");
    return (std::strtoul(flags.c_str(), nullptr, 8) & O_PATH) == 0;
}

/// Unix98 ptys, majors 136 to 143 (Documentation/admin-guide/devices.txt): each mount of devpts,
/// as every container has one, begins at 0.
bool is_pty(dev_t number)
{
    return ::major(number) >= 136 && ::major(number) <= 143;
}

bool is_same(const struct stat& device, const struct statx& facts)
{
    if (::makedev(facts.stx_rdev_major, facts.stx_rdev_minor) != device.st_rdev) return false;
    return !is_pty(device.st_rdev) ||
           ::makedev(facts.stx_dev_major, facts.stx_dev_minor) == device.st_dev;
}

} // namespace

std::vector<Process> ProcessTable::with_device(const struct stat& device) const
{
    return with_descriptor([&device](const fs::path& descriptor) {
        struct statx facts {};
        // DONT_SYNC: a descriptor on a network file system that hangs must not hold us.
        return ::statx(AT_FDCWD, descriptor.c_str(), AT_STATX_DONT_SYNC, STATX_TYPE, &facts) == 0 &&
               S_ISCHR(facts.stx_mode) && is_same(device, facts) && is_open(descriptor);
    });
}

std::vector<Process> ProcessTable::with_sockets(const std::set<std::uint64_t>& inodes) const
{
    if (inodes.empty()) return {};
    return with_descriptor([&](const fs::path& descriptor) {
        std::error_code gone;
        const auto target = fs::read_symlink(descriptor, gone).string(); // "socket:[4711]"
        if (!target.starts_with("socket:[")) return false;
        std::uint64_t inode = 0;
        std::from_chars(target.data() + 8, target.data() + target.size(), inode);
        return inodes.contains(inode);
    });
}

std::vector<Process> ProcessTable::named(const std::string& program) const
{
    std::vector<Process> found;
    for (const auto& process : processes())
        if (printable(text_of(process / "comm")) == program) found.push_back(describe(process));
    return found;
}

std::vector<Process> ProcessTable::with_descriptor(const Matches& matches) const
{
    std::vector<Process> found;
    for (const auto& process : processes())
        if (has_descriptor(process, matches)) found.push_back(describe(process));
    return found;
}

bool ProcessTable::has_descriptor(const fs::path& process, const Matches& matches) const
{
    std::error_code fault;
    fs::directory_iterator descriptors{process / "fd", fault};
    if (fault == std::errc::permission_denied) blind_ = true;
    for (; !fault && descriptors != fs::directory_iterator{}; descriptors.increment(fault))
        if (matches(descriptors->path())) return true;
    return false;
}

std::vector<fs::path> ProcessTable::processes() const
{
    std::vector<fs::path> found;
    std::error_code fault;
    fs::directory_iterator entries{proc_, fault};
    for (; !fault && entries != fs::directory_iterator{}; entries.increment(fault)) {
        const auto name = entries->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos)
            found.push_back(entries->path());
    }
    return found;
}

Process ProcessTable::describe(const fs::path& process) const
{
    Process one;
    one.pid = static_cast<pid_t>(std::strtol(process.filename().c_str(), nullptr, 10));
    one.program = printable(text_of(process / "comm"));
    one.user = user_of(text_of(process / "status"));
    one.command = printable(text_of(process / "cmdline"));
    one.unit = printable(unit_of(text_of(process / "cgroup")));
    return one;
}

} // namespace ctl
