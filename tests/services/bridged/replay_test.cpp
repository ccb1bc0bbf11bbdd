#include "bridged/replay.hpp"

#include <gtest/gtest.h>

#include "services/bridged/history_model.hpp"

namespace {

using namespace bridged;

class Replay : public testing::Test {
protected:
    /// Everything, by asking again while there is more.
    std::vector<std::string> all(contract::ReplayArgs args)
    {
        std::vector<std::string> everything;
        contract::ReplayAnswer answer;
        do {
            std::vector<std::string> page;
            answer = replay(history, events, args, page);
            EXPECT_TRUE(!page.empty() || !answer.more);
            std::size_t bodies = 0;
            for (std::size_t i = 1; i < page.size(); i += 2) bodies += page[i].size();
            EXPECT_TRUE(page.size() <= 2 || bodies <= args.max_bytes);
            everything.insert(everything.end(), page.begin(), page.end());
            args.epoch = answer.epoch;
            args.after_seq = answer.next_after_seq;
        } while (answer.more);
        EXPECT_EQ(answer.next_after_seq, history.last_seq());
        return everything;
    }
    contract::ReplayAnswer ask(const contract::ReplayArgs& args)
    {
        frames.clear();
        return replay(history, events, args, frames);
    }
    void fill(int steps)
    {
        for (int step = 0; step < steps; ++step) model.step(random, history);
        model.close(history);
    }

