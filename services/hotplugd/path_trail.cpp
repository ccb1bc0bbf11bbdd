#include "hotplugd/path_trail.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <deque>

namespace hotplugd {

namespace {

constexpr int most_symlinks = 40; // as the kernel's MAXSYMLINKS

using Names = std::deque<std::string>;

/// Puts the components of `path` in front of `names`.
void prepend(Names& names, const std::filesystem::path& path)
{
    Names front;
    for (const auto& component : path.relative_path()) front.push_back(component.string());
    names.insert(names.begin(), front.begin(), front.end());
}

/// A symlink that was made again counts as another one: what stands behind it is
/// likely another tty, though devpts gives out the same numbers and inodes again.
std::string symlink_identity(const struct stat& status)
{
    return std::to_string(status.st_ino) + "@" + std::to_string(status.st_mtim.tv_sec) + "." +
           std::to_string(status.st_mtim.tv_nsec) + " ";
}

std::string target_identity(const struct stat& status)
{
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" +
           std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
}

} // namespace

PathTrail follow(const std::filesystem::path& path)
{
    std::error_code failed;
    Names names;
    prepend(names, std::filesystem::absolute(path, failed));
    PathTrail trail;
    std::filesystem::path current = "/";
    struct stat status = {};
    int symlinks = 0;
    while (!names.empty()) {
        const auto name = names.front();
        names.pop_front();
        if (name.empty() || name == ".") continue;
        if (name == "..") {
            current = current.parent_path();
            continue;
        }
        trail.steps.push_back({current.string(), name});
        const auto next = current / name;
        if (lstat(next.c_str(), &status) != 0) return trail;
        if (!S_ISLNK(status.st_mode)) {
            current = next;
            continue;
        }
        const auto target = std::filesystem::read_symlink(next, failed);
        if (failed || ++symlinks > most_symlinks) return trail;
        trail.identity += symlink_identity(status);
        if (target.is_absolute()) current = "/";
        prepend(names, target);
    }
    if (stat(current.c_str(), &status) != 0) return trail;
    trail.exists = true;
    trail.is_character_device = S_ISCHR(status.st_mode);
    trail.target = current.string();
    trail.identity += target_identity(status);
    return trail;
}

} // namespace hotplugd
