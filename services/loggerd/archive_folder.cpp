#include "loggerd/archive_folder.hpp"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace loggerd {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& attempt, const fs::path& path, int error)
{
    throw DiskError{error, std::generic_category(), attempt + " " + path.string()};
}

template<typename Visit>
void each_name(const fs::path& folder, Visit visit)
{
    std::error_code error;
    fs::directory_iterator entry{folder, error};
    if (error == std::errc::no_such_file_or_directory) return;
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error))
        visit(entry->path().filename().string());
    if (error) fail("list", folder, error.value());
}

} // namespace

std::vector<FoundFile> list_logs(const fs::path& folder)
{
    std::vector<FoundFile> found;
    each_name(folder, [&](const std::string& name) {
        auto file = parse_log_file(name);
        struct stat status {};
        if (!file || ::lstat((folder / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode))
            return;
        found.push_back({std::move(*file), static_cast<std::uint64_t>(status.st_size)});
    });
    return found;
}

void remove_unfinished(const fs::path& folder)
{
    std::vector<std::string> leftovers;
    each_name(folder, [&](const std::string& name) {
        if (!name.ends_with(unfinished_suffix)) return;
        const auto file = parse_log_file(name.substr(0, name.size() - unfinished_suffix.size()));
        if (file && !file->compressed) leftovers.push_back(name);
    });
    for (const auto& name : leftovers) remove_log(folder, name);
}

void remove_log(const fs::path& folder, const std::string& file)
{
    const auto path = folder / file;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("delete", path, errno);
}

} // namespace loggerd
