#include <cstring>

#include <gtest/gtest.h>

#include "services/bridged/history_model.hpp"

namespace {

using namespace bridged;

constexpr std::size_t small = 32 * 1024;

/// Whatever was opened has to work: take events, give them back, and survive being resumed.
void expect_usable(Memory memory, const std::string& what)
{
    std::string epoch;
    std::size_t kept = 0;
    {
        History history{memory.bytes(), other_epoch};
        const auto before = history.last_seq();
        std::mt19937 random{5};
        HistoryModel model;
        model.total = history.total();
        for (int step = 0; step < 100; ++step) model.step(random, history);
        EXPECT_EQ(history.last_seq(), before + model.records.size()) << what;
        EXPECT_EQ(history.total(), model.total) << what;
        kept = records_of(history).size();
        epoch = history.epoch();
    }
    const History again{memory.bytes(), first_epoch};
    EXPECT_EQ(again.epoch(), epoch) << what;
    EXPECT_EQ(records_of(again).size(), kept) << what;
}

Memory filled(int steps)
{
    Memory memory{small};
    History history{memory.bytes(), first_epoch};
    std::mt19937 random{1};
    HistoryModel model;
    for (int step = 0; step < steps; ++step) model.step(random, history);
    return memory;
}

TEST(DamagedHistory, AnyFlippedByteOfTheControlGivesAUsableOne)
{
    for (const int steps : {0, 5, 300}) {
        const Memory sound = filled(steps);
        for (std::size_t at = 0; at < sizeof(layout::Control); ++at) {
            for (const int bits : {0x01, 0xFF}) {
                Memory memory = sound;
                memory.bytes()[at] ^= static_cast<std::byte>(bits);
                expect_usable(std::move(memory), "byte " + std::to_string(at));
            }
        }
    }
}

TEST(DamagedHistory, AForeignMagicVersionSizeOrEpochBeginsAnew)
{
    for (std::size_t at = 0; at < offsetof(layout::Control, oldest); ++at) {
        Memory memory = filled(50);
        memory.bytes()[at] ^= std::byte{1};
        const History history{memory.bytes(), other_epoch};
        EXPECT_EQ(history.epoch(), other_epoch) << "byte " << at;
        EXPECT_EQ(history.last_seq(), 0u) << "byte " << at;
    }
}

TEST(DamagedHistory, AFlippedByteOfARecordGivesAUsableOne)
{
    const Memory sound = filled(300);
    std::mt19937 random{9};
    for (int time = 0; time < 300; ++time) {
        Memory memory = sound;
        memory.bytes()[random() % small] ^= static_cast<std::byte>(1 + random() % 255);
        expect_usable(std::move(memory), "time " + std::to_string(time));
    }
}

TEST(DamagedHistory, GarbageBehindASoundControlGivesAUsableOne)
{
    const Memory sound = filled(300);
    std::mt19937 random{10};
    for (int time = 0; time < 100; ++time) {
        Memory memory = sound;
        const std::size_t from = sizeof(layout::Control) + random() % small / 2;
        for (auto& byte : memory.bytes().subspan(from, random() % (small / 2 - 200)))
            byte = static_cast<std::byte>(random());
        expect_usable(std::move(memory), "time " + std::to_string(time));
    }
}

TEST(DamagedHistory, OffsetsThatLieGiveAUsableOne)
{
    const Memory sound = filled(300);
    std::mt19937_64 random{12};
    for (int time = 0; time < 300; ++time) {
        Memory memory = sound;
        auto& control = *reinterpret_cast<layout::Control*>(memory.bytes().data());
        for (auto* field : {&control.oldest, &control.last, &control.end})
            if (random() % 2) *field = random() % 3 ? *field + random() % 200 - 100 : random();
        expect_usable(std::move(memory), "time " + std::to_string(time));
    }
}

TEST(DamagedHistory, RandomBytesBeginAnew)
{
    std::mt19937 random{13};
    for (int time = 0; time < 20; ++time) {
        Memory memory{small};
        for (auto& byte : memory.bytes()) byte = static_cast<std::byte>(random());
        if (time % 2) std::memcpy(memory.bytes().data(), layout::magic.data(), 8);
        EXPECT_EQ((History{memory.bytes(), other_epoch}.epoch()), other_epoch);
        expect_usable(std::move(memory), "time " + std::to_string(time));
    }
}

TEST(DamagedHistory, MemoryOfAnotherSizeBeginsAnew)
{
    Memory sound = filled(50), larger{small * 2};
    std::ranges::copy(sound.bytes(), larger.bytes().begin());
    EXPECT_EQ((History{larger.bytes(), other_epoch}.epoch()), other_epoch);
}

} // namespace
