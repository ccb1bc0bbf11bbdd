#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace bridged {

/// A file of a fixed size as memory, shared with whoever opens it after us: what is stored here
/// outlives the process, not the machine. Knows nothing of what is in it.
class RingFile {
public:
    /// Makes file and folder when they are not there. A file of another size is emptied.
    /// All its space is taken at once: a full tmpfs would otherwise be a SIGBUS at some later
    /// store.
    /// @throws std::system_error naming the path
    RingFile(const std::filesystem::path& path, std::size_t bytes);
    ~RingFile();
    RingFile(const RingFile&) = delete;
    RingFile& operator=(const RingFile&) = delete;

    std::span<std::byte> memory() const { return memory_; }

private:
    std::span<std::byte> memory_;
};

} // namespace bridged
