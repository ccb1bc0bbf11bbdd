#include "loggerd/compression.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "loggerd/log_file.hpp"

namespace loggerd {
namespace {

namespace fs = std::filesystem;
using daemonkit::Descriptor;

[[noreturn]] void fail(const std::string& attempt, const fs::path& path, int error = errno)
{
    throw DiskError{error, std::generic_category(), attempt + " " + path.string()};
}

fs::path with(fs::path path, std::string_view suffix)
{
    path += suffix;
    return path;
}

/// Nothing: it is absent. No link is followed.
std::optional<Descriptor> open_to_read(const fs::path& path)
{
    Descriptor opened{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (opened) return opened;
    if (errno != ENOENT) fail("open", path);
    return {};
}

/// As much of it as there is.
std::string read_at(const Descriptor& file, std::uint64_t at, std::size_t most,
                    const fs::path& path)
{
    std::string bytes(most, '\0');
    std::size_t had = 0;
    while (had < most) {
        const auto got =
            ::pread(file.get(), bytes.data() + had, most - had, static_cast<off_t>(at + had));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", path);
        if (got == 0) break;
        had += static_cast<std::size_t>(got);
    }
    bytes.resize(had);
    return bytes;
}

void write_all(const Descriptor& file, std::string_view bytes, const fs::path& path)
{
    while (!bytes.empty()) {
        const auto wrote = ::write(file.get(), bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) fail("write", path, wrote == 0 ? EIO : errno);
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

/// The names in it outlive a power cut.
void sync_folder(const fs::path& folder)
{
    const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened || ::fsync(opened.get()) != 0) fail("sync", folder);
}

} // namespace

Compression::Compression(fs::path folder, const std::string& file)
    : source_(std::move(folder) / file),
      target_(with(source_, compressed_suffix)),
      beside_(with(source_, unfinished_suffix))
{
}

Compression::~Compression()
{
    if (unfinished_) ::unlink(beside_.c_str());
}

Compression::State Compression::step()
{
    if (!begun_ && !begin()) return State::vanished;
    try {
        return compares_ ? compare() : write();
    } catch (const FrameError&) {
        if (compares_) return State::different;
        fail("compress", source_, EIO);
    }
}

bool Compression::begin()
{
    auto source = open_to_read(source_);
    if (!source) return false;
    in_ = std::move(*source);
    if (::fstat(in_.get(), &status_) != 0) fail("look at", source_);
    if (auto target = open_to_read(target_)) {
        out_ = std::move(*target);
        compares_ = true;
    } else {
        constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
        out_ = Descriptor{::open(beside_.c_str(), flags, 0640)};
        if (!out_) fail("open", beside_);
        unfinished_ = true;
    }
    begun_ = true;
    return true;
}

Compression::State Compression::write()
{
    // One more byte than a frame holds tells whether the text goes on.
    auto text = read_at(in_, read_, frame_text_bytes + 1, source_);
    text.resize(frame_part(text));
    const auto frame = frames_.frame(text);
    write_all(out_, frame, beside_);
    read_ += text.size();
    written_ += frame.size();
    const auto size = static_cast<std::uint64_t>(status_.st_size);
    if (!text.empty() && read_ < size) return State::going_on;
    if (!is_unchanged()) return State::changed;
    const struct timespec times[] = {status_.st_atim, status_.st_mtim};
    if (::futimens(out_.get(), times) != 0 || ::fsync(out_.get()) != 0) fail("sync", beside_);
    if (::rename(beside_.c_str(), target_.c_str()) != 0) fail("rename", beside_);
    unfinished_ = false;
    sync_folder(source_.parent_path());
    return finish();
}

/// A Compression before this one was killed between renaming and deleting; or a person has been
/// here.
Compression::State Compression::compare()
{
    auto frame = read_at(out_, written_, most_frame_bytes, target_);
    if (frame.empty()) return is_unchanged() ? finish() : State::different;
    frame.resize(frame_head(frame).frame_bytes);
    const auto text = unpack_frame(frame);
    if (text != read_at(in_, read_, text.size(), source_)) return State::different;
    read_ += text.size();
    written_ += frame.size();
    return State::going_on;
}

Compression::State Compression::finish()
{
    ::posix_fadvise(in_.get(), 0, 0, POSIX_FADV_DONTNEED); // nobody reads it again
    if (::unlink(source_.c_str()) != 0 && errno != ENOENT) fail("delete", source_);
    return State::done;
}

/// All that is there has been read, and it is what was there at the beginning.
bool Compression::is_unchanged() const
{
    struct stat now {};
    if (::lstat(source_.c_str(), &now) != 0) return false;
    return now.st_ino == status_.st_ino && now.st_dev == status_.st_dev &&
           static_cast<std::uint64_t>(now.st_size) == read_ &&
           now.st_mtim.tv_sec == status_.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == status_.st_mtim.tv_nsec;
}

} // namespace loggerd
