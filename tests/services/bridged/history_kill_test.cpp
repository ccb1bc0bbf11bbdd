#include <atomic>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bridged/ring_file.hpp"
#include "services/bridged/history_model.hpp"

namespace {

using namespace bridged;

/// What the n-th byte of a direction has to be.
char pattern(Kind kind, std::uint64_t n)
{
    return static_cast<char>((n * 2654435761u >> 11) + static_cast<unsigned>(kind));
}

/// What the writer says before it is killed, in memory that outlives it.
struct Progress {
    std::atomic<std::uint64_t> steps{0}, rx{0}, tx{0}; ///< done and returned
};

std::string piece(Kind kind, const History& history, std::size_t size)
{
    const auto from = kind == Kind::rx ? history.total().rx : history.total().tx;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += pattern(kind, from + i);
    return text;
}

[[noreturn]] void write_until_killed(const std::filesystem::path& path, std::size_t bytes,
                                     std::uint32_t seed, Progress& progress)
{
    const RingFile file{path, bytes};
    History history{file.memory(), first_epoch};
    std::mt19937 random{seed};
    for (;;) {
        const Kind kind = random() % 2 ? Kind::rx : Kind::tx;
        history.begin(kind, bytes_of(piece(kind, history, 1 + random() % 600)), {}, {});
        for (auto more = random() % 6; more > 0; --more)
            history.extend(bytes_of(piece(kind, history, 1 + random() % 500)), 1);
        progress.rx = history.total().rx;
        progress.tx = history.total().tx;
        ++progress.steps;
    }
}

void expect_whole(const History& history, const Progress& progress)
{
    EXPECT_EQ(history.epoch(), first_epoch);
    EXPECT_GE(history.total().rx, progress.rx);
    EXPECT_GE(history.total().tx, progress.tx);
    EXPECT_GT(history.last_seq(), 0u);
    Positions at = history.kept_from();
    std::uint64_t seq = history.first_seq();
    for (const auto& record : records_of(history)) {
        ASSERT_EQ(record.seq, seq++);
        ASSERT_EQ(record.before, at);
        auto& position = record.kind == Kind::rx ? at.rx : at.tx;
        for (const char c : record.body) ASSERT_EQ(c, pattern(record.kind, position++));
    }
    EXPECT_EQ(at, history.total());
}

TEST(KilledHistory, ComesBackWholeAfterEachOfManyKills)
{
    constexpr std::size_t bytes = 64 * 1024;
    std::string folder = std::filesystem::temp_directory_path() / "history-kill-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const auto path = std::filesystem::path{folder} / "slot.ring";
    void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    auto& progress = *new (shared) Progress;

    std::mt19937 random{2217};
    for (std::uint32_t round = 0; round < 60 && !HasFatalFailure(); ++round) {
        progress.steps = 0;
        const pid_t writer = ::fork();
        ASSERT_GE(writer, 0);
        if (writer == 0) write_until_killed(path, bytes, round, progress);
        const auto enough = 1 + random() % 400;
        while (progress.steps < enough && ::waitpid(writer, nullptr, WNOHANG) == 0) ::sched_yield();
        ::kill(writer, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(writer, &status, 0), writer);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
        const RingFile file{path, bytes};
        expect_whole(History{file.memory(), other_epoch}, progress);
    }
    ::munmap(shared, sizeof(Progress));
    std::filesystem::remove_all(folder);
}

} // namespace
