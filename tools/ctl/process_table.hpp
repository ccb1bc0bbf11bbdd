#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace ctl {

/// A process as a person would name it; texts are escaped for a terminal.
struct Process {
    pid_t pid = 0;
    std::string program; ///< "minicom"
    std::string user;    ///< "pi", or the number of one without a name
    std::string command; ///< its command line, cut at 200 bytes
    std::string unit;    ///< the systemd service that it is of; "" when of none

    bool operator==(const Process&) const = default;
};

/// What /proc says about the other processes.
class ProcessTable {
public:
    explicit ProcessTable(std::filesystem::path proc = "/proc") : proc_(std::move(proc)) {}

    /// Who has a character device open, found by its number: it may have many names. A pty in a
    /// container may have the number of another one here: of a pty, the file system counts, too.
    std::vector<Process> with_device(const struct stat& device) const;
    /// Who has one of these sockets open.
    std::vector<Process> with_sockets(const std::set<std::uint64_t>& inodes) const;
    /// Those of that name: "brltty".
    std::vector<Process> named(const std::string& program) const;

    /// There were processes that the kernel did not let us look into.
    bool is_blind_to_some() const { return blind_; }

private:
    using Matches = std::function<bool(const std::filesystem::path& descriptor)>;
    std::vector<Process> with_descriptor(const Matches& matches) const;
    bool has_descriptor(const std::filesystem::path& process, const Matches& matches) const;
    std::vector<std::filesystem::path> processes() const;
    Process describe(const std::filesystem::path& process) const;

    std::filesystem::path proc_;
    mutable bool blind_ = false;
};

} // namespace ctl