    Memory memory{32 * 1024};
    History history{memory.bytes(), first_epoch};
    HistoryModel model;
    std::mt19937 random{1};
    SerialEvents events{"ESP32-A"};
    std::vector<std::string> frames;
};

TEST_F(Replay, OfAnEmptyHistoryIsEmpty)
{
    const auto answer = ask({});
    EXPECT_EQ(answer, (contract::ReplayAnswer{first_epoch, 0, false, 0, 0}));
    EXPECT_TRUE(frames.empty());
}

TEST_F(Replay, OfATailHasItsBytesAndAtMostOneRecordMore)
{
    fill(40);
    const auto kept = records_of(history);
    for (const std::uint64_t tail : {0U, 1U, 100U, 5000U, 1U << 20U}) {
        const auto place = place_before(history, tail);
        std::uint64_t bytes = 0, first = 0;
        for (const auto& record : kept) {
            if (record.seq <= place || record.kind == Kind::info) continue;
            if (bytes == 0) first = record.body.size();
            bytes += record.body.size();
        }
        EXPECT_TRUE(bytes >= tail || place + 1 == history.first_seq()) << tail;
        EXPECT_TRUE(bytes < tail + first || bytes == 0) << tail;
    }
    EXPECT_EQ(place_before(history, 0), history.last_seq());
}

TEST_F(Replay, TellsEveryRecordAsItsEvent)
{
    fill(40);
    const auto told = all({});
    const auto kept = records_of(history);
    ASSERT_EQ(told.size(), 2 * kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const auto header = contract::parse_header(told[2 * i]);
        EXPECT_EQ(header.stamp, (contract::Stamp{first_epoch, kept[i].seq}));
        EXPECT_EQ(header.source, "bridged");
        EXPECT_EQ(header.time, kept[i].time);
        EXPECT_EQ(header.mono, kept[i].mono);
        EXPECT_EQ(told[2 * i + 1], kept[i].body);
        if (kept[i].kind == Kind::info) {
            EXPECT_EQ(header.topic, "serial.info/ESP32-A/");
            EXPECT_FALSE(header.pos);
            continue;
        }
        const bool rx = kept[i].kind == Kind::rx;
        EXPECT_EQ(header.topic, rx ? "serial.rx/ESP32-A/" : "serial.tx/ESP32-A/");
        EXPECT_EQ(header.pos, rx ? kept[i].before.rx : kept[i].before.tx);
        EXPECT_EQ(header.reads, kept[i].reads);
    }
}

TEST_F(Replay, SmallPagesAddUpToTheWhole)
{
    fill(500);
    const auto whole = all({});
    for (const std::uint32_t max_bytes : {1u, 100u, 4096u, 5000u, 20'000u, 262'144u}) {
        contract::ReplayArgs args;
        args.max_bytes = max_bytes;
        EXPECT_EQ(all(args), whole) << max_bytes;
    }
}

TEST_F(Replay, GoesOnBehindAnyPlaceThatIsStillKept)
{
    fill(500);
    const auto whole = all({});
    for (auto seq = history.first_seq(); seq <= history.last_seq(); ++seq) {
        contract::ReplayArgs args;
        args.epoch = first_epoch;
        args.after_seq = seq;
        const auto answer = ask(args);
        EXPECT_EQ(frames.size(), 2 * (history.last_seq() - seq));
        EXPECT_EQ(answer.lost_rx, 0u);
        EXPECT_EQ(answer.lost_tx, 0u);
        EXPECT_TRUE(std::equal(frames.rbegin(), frames.rend(), whole.rbegin()));
    }
}

TEST_F(Replay, CountsExactlyWhatWasOverwritten)
{
    fill(500);
    ASSERT_GT(history.first_seq(), 10u);
    for (std::uint64_t seq = 0; seq < history.first_seq(); ++seq) {
        contract::ReplayArgs args;
        args.epoch = first_epoch;
        args.after_seq = seq;
        args.rx_pos = model.records[seq].before.rx;
        args.tx_pos = model.records[seq].before.tx;
        const auto answer = ask(args);
        EXPECT_EQ(answer.lost_rx, history.kept_from().rx - args.rx_pos);
        EXPECT_EQ(answer.lost_tx, history.kept_from().tx - args.tx_pos);
        EXPECT_EQ(contract::parse_header(frames[0]).stamp.seq, history.first_seq());
    }
}

TEST_F(Replay, CountsWhatWasOverwrittenBeforeANewcomer)
{
    fill(500);
    const auto answer = ask({});
    EXPECT_EQ(answer.epoch, first_epoch);
    EXPECT_EQ(answer.lost_rx, history.kept_from().rx);
    EXPECT_EQ(answer.lost_tx, history.kept_from().tx);
}

TEST_F(Replay, DoesNotKnowWhatAForeignEpochLost)
{
    fill(500);
    contract::ReplayArgs args;
    args.epoch = other_epoch;
    args.after_seq = history.last_seq();
    const auto answer = ask(args);
    EXPECT_EQ(answer.epoch, first_epoch);
    EXPECT_FALSE(answer.lost_rx);
    EXPECT_FALSE(answer.lost_tx);
    EXPECT_EQ(contract::parse_header(frames.at(0)).stamp.seq, history.first_seq());
}

TEST_F(Replay, TakesAPlaceBeyondTheLastForTheEnd)
{
    fill(20);
    for (const auto seq : {history.last_seq(), history.last_seq() + 1, ~std::uint64_t{0}}) {
        contract::ReplayArgs args;
        args.epoch = first_epoch;
        args.after_seq = seq;
        EXPECT_EQ(ask(args),
                  (contract::ReplayAnswer{first_epoch, history.last_seq(), false, 0, 0}));
        EXPECT_TRUE(frames.empty());
    }
}

TEST(ReplayOfManyShortReads, IsBoundedWithItsHeaders)
{
    Memory memory{4 * 1024 * 1024};
    History history{memory.bytes(), first_epoch};
    const auto byte = bytes_of("x");
    for (int record = 0; record < 1500; ++record) {
        history.begin(Kind::rx, byte, {}, {});
        for (std::size_t reads = 1; reads < History::max_reads; ++reads)
            history.extend(byte, 4'000'000'000);
    }
    history.close();

    std::vector<std::string> frames;
    const auto answer = replay(history, SerialEvents{"A"}, {}, frames);
    std::size_t size = 0;
    for (const auto& frame : frames) size += frame.size();
    EXPECT_TRUE(answer.more);
    EXPECT_LE(size, max_reply_bytes);
    EXPECT_EQ(answer.next_after_seq, frames.size() / 2);
}

} // namespace
