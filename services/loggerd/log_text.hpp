#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "contract/envelope.hpp"

namespace loggerd {

/// Why a log cannot be read back: `code` is the reply's.
class ReadingError : public std::runtime_error {
public:
    ReadingError(contract::ErrorCode code, const std::string& text)
        : std::runtime_error(text), code_(code)
    {
    }
    contract::ErrorCode code() const { return code_; }

private:
    contract::ErrorCode code_;
};

/// The text of one log file, by place, whether the file is compressed or not. Everything throws
/// ReadingError. What was opened stays readable when the file is compressed or removed.
class LogText {
public:
    virtual ~LogText() = default;

    /// Nothing when only reading all of it would tell.
    virtual std::optional<std::uint64_t> size() = 0;
    /// Fills `into`, less only where the text ends.
    virtual std::size_t read(std::uint64_t at, std::span<char> into) = 0;
    virtual std::uint64_t disk_bytes() const = 0;

    /// At most so many bytes of the text from there on.
    std::string read(std::uint64_t at, std::size_t most);
    /// Where the text ends, at the cost of unpacking it if need be.
    virtual std::uint64_t end() { return size().value(); }
};

/// A file that is open for reading.
class ReadableFile {
public:
    /// Nothing when there is none. @throws ReadingError
    static std::unique_ptr<ReadableFile> open(const std::filesystem::path& path);
    ReadableFile(int descriptor, std::string name);
    ~ReadableFile();
    ReadableFile(const ReadableFile&) = delete;
    ReadableFile& operator=(const ReadableFile&) = delete;

    std::size_t read(std::uint64_t at, std::span<char> into) const;
    std::uint64_t size() const; ///< now
    std::uint64_t identity() const { return identity_; }
    [[noreturn]] void fail(const std::string& what) const;

private:
    int descriptor_;
    std::string name_;
    std::uint64_t identity_ = 0;
};

std::unique_ptr<LogText> plain_log(std::unique_ptr<ReadableFile> file);
/// Any row of zstd frames, ours of 1 MiB or one that somebody made with `zstd`; at most 8 MiB
/// of memory and some buffers, whatever it says.
std::unique_ptr<LogText> compressed_log(std::unique_ptr<ReadableFile> file);

} // namespace loggerd
