#include "portald/feed_queue.hpp"

#include <gmock/gmock.h>

namespace {

using portald::FeedQueue;
using Kind = FeedQueue::Frame::Kind;
using std::chrono::seconds;

class Feed : public testing::Test {
protected:
    void owe(std::size_t bytes) { queue_.push(std::make_shared<const std::string>(bytes, 'x')); }
    /// Writes all that may be written; pings are answered, or not.
    std::size_t write_all(bool client_reads)
    {
        std::size_t texts = 0;
        while (const auto frame = queue_.next(now_)) {
            if (frame->kind == Kind::text) texts += frame->text->size();
            if (frame->kind == Kind::ping && client_reads) queue_.ponged(*frame->text, now_);
        }
        return texts;
    }

    FeedQueue::TimePoint now_{};
    FeedQueue queue_{now_};
};

TEST_F(Feed, AReaderGetsEverything)
{
    for (int i = 0; i < 500; ++i) owe(1000);
    EXPECT_EQ(write_all(true), 500000u);
    EXPECT_FALSE(queue_.lags());
}

TEST_F(Feed, OneWhoConfirmsNothingGetsAWindow)
{
    for (int i = 0; i < 500; ++i) owe(1000);
    const auto written = write_all(false);
    EXPECT_GE(written, FeedQueue::window_bytes);
    EXPECT_LE(written, FeedQueue::window_bytes + 1000);
}

TEST_F(Feed, GoesOnWhenTheClientCatchesUp)
{
    for (int i = 0; i < 100; ++i) owe(1000);
    const auto first = write_all(false);
    queue_.ponged("8000", now_);
    EXPECT_GT(write_all(false), 0u);
    queue_.ponged(std::to_string(first), now_);
    EXPECT_GT(write_all(true), 0u);
}

TEST_F(Feed, PongsThatWereNeverAskedForConfirmNothing)
{
    for (int i = 0; i < 100; ++i) owe(1000);
    write_all(false);
    for (const char* payload : {"99999999999", "", "x", "-1", "1e9", "99999999999999999999999"}) {
        queue_.ponged(payload, now_);
    }
    // The first is clipped to what was pinged, which is no more than was written.
    EXPECT_LE(write_all(false), FeedQueue::window_bytes + 1000);
}

TEST_F(Feed, LagsWhenItIsOwedOverAMebibyte)
{
    owe(FeedQueue::most_bytes);
    EXPECT_FALSE(queue_.lags());
    owe(1);
    EXPECT_TRUE(queue_.lags());
}

TEST_F(Feed, IsPingedEvery20SecondsAndDeadAfter60WithoutAnAnswer)
{
    EXPECT_FALSE(queue_.next(now_ + seconds{19}));
    EXPECT_EQ(queue_.next(now_ + seconds{20})->kind, Kind::ping);
    EXPECT_FALSE(queue_.next(now_ + seconds{21}));

    EXPECT_FALSE(queue_.is_dead(now_ + seconds{60}));
    EXPECT_TRUE(queue_.is_dead(now_ + seconds{61}));
    queue_.ponged("0", now_ + seconds{50});
    EXPECT_FALSE(queue_.is_dead(now_ + seconds{61}));
}

TEST_F(Feed, AnswersTheLatestPingFirst)
{
    owe(10);
    queue_.push_pong("a");
    queue_.push_pong("b");
    const auto frame = queue_.next(now_);
    EXPECT_EQ(frame->kind, Kind::pong);
    EXPECT_EQ(*frame->text, "b");
    EXPECT_EQ(queue_.next(now_)->kind, Kind::text);
}

} // namespace
