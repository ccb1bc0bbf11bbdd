#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

#include <spdlog/fmt/fmt.h>

#include "loggerd/log_reading.hpp"
#include "loggerd/log_search.hpp"
#include "loggerd/zstd_frames.hpp"

namespace loggerd {

/// A log folder with files in it, and what reads them.
class ReadingBench {
public:
    ReadingBench() { owners.today = "2026-02-10", owners.slots = {"A", "SLOT-A", "B"}; }
    ~ReadingBench() { std::filesystem::remove_all(path); }
    ReadingBench(const ReadingBench&) = delete;
    ReadingBench& operator=(const ReadingBench&) = delete;

    void put(const std::string& name, const std::string& bytes) const
    {
        std::ofstream{path / name, std::ios::binary} << bytes;
    }
    /// As loggerd compresses it, in frames of so many bytes.
    void pack(const std::string& name, const std::string& text, std::size_t part) const
    {
        FrameWriter writer;
        std::string packed;
        for (std::size_t at = 0; at < text.size(); at += part)
            packed += writer.frame(std::string_view{text}.substr(at, part));
        put(name + ".zst", packed);
    }
    /// All that there is, in as many calls as it takes.
    std::string read_all(contract::LogReadArgs args, std::chrono::milliseconds time = none)
    {
        std::string text;
        for (int calls = 0; calls < 100'000; ++calls) {
            auto read = reading.read(args, owners, Budget{time});
            text += read.text;
            args.cursor = read.answer.cursor;
            if (!read.answer.more) return text;
        }
        return "it never ends";
    }
    std::vector<contract::LogMatch> search_all(contract::LogSearchArgs args)
    {
        std::vector<contract::LogMatch> matches;
        for (int calls = 0; calls < 100'000; ++calls) {
            auto answer = searching.search(args, owners, Budget{none});
            matches.insert(matches.end(), answer.matches.begin(), answer.matches.end());
            args.cursor = answer.cursor;
            if (!answer.cursor) return matches;
        }
        return {};
    }

    static constexpr std::chrono::milliseconds none{0}; ///< each call does one step
    std::array<char, 24> template_{"/tmp/loggerd-readXXXXXX"};
    std::filesystem::path path = ::mkdtemp(template_.data());
    LogOwners owners;
    LogFolder folder{path};
    LogReading reading{folder};
    LogSearch searching{folder};
};

/// A line a second from midnight on.
inline std::string day(const std::string& date, unsigned lines, const std::string& words = "tick")
{
    std::string text;
    for (unsigned n = 0; n < lines; ++n)
        text += fmt::format("[{} {:02}:{:02}:{:02}.{:03}] [RX] {} {}\n", date, n / 3600,
                            n / 60 % 60, n % 60, n % 1000, words, n);
    return text;
}

inline contract::LogReadArgs of_file(const std::string& file)
{
    contract::LogReadArgs args;
    args.file = file;
    return args;
}

inline contract::LogReadArgs of_slot(const std::string& slot)
{
    contract::LogReadArgs args;
    args.slot = slot;
    return args;
}

} // namespace loggerd
