#include "loggerd/file_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/files.hpp"
#include "loggerd/log_file.hpp"

namespace loggerd {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& attempt, const fs::path& path, int error = errno)
{
    throw DiskError{error, std::generic_category(), attempt + " " + path.string()};
}

void write_all(int descriptor, std::string_view text, const fs::path& path)
{
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail("write", path, written == 0 ? EIO : errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void make_folder(const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail("make folder", folder, error.value());
}

/// Whether the path still leads to what is open: logrotate and people move files.
bool is_same(int descriptor, const fs::path& path)
{
    struct stat open {};
    struct stat named {};
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
           open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

} // namespace

FileDisk::FileDisk(fs::path log_dir, fs::path record_dir)
    : log_dir_(std::move(log_dir)), record_dir_(std::move(record_dir))
{
    std::error_code later; // each is made when it is needed, and then its fault is said
    fs::create_directories(log_dir_, later);
    fs::create_directories(record_dir_, later);
}

FileDisk::~FileDisk()
{
    for (const auto& [file, descriptor] : open_) ::close(descriptor);
}

int FileDisk::descriptor(const std::string& file)
{
    const auto path = log_dir_ / file;
    if (const auto found = open_.find(file); found != open_.end()) {
        if (is_same(found->second, path)) return found->second;
        close(file);
    }
    const int opened = open_to_append(file);
    open_[file] = opened;
    untidy_();
    return opened;
}

int FileDisk::open_to_append(const std::string& file) const
{
    const auto path = log_dir_ / file;
    // O_NOFOLLOW: the folder is the logger's own, but a link in it must not lead us out.
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    int opened = ::open(path.c_str(), flags, 0640);
    if (opened < 0 && errno == ENOENT) {
        make_folder(log_dir_);
        opened = ::open(path.c_str(), flags, 0640);
    }
    if (opened < 0) fail("open", path);
    return opened;
}

void FileDisk::append(const std::string& file, std::string_view text)
try {
    write_all(descriptor(file), text, log_dir_ / file);
} catch (const DiskError& refused) {
    if (is_full(refused)) untidy_();
    throw;
}

std::uint64_t FileDisk::size(const std::string& file)
{
    struct stat status {};
    const auto path = log_dir_ / file;
    if (::stat(path.c_str(), &status) == 0) return static_cast<std::uint64_t>(status.st_size);
    if (errno != ENOENT) fail("look at", path);
    return 0;
}

void FileDisk::truncate(const std::string& file, std::uint64_t size)
{
    if (this->size(file) <= size) return;
    const auto path = log_dir_ / file;
    if (::truncate(path.c_str(), static_cast<off_t>(size)) != 0) fail("shorten", path);
}

bool FileDisk::ends_in_newline(const std::string& file)
{
    const auto path = log_dir_ / file;
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) {
        if (errno == ENOENT) return true;
        fail("read", path);
    }
    char last = '\n';
    const auto end = ::lseek(opened, 0, SEEK_END);
    const bool read = end <= 0 || ::pread(opened, &last, 1, end - 1) == 1;
    const int error = errno;
    ::close(opened);
    if (!read) fail("read", path, error);
    return last == '\n';
}

void FileDisk::sync(const std::string& file)
{
    const auto found = open_.find(file);
    if (found == open_.end()) return;
    if (::fdatasync(found->second) != 0) fail("sync", log_dir_ / file);
}

void FileDisk::close(const std::string& file)
{
    const auto found = open_.find(file);
    if (found == open_.end()) return;
    ::close(found->second);
    open_.erase(found);
}

unsigned FileDisk::last_part(const std::string& board, const std::string& date)
{
    unsigned last = 0;
    std::error_code error;
    fs::directory_iterator entry{log_dir_, error};
    if (error == std::errc::no_such_file_or_directory) return 0;
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const auto found = parse_log_file(entry->path().filename().string());
        if (found && found->board == board && found->date == date)
            last = std::max(last, found->part);
    }
    if (error) fail("list", log_dir_, error.value());
    return last;
}

bool FileDisk::is_sealed(const std::string& file)
{
    if (sealed_.contains(file)) return true;
    auto path = log_dir_ / file;
    path += compressed_suffix;
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) return true;
    if (errno != ENOENT) fail("look at", path);
    return false;
}

fs::path FileDisk::record(const std::string& slot) const
{
    return record_dir_ / (slot + ".json");
}

std::vector<std::string> FileDisk::recorded()
{
    std::vector<std::string> slots;
    std::error_code error;
    fs::directory_iterator entry{record_dir_, error};
    if (error == std::errc::no_such_file_or_directory) return slots;
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".json") slots.push_back(entry->path().stem().string());
    if (error) fail("list", record_dir_, error.value());
    return slots;
}

std::optional<std::string> FileDisk::load_record(const std::string& slot)
{
    const auto path = record(slot);
    std::error_code error;
    const bool exists = fs::exists(path, error);
    if (error) fail("look at", path, error.value());
    if (!exists) return {};
    try {
        return daemonkit::read_file(path);
    } catch (const std::system_error& refused) {
        fail("read", path, refused.code().value());
    }
}

void FileDisk::save_record(const std::string& slot, std::string_view text)
{
    // Not daemonkit's atomic write: that waits for the medium, which an SD card makes long, and
    // a kill (unlike a power cut) leaves what was written in any case.
    const auto path = record(slot);
    const auto beside = record_dir_ / (slot + ".json.new");
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    int opened = ::open(beside.c_str(), flags, 0640);
    if (opened < 0 && errno == ENOENT) {
        make_folder(record_dir_);
        opened = ::open(beside.c_str(), flags, 0640);
    }
    if (opened < 0) fail("open", beside);
    try {
        write_all(opened, text, beside);
    } catch (...) {
        ::close(opened);
        ::unlink(beside.c_str());
        throw;
    }
    ::close(opened);
    if (::rename(beside.c_str(), path.c_str()) != 0) fail("rename", beside);
}

void FileDisk::remove_record(const std::string& slot)
{
    const auto path = record(slot);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path);
}

} // namespace loggerd
