#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace loggerd {

/// "write /var/log/serial/x.log: No space left on device"
class DiskError : public std::system_error {
public:
    using std::system_error::system_error;
};

/// Full, and may be freed.
inline bool is_full(const DiskError& fault)
{
    return fault.code().value() == ENOSPC || fault.code().value() == EDQUOT;
}

/// What loggerd needs of a disk: files to append to, in the log folder, and one record per slot
/// in the state folder. Everything throws DiskError. File names have no '/'.
class Disk {
public:
    virtual ~Disk() = default;

    /// All of it, or DiskError; then some of it may be there.
    virtual void append(const std::string& file, std::string_view text) = 0;
    virtual std::uint64_t size(const std::string& file) = 0; ///< 0 when absent
    /// Shorter, never longer; a file that is absent or shorter already is left alone.
    virtual void truncate(const std::string& file, std::uint64_t size) = 0;
    virtual bool ends_in_newline(const std::string& file) = 0; ///< an empty one does
    /// What was appended outlives a power cut when this returns.
    virtual void sync(const std::string& file) = 0;
    virtual void close(const std::string& file) = 0; ///< is not written for now
    /// The highest part of this board's day that is there, compressed or not; 0: none is.
    virtual unsigned last_part(const std::string& board, const std::string& date) = 0;
    /// It is compressed or deleted, or about to be: nothing more may be written to it.
    virtual bool is_sealed(const std::string& file) = 0;

    virtual std::vector<std::string> recorded() = 0; ///< slots that have a record
    virtual std::optional<std::string> load_record(const std::string& slot) = 0;
    virtual void save_record(const std::string& slot, std::string_view text) = 0; ///< old or new
    virtual void remove_record(const std::string& slot) = 0;
};

} // namespace loggerd
