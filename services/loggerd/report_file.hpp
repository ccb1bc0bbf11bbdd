#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "daemonkit/descriptor.hpp"

namespace loggerd {

/// A file that is written at its end and read anywhere. Everything throws DiskError.
class ReportFile {
public:
    /// It is opened when it is needed, and made (with its folder) when it is written.
    explicit ReportFile(std::filesystem::path path) : path_(std::move(path)) {}

    std::string whole(); ///< "" when it is absent
    /// All of it, or DiskError; then what is there from `at` on is of no use.
    void write(std::uint64_t at, std::string_view text);
    void cut(std::uint64_t size); ///< to at most so much
    std::string read(std::uint64_t at, std::size_t size);
    /// Is called so from now on, and what was called so before is no more.
    void rename(const std::filesystem::path& path);

private:
    bool open_if_there();

    std::filesystem::path path_;
    daemonkit::Descriptor file_;
};

} // namespace loggerd
