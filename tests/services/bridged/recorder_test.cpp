#include "bridged/recorder.hpp"

#include <fstream>
#include <numeric>
#include <system_error>

#include <gmock/gmock.h>
#include <zmq.hpp>

#include <unistd.h>

#include "bridged/ring_file.hpp"
#include "bus/subscriber.hpp"
#include "contract/names.hpp"
#include "services/bridged/history_model.hpp"

namespace {

using namespace bridged;
using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::size_t history_bytes = 64 * 1024;
constexpr std::chrono::system_clock::time_point noon{43200s};

std::string make_folder()
{
    std::string folder = std::filesystem::temp_directory_path() / "recorder-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + folder);
    return folder;
}

/// A recorder on a real bus, and someone who listens.
class RecorderOnABus : public testing::Test {
protected:
    RecorderOnABus()
    {
        listener.subscribe("serial.");
        // Subscribing takes a moment, and what went out before is nobody's.
        run_until([&] { return publisher.wanted("serial.rx/A/"); });
    }
    ~RecorderOnABus() override { std::filesystem::remove_all(folder); }

    template<typename Condition>
    void run_until(Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(100ms);
        }
        ASSERT_TRUE(condition());
    }
    std::string heard(const std::string& kind) const
    {
        std::string text;
        for (const auto& event : events)
            if (event.topic == kind + "/A/") text += event.body;
        return text;
    }
    std::string replayed(Recorder& recorder, const std::string& kind)
    {
        std::string text;
        contract::ReplayArgs args;
        contract::ReplayAnswer answer;
        do {
            std::vector<std::string> frames;
            answer = recorder.replay(args, frames);
            for (std::size_t i = 0; i + 1 < frames.size(); i += 2)
                if (contract::parse_header(frames[i]).topic == kind + "/A/") text += frames[i + 1];
            args.epoch = answer.epoch;
            args.after_seq = answer.next_after_seq;
        } while (answer.more);
        last = answer;
        return text;
    }
    /// Seq and pos of all that was heard have no gap.
    void expect_no_gap() const
    {
        Positions at;
        for (std::size_t i = 0; i < events.size(); ++i) {
            EXPECT_EQ(events[i].header.stamp.seq, i + 1);
            if (events[i].topic == "serial.info/A/") continue;
            auto& position = events[i].topic == "serial.rx/A/" ? at.rx : at.tx;
            EXPECT_EQ(events[i].header.pos, position);
            position += events[i].body.size();
        }
    }

    std::string folder = make_folder();
    std::filesystem::path ring = std::filesystem::path{folder} / "history" / "A.ring";
    asio::io_context io;
    zmq::context_t zmq;
    std::string endpoint = contract::events_endpoint(folder, "bridged");
    bus::Publisher publisher{io, zmq, {endpoint}, "bridged"};
    std::vector<contract::Event> events;
    bus::Subscriber listener{io, zmq, endpoint,
                             [this](const contract::Event& event) { events.push_back(event); }};
    contract::ReplayAnswer last;
};

TEST_F(RecorderOnABus, PublishesWhatItIsTold)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    recorder.data(Direction::rx, bytes_of("boot\xff"), noon);

    run_until([&] { return events.size() == 1; });
    EXPECT_EQ(events[0].topic, "serial.rx/A/");
    EXPECT_EQ(events[0].body, "boot\xff");
    EXPECT_EQ(events[0].header.source, "bridged");
    EXPECT_EQ(events[0].header.time, contract::Time{43200s});
    EXPECT_THAT(events[0].header.reads, ElementsAre(contract::ReadTime{0, 0}));
    expect_no_gap();
}

TEST_F(RecorderOnABus, JoinsAStreamOfShortReadsAndKeepsTheirTimes)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    std::string sent;
    for (int i = 0; i < 1000; ++i) {
        sent += static_cast<char>('a' + i % 26);
        recorder.data(Direction::rx, bytes_of(sent).last(1), noon + i * 1us);
    }
    run_until([&] { return heard("serial.rx").size() == 1000; });

    EXPECT_EQ(heard("serial.rx"), sent);
    EXPECT_LT(events.size(), 500u);
    expect_no_gap();
    std::size_t reads = 0;
    for (const auto& event : events) {
        EXPECT_LE(event.header.reads.size(), 256u);
        for (const auto& read : event.header.reads)
            EXPECT_EQ(event.header.time + std::chrono::microseconds{read.after_us},
                      contract::Time{43200s} + std::chrono::microseconds{reads++});
    }
    EXPECT_EQ(reads, 1000u);
}

TEST_F(RecorderOnABus, AnInfoClosesTheBatchAndKeepsItsPlace)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    recorder.data(Direction::rx, bytes_of("a"), noon);
    recorder.data(Direction::rx, bytes_of("b"), noon);
    recorder.info("Baudrate changed to 115200");
    recorder.data(Direction::rx, bytes_of("c"), noon);
    recorder.info("one", News::soon);
    recorder.info("two", News::soon);
    recorder.data(Direction::tx, bytes_of("d"), noon);
    const auto told = publisher.last("serial/A").seq;
    recorder.info("three", News::soon); // told of by itself
    EXPECT_EQ(publisher.last("serial/A").seq, told) << "it was to wait";
    run_until([&] { return !events.empty() && events.back().body.ends_with("three\"}"); });

    std::string order;
    for (const auto& event : events) order += event.body;
    EXPECT_EQ(order, R"(ab{"text":"Baudrate changed to 115200"}c{"text":"one"}{"text":"two"}d)"
                     R"({"text":"three"})");
    expect_no_gap();
}

