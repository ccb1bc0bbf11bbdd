#include "bridged/history.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include "services/bridged/history_model.hpp"

namespace {

using namespace bridged;

constexpr std::size_t small = 32 * 1024;

/// The history has to be the newest records of the model, and as many as fit.
void expect_same(const HistoryModel& model, const History& history, const std::string& when)
{
    const auto kept = records_of(history);
    ASSERT_LE(kept.size(), model.records.size()) << when;
    ASSERT_EQ(kept, model.newest(kept.size())) << when;
    EXPECT_EQ(history.total(), model.total) << when;
    EXPECT_EQ(history.first_seq(), kept.empty() ? 0 : kept.front().seq) << when;
    EXPECT_EQ(history.kept_from(), kept.empty() ? model.total : kept.front().before) << when;
    if (kept.size() == model.records.size()) return;
    std::size_t used = 0;
    for (const auto& record : kept)
        used += sizeof(layout::RecordHead) + record.reads.size() * sizeof(layout::ReadHead) +
                record.body.size();
    EXPECT_GT(used + 2 * layout::max_record, small) << when << ": gave up more than it had to";
}

TEST(History, IsEmptyInTheBeginning)
{
    Memory memory{small};
    const History history{memory.bytes(), first_epoch};

    EXPECT_EQ(history.epoch(), first_epoch);
    EXPECT_EQ(history.last_seq(), 0u);
    EXPECT_EQ(history.first_seq(), 0u);
    EXPECT_FALSE(history.after(0));
    EXPECT_FALSE(history.newest());
}

TEST(History, RefusesTooLittleMemory)
{
    Memory memory{History::least_memory / 8 * 8 - 8};
    EXPECT_THROW((History{memory.bytes(), first_epoch}), std::invalid_argument);
}

TEST(History, KeepsWhatAModelKeepsWhileItWrapsAround)
{
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        std::mt19937 random{seed};
        Memory memory{small};
        History history{memory.bytes(), first_epoch};
        HistoryModel model;
        for (int step = 0; step < 1500; ++step) {
            model.step(random, history);
            if (step % 10 == 0)
                expect_same(model, history,
                            "seed " + std::to_string(seed) + " step " + std::to_string(step));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(History, FindsEveryRecordBySeq)
{
    std::mt19937 random{7};
    Memory memory{small};
    History history{memory.bytes(), first_epoch};
    HistoryModel model;
    for (int step = 0; step < 500; ++step) model.step(random, history);

    Record record;
    for (std::uint64_t seq = 0; seq < history.last_seq(); ++seq) {
        const auto place = history.after(seq);
        ASSERT_TRUE(place);
        history.read(*place, record);
        EXPECT_EQ(record.seq, std::max(seq + 1, history.first_seq()));
    }
    EXPECT_FALSE(history.after(history.last_seq()));
    EXPECT_FALSE(history.after(~std::uint64_t{0}));
}

TEST(History, GoesOnAfterAKillAtAnyPointBetweenWrites)
{
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        std::mt19937 random{seed};
        std::optional<Memory> memory{small};
        std::optional<History> history{std::in_place, memory->bytes(), first_epoch};
        HistoryModel model;
        for (int step = 0; step < 800; ++step) {
            model.step(random, *history);
            if (random() % 8 != 0) continue;
            Memory copy = *memory; // nothing of the old history ran after this
            history.reset();
            memory.emplace(std::move(copy));
            history.emplace(memory->bytes(), other_epoch);
            model.open = false;
            EXPECT_EQ(history->epoch(), first_epoch);
            expect_same(model, *history, "seed " + std::to_string(seed));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(History, ResumesTwiceTheSame)
{
    std::mt19937 random{3};
    Memory memory{small};
    HistoryModel model;
    {
        History history{memory.bytes(), first_epoch};
        for (int step = 0; step < 300; ++step) model.step(random, history);
    }
    for (int time = 0; time < 2; ++time)
        expect_same(model, History{memory.bytes(), other_epoch}, "resumed");
}

/// The two stores that make a record: `last`, then `end`.
TEST(History, ARecordThatWasBegunButNotCommittedNeverWas)
{
    std::mt19937 random{11};
    Memory memory{small};
    History history{memory.bytes(), first_epoch};
    HistoryModel model;
    for (int step = 0; step < 400; ++step) {
        model.step(random, history);
        const auto end = reinterpret_cast<layout::Control*>(memory.bytes().data())->end;
        HistoryModel next = model;
        next.close(history);
        const std::string body = "never told";
        history.begin(Kind::rx, bytes_of(body), {}, {});

        Memory killed = memory;
        auto& control = *reinterpret_cast<layout::Control*>(killed.bytes().data());
        ASSERT_EQ(control.last, end);
        control.end = end;
        const History resumed{killed.bytes(), other_epoch};
        EXPECT_EQ(resumed.epoch(), first_epoch);
        expect_same(model, resumed, "step " + std::to_string(step));
        if (HasFatalFailure()) return;

        model.open = false; // and in the memory that lives on, it is
        Record told;
        history.read(*history.newest(), told);
        history.close();
        if (told.kind == Kind::rx) model.total.rx += told.body.size();
        model.records.push_back(told);
    }
}

} // namespace
