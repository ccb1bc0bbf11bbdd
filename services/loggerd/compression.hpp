#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/stat.h>

#include "daemonkit/descriptor.hpp"
#include "loggerd/disk.hpp"
#include "loggerd/zstd_frames.hpp"

namespace loggerd {

/// Makes FILE.zst of one closed FILE, a frame at a time, in about 5 MiB of memory: FILE.zst.new
/// is written, brought to the medium and renamed; then FILE is deleted. Killed in between, it
/// leaves FILE alone, or both whole; the next one finds that they say the same and deletes FILE.
/// What was compressed is never replaced, and FILE stays when it changed meanwhile.
class Compression {
public:
    enum class State {
        going_on,
        done,
        vanished,  ///< somebody took FILE away
        changed,   ///< somebody writes to it
        different, ///< there is a FILE.zst that says something else
    };

    Compression(std::filesystem::path folder, const std::string& file);
    ~Compression(); ///< leaves nothing half done
    Compression(const Compression&) = delete;
    Compression& operator=(const Compression&) = delete;

    /// The next frame. @throws DiskError
    State step();
    std::uint64_t text_bytes() const { return read_; }
    std::uint64_t compressed_bytes() const { return written_; }

private:
    bool begin();

    State compare();
    State write();
    State finish();
    bool is_unchanged() const;

    std::filesystem::path source_, target_, beside_;
    daemonkit::Descriptor in_, out_;
    struct stat status_ {};
    FrameWriter frames_;
    bool begun_ = false;
    bool compares_ = false; // there is a FILE.zst; out_ is that
    bool unfinished_ = false;
    std::uint64_t read_ = 0;
    std::uint64_t written_ = 0; // or compared
};

} // namespace loggerd