TEST_F(RecorderOnABus, AChangeOfDirectionClosesTheBatch)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    for (int i = 0; i < 3; ++i) {
        recorder.data(Direction::rx, bytes_of("r"), noon);
        recorder.data(Direction::tx, bytes_of("t"), noon);
    }
    run_until([&] { return events.size() == 6; });
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(events[i].topic, i % 2 ? "serial.tx/A/" : "serial.rx/A/");
    expect_no_gap();
    EXPECT_EQ(recorder.rx_bytes(), 3u);
    EXPECT_EQ(recorder.tx_bytes(), 3u);
}

TEST_F(RecorderOnABus, SplitsALongReadIntoEventsOfFourKibibytes)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    std::string sent(10'000, '\0');
    std::iota(sent.begin(), sent.end(), '\0');
    recorder.data(Direction::tx, bytes_of(sent), noon);

    run_until([&] { return events.size() == 3; });
    EXPECT_EQ(heard("serial.tx"), sent);
    for (const auto& event : events) EXPECT_LE(event.body.size(), 4096u);
    expect_no_gap();
}

TEST_F(RecorderOnABus, ReplayHoldsTheOpenBatchToo)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    for (const char* text : {"a", "b", "c"}) recorder.data(Direction::rx, bytes_of(text), noon);
    EXPECT_EQ(replayed(recorder, "serial.rx"), "abc");
    EXPECT_EQ(publisher.last("serial/A"), (contract::Stamp{last.epoch, last.next_after_seq}));
    run_until([&] { return heard("serial.rx") == "abc"; });
}

TEST_F(RecorderOnABus, AKilledOneComesBackWithItsEpochAndTheOpenBatch)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    for (const char* text : {"a", "b", "c"}) recorder.data(Direction::rx, bytes_of(text), noon);
    const auto killed = std::filesystem::path{folder} / "killed.ring";
    std::filesystem::copy_file(ring, killed); // before any destructor or timer

    Recorder next{io, publisher, "B", killed, history_bytes};
    EXPECT_EQ(next.rx_bytes(), 3u);
    contract::ReplayArgs args;
    std::vector<std::string> frames, next_frames;
    const auto before = recorder.replay(args, frames);
    const auto after = next.replay(args, next_frames);
    EXPECT_EQ(after.epoch, before.epoch);
    EXPECT_EQ(after.next_after_seq, before.next_after_seq);
    EXPECT_EQ(publisher.last("serial/B"), (contract::Stamp{after.epoch, after.next_after_seq}));

    next.data(Direction::rx, bytes_of("d"), noon);
    next_frames.clear();
    args.epoch = after.epoch;
    args.after_seq = after.next_after_seq;
    next.replay(args, next_frames);
    ASSERT_EQ(next_frames.size(), 2u);
    EXPECT_EQ(contract::parse_header(next_frames[0]).pos, 3u);
    EXPECT_EQ(next_frames[1], "d");
}

TEST_F(RecorderOnABus, EndsWhileItsTimerIsOnItsWay)
{
    for (int time = 0; time < 20; ++time) {
        Recorder recorder{io, publisher, "A", ring, history_bytes};
        recorder.data(Direction::rx, bytes_of("a"), noon);
        recorder.data(Direction::rx, bytes_of("b"), noon);
    }
    run_until([&] { return heard("serial.rx").size() == 40; });
    expect_no_gap();
}

TEST_F(RecorderOnABus, AnotherSizeBeginsAnewAndADamagedFileToo)
{
    const auto epoch_of = [&](std::size_t bytes) {
        Recorder recorder{io, publisher, "A", ring, bytes};
        replayed(recorder, "serial.rx");
        return last.epoch;
    };
    const auto first = epoch_of(history_bytes);
    EXPECT_EQ(epoch_of(history_bytes), first);
    const auto second = epoch_of(2 * history_bytes);
    EXPECT_NE(second, first);
    std::filesystem::resize_file(ring, 100);
    const auto third = epoch_of(2 * history_bytes);
    EXPECT_NE(third, second);
    std::fstream{ring, std::ios::in | std::ios::out | std::ios::binary}.write("damaged", 7);
    EXPECT_NE(epoch_of(2 * history_bytes), third);
}

TEST_F(RecorderOnABus, CutsAnInfoThatWouldNotFit)
{
    Recorder recorder{io, publisher, "A", ring, history_bytes};
    recorder.info(std::string(100'000, '\x01'));
    recorder.info(std::string(100'000, '\xff'));
    run_until([&] { return events.size() == 2; });
    for (const auto& event : events) EXPECT_LE(event.body.size(), 4096u);
}

TEST(RingFile, KeepsWhatWasStored)
{
    const std::string folder = make_folder();
    const auto path = std::filesystem::path{folder} / "deep" / "A.ring";
    {
        const RingFile file{path, 8192};
        ASSERT_EQ(file.memory().size(), 8192u);
        file.memory()[8191] = std::byte{42};
    }
    EXPECT_EQ((RingFile{path, 8192}.memory()[8191]), std::byte{42});
    EXPECT_EQ((RingFile{path, 16384}.memory()[8191]), std::byte{0}) << "of another size";
    std::filesystem::remove_all(folder);
}

TEST(RingFile, NamesTheFileThatItCannotHave)
{
    const std::string folder = make_folder();
    const auto target = std::filesystem::path{folder} / "target";
    const auto link = std::filesystem::path{folder} / "A.ring";
    std::ofstream{target} << "precious";
    std::filesystem::create_symlink(target, link);
    try {
        const RingFile file{link, 8192};
        ADD_FAILURE() << "a symbolic link was followed";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(link.string()));
    }
    EXPECT_THROW((RingFile{folder, 8192}), std::system_error) << "a folder";
    EXPECT_EQ(std::filesystem::file_size(target), 8u);
    std::filesystem::remove_all(folder);
}

} // namespace
