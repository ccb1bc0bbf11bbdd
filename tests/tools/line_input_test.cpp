#include "learn_slots/line_input.hpp"

#include <array>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "tools/things.hpp"

namespace learn_slots {
namespace {

class LineInputTest : public tools_test::Folder {
protected:
    LineInputTest()
    {
        if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    }
    ~LineInputTest() override
    {
        ::close(pipe_[0]);
        close_writer();
    }
    void close_writer()
    {
        if (pipe_[1] >= 0) ::close(pipe_[1]);
        pipe_[1] = -1;
    }
    void send(const std::string& text)
    {
        ASSERT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    /// Runs until `input` has a line or is over; nothing when it is over, or in 20 s.
    std::optional<std::string> next(LineInput& input)
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        for (;;) {
            if (auto line = input.take()) return line;
            if (input.is_over() || std::chrono::steady_clock::now() > deadline) return std::nullopt;
            io_.restart();
            io_.run_one_until(deadline);
        }
    }

    asio::io_context io_{1};
    std::array<int, 2> pipe_{-1, -1};
};

TEST_F(LineInputTest, GivesTheLinesOfAPipeAndThenTheEnd)
{
    LineInput input{io_, pipe_[0], [] {}};
    send("A\n\nB\nno end");
    close_writer();
    EXPECT_EQ(next(input), "A");
    EXPECT_EQ(next(input), "");
    EXPECT_EQ(next(input), "B");
    EXPECT_EQ(next(input), "no end");
    EXPECT_EQ(next(input), std::nullopt);
    EXPECT_TRUE(input.is_over());
}

TEST_F(LineInputTest, JoinsALineThatComesInParts)
{
    LineInput input{io_, pipe_[0], [] {}};
    send("ESP");
    io_.run_one();
    EXPECT_FALSE(input.take());
    send("32\n");
    EXPECT_EQ(next(input), "ESP32");
}

TEST_F(LineInputTest, ReadsAFileWhichNoEpollTakes)
{
    write("lines", "A\nB\n");
    const int file = ::open((folder_ / "lines").c_str(), O_RDONLY | O_CLOEXEC);
    LineInput input{io_, file, [] {}};
    EXPECT_EQ(next(input), "A");
    EXPECT_EQ(next(input), "B");
    EXPECT_EQ(next(input), std::nullopt);
    EXPECT_TRUE(input.is_over());
    ::close(file);
}

TEST_F(LineInputTest, LeavesTheDescriptorBlockingAsItsOtherOwnersHaveIt)
{
    LineInput input{io_, pipe_[0], [] {}};
    send("A\n");
    EXPECT_EQ(next(input), "A");
    EXPECT_EQ(::fcntl(pipe_[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(LineInputTest, AnEndlessLineTakesNoEndlessMemory)
{
    LineInput input{io_, pipe_[0], [] {}};
    send(std::string(60000, 'x') + "\nB\n");
    const auto line = next(input);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->size(), 1000U);
    EXPECT_EQ(next(input), "B");
}

TEST_F(LineInputTest, ManyLinesAreAllGivenThoughTheyWaitInThePipe)
{
    LineInput input{io_, pipe_[0], [] {}};
    send(std::string(9000, '\n'));
    close_writer();
    int lines = 0;
    while (next(input)) ++lines;
    EXPECT_EQ(lines, 9000);
}

TEST_F(LineInputTest, WhatIsDroppedIsGoneAndMoreIsRead)
{
    LineInput input{io_, pipe_[0], [] {}};
    send(std::string(4096, '\n')); // more than it keeps: it has stopped reading
    io_.run_one();
    input.drop();
    send("B\n");
    EXPECT_EQ(next(input), "B");
}

} // namespace
} // namespace learn_slots
