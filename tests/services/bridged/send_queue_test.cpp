#include "bridged/send_queue.hpp"

#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace {

using bridged::SendQueue;

std::span<const std::byte> bytes(std::string_view text)
{
    return std::as_bytes(std::span{text});
}

std::string take(SendQueue& queue, std::size_t most = 1 << 24)
{
    telnet::Bytes out;
    queue.take(out, most);
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

TEST(SendQueue, KeepsAnswersAndBoardOutputInTheirOrder)
{
    SendQueue queue;
    queue.board_output(bytes("one "));
    queue.answer(bytes("<a>"));
    queue.answer(bytes("<b>"));
    queue.board_output(bytes("two "));
    queue.answer(bytes("<c>"));

    EXPECT_EQ(take(queue), "one <a><b>two <c>");
    EXPECT_EQ(take(queue), "");
}

TEST(SendQueue, DoublesIacOnlyForTelnet)
{
    SendQueue queue;
    queue.board_output(bytes("a\xff"));
    EXPECT_EQ(take(queue), "a\xff");
    queue.escape(true);
    queue.board_output(bytes("b\xff"));
    EXPECT_EQ(take(queue), "b\xff\xff");
}

TEST(SendQueue, DropsTheOldestBoardOutputAndCountsItButNeverAnAnswer)
{
    SendQueue queue;
    queue.board_output(bytes("oldest"));
    queue.answer(bytes("<answer>"));
    queue.board_output(bytes(std::string(SendQueue::board_capacity - 2, 'x')));
    queue.board_output(bytes("yz"));

    EXPECT_EQ(queue.dropped(), 6u);
    EXPECT_EQ(take(queue), "<answer>" + std::string(SendQueue::board_capacity - 2, 'x') + "yz");
}

TEST(SendQueue, KeepsTheEndOfMoreThanItCanHold)
{
    SendQueue queue;
    queue.board_output(bytes(std::string(100, 'a') + std::string(SendQueue::board_capacity, 'b')));
    EXPECT_EQ(queue.dropped(), 100u);
    EXPECT_EQ(take(queue), std::string(SendQueue::board_capacity, 'b'));
}

TEST(SendQueue, GrowsWithoutLosingWhatWrapsAround)
{
    SendQueue queue;
    std::string expected, got;
    for (int round = 0; round < 300; ++round) {
        const std::string chunk(static_cast<std::size_t>(37 * round % 5000),
                                static_cast<char>('a' + round % 26));
        queue.board_output(bytes(chunk));
        expected += chunk;
        got += take(queue, 2000);
    }
    got += take(queue);
    EXPECT_EQ(got, expected);
    EXPECT_EQ(queue.dropped(), 0u);
}

TEST(SendQueue, SuspendedHoldsBoardOutputBackAndLetsAnswersPass)
{
    SendQueue queue;
    queue.board_output(bytes("board"));
    queue.answer(bytes("<a>"));
    queue.suspend(true);
    EXPECT_EQ(take(queue), "<a>");
    queue.suspend(false);
    EXPECT_EQ(take(queue), "board");
}

TEST(SendQueue, PurgedForgetsBoardOutputAndKeepsAnswers)
{
    SendQueue queue;
    queue.board_output(bytes("stale"));
    queue.answer(bytes("<a>"));
    queue.purge_board_output();
    queue.board_output(bytes("new"));
    EXPECT_EQ(take(queue), "<a>new");
    EXPECT_EQ(queue.dropped(), 0u);
}

TEST(SendQueue, OverflowsOnAnswersThatNobodyReads)
{
    SendQueue queue;
    queue.answer(bytes(std::string(SendQueue::answer_capacity, 'a')));
    EXPECT_FALSE(queue.overflowed());
    queue.answer(bytes("b"));
    EXPECT_TRUE(queue.overflowed());
}

} // namespace
