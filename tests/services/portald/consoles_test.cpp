// Consoles over real sockets, against a bridge that keeps a slot's events in memory.
#include "portald/consoles.hpp"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <zmq.hpp>

#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "console_events.hpp"
#include "sample.hpp"

namespace {

using namespace std::chrono_literals;
using namespace console_events;
using contract::ErrorCode;
using portald::Consoles;
using portald::PageId;
using testing::ElementsAre;

/// bridged as far as a console can tell.
class FakeBridge {
public:
    FakeBridge(asio::io_context& io, zmq::context_t& zmq, const std::string& folder)
        : publisher_(io, zmq, {contract::events_endpoint(folder, "bridged")}, "bridged"),
          requests_(io, zmq, contract::requests_endpoint(folder, "bridged"), "bridged", "test")
    {
        requests_.on(contract::verbs::serial_replay, bus::Responder::Repeats::run_again,
                     [this](const auto& request, auto answer) { replay(request, answer); });
    }
    void say(const std::string& text)
    {
        events_.push_back(rx(events_.size() + 1, text));
        const auto& said = events_.back();
        publisher_.advance(contract::streams::serial("A"), said.header.stamp);
        publisher_.send(said.topic, contract::format_header(said.header),
                        std::as_bytes(std::span{text}));
    }
    bool is_listened_to() const { return publisher_.wanted(contract::topics::serial_rx("A")); }

    std::optional<ErrorCode> refusal;
    int asked = 0;

private:
    void replay(const contract::Request& request, const bus::Answer& answer)
    {
        ++asked;
        if (refusal) return answer.error(*refusal, "refused");
        auto next = request.args.get<contract::ReplayArgs>().after_seq;
        if (request.args.contains("tail_bytes"))
            next = request.args["tail_bytes"] == 0 ? events_.size() : 0;
        std::vector<std::string> frames;
        for (int n = 0; n < 3 && next < events_.size(); ++n, ++next) {
            frames.push_back(contract::format_header(events_[next].header));
            frames.push_back(events_[next].body);
        }
        answer.ok(contract::ReplayAnswer{epoch, next, next < events_.size(), 0, 0}, frames);
    }

    std::vector<contract::Event> events_;
    bus::Publisher publisher_;
    bus::Responder requests_;
};

struct ConsolesTest : testing::Test {
    ConsolesTest()
    {
        auto slot = sample::slot_in(contract::SlotState::idle);
        slot.slot = slot.label = "A";
        known = sample::known({slot});
        consoles = std::make_unique<Consoles>(
            io, zmq, folder,
            Consoles::Ports{[this]() -> const portald::Known& { return known; },
                            [this](PageId page, auto text) { said[page].push_back(brief(*text)); },
                            [this](PageId page) -> std::optional<std::size_t> {
                                if (gone.count(page) > 0) return std::nullopt;
                                return owed[page];
                            }});
    }
    ~ConsolesTest() override { std::filesystem::remove_all(folder); }

    bool eventually(const std::function<bool()>& condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(20ms);
        return condition();
    }
    void follow(PageId page, const std::string& more_members = "")
    {
        consoles->said(page, R"({"type":"follow","slot":"A")" + more_members + "}");
    }
    /// What the board said, as that page saw it.
    std::string seen(PageId page)
    {
        std::string text;
        for (const auto& message : said[page]) {
            const auto at = message.find(" RX ");
            if (at != std::string::npos) text += message.substr(at + 4);
        }
        return text;
    }
    bool is_following(PageId page)
    {
        return std::ranges::any_of(
            said[page], [](const auto& message) { return message.starts_with("following"); });
    }

    static std::string make_folder()
    {
        std::string name = "/tmp/consoles.XXXXXX";
        return ::mkdtemp(name.data());
    }

    std::string folder = make_folder();
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
    zmq::context_t zmq{1};
    portald::Known known;
    std::map<PageId, std::vector<std::string>> said;
    std::map<PageId, std::size_t> owed;
    std::set<PageId> gone;
    FakeBridge bridge{io, zmq, folder};
    std::unique_ptr<Consoles> consoles;
};

TEST_F(ConsolesTest, ShowWhatWasSaidAndWhatIsNewWithoutHolesOrRepeats)
{
    std::string all;
    for (int i = 0; i < 10; ++i)
        bridge.say("old" + std::to_string(i)), all += "old" + std::to_string(i);
    follow(1);
    ASSERT_TRUE(eventually([&] { return is_following(1); }));
    EXPECT_EQ(seen(1), all);
    for (int i = 0; i < 10; ++i) {
        all += "new" + std::to_string(i);
        bridge.say("new" + std::to_string(i));
        EXPECT_TRUE(eventually([&] { return seen(1).size() >= all.size(); }));
    }
    EXPECT_EQ(seen(1), all);
}

TEST_F(ConsolesTest, ReadOnceForAllWhoFollow)
{
    for (PageId page = 1; page <= 20; ++page) follow(page, R"(,"tail":0)");
    ASSERT_TRUE(eventually([&] { return is_following(20) && bridge.is_listened_to(); }));
    const int before = bridge.asked;
    bridge.say("news");
    EXPECT_TRUE(eventually([&] { return seen(1) == "news" && seen(20) == "news"; }));
    EXPECT_LE(bridge.asked - before, 4) << "not for each of 20";
}

TEST_F(ConsolesTest, APageWithoutRoomGetsNothingAndHoldsNobodyUp)
{
    follow(1);
    follow(2);
    ASSERT_TRUE(eventually([&] { return is_following(1) && is_following(2); }));
    owed[1] = portald::Console::most_owed;
    std::string all;
    for (int i = 0; i < 30; ++i) {
        bridge.say(std::to_string(i) + ";"), all += std::to_string(i) + ";";
        ASSERT_TRUE(eventually([&] { return seen(2) == all; }));
    }
    EXPECT_EQ(seen(1), "");
    owed[1] = 0;
    EXPECT_TRUE(eventually([&] { return seen(1) == all; }));
    EXPECT_LE(said[1].size(), 4u) << "it got fewer, larger messages";
}

TEST_F(ConsolesTest, EndWithTheirLastPage)
{
    follow(1);
    ASSERT_TRUE(eventually([&] { return is_following(1) && bridge.is_listened_to(); }));
    follow(2);
    consoles->said(1, R"({"type":"unfollow","slot":"A"})");
    EXPECT_EQ(consoles->followed(), 1u);
    gone.insert(2);
    consoles->page_left();
    EXPECT_EQ(consoles->followed(), 0u);
    EXPECT_TRUE(eventually([&] { return !bridge.is_listened_to(); }));
}

TEST_F(ConsolesTest, RefuseWhatThereIsNot)
{
    consoles->said(1, R"({"type":"follow","slot":"B"})");
    EXPECT_THAT(said[1], ElementsAre("not_followed B: slot 'B' not found"));
    bridge.refusal = ErrorCode::not_found;
    follow(2);
    EXPECT_TRUE(eventually([&] { return !said[2].empty(); }));
    EXPECT_THAT(said[2], ElementsAre("not_followed A: refused"));
    consoles->said(3, "nonsense");
    EXPECT_THAT(said[3].at(0), testing::HasSubstr(R"("type":"error")"));
}

TEST_F(ConsolesTest, TakeATroubleThatMayPassForAPause)
{
    bridge.refusal = ErrorCode::internal;
    bridge.say("a");
    follow(1);
    EXPECT_TRUE(eventually([&] { return bridge.asked > 2; }));
    bridge.refusal.reset();
    EXPECT_TRUE(eventually([&] { return seen(1) == "a"; }));
}

TEST_F(ConsolesTest, OfASlotThatIsRemovedEnd)
{
    follow(1);
    ASSERT_TRUE(eventually([&] { return is_following(1); }));
    known.slots.clear();
    known.up["bridged"] = false;
    consoles->known_changed();
    EXPECT_EQ(consoles->followed(), 1u) << "a bridge that is down removes nothing";
    known.up["bridged"] = true;
    consoles->known_changed();
    EXPECT_EQ(said[1].back(), "not_followed A: A has been removed");
    EXPECT_EQ(consoles->followed(), 0u);
}

TEST_F(ConsolesTest, AreSixteenForAPage)
{
    for (int i = 0; i < 17; ++i) {
        auto slot = sample::slot_in(contract::SlotState::idle);
        slot.slot = slot.label = "S" + std::to_string(i);
        known.slots.push_back(slot);
        consoles->said(1, R"({"type":"follow","slot":")" + slot.slot + "\"}");
    }
    EXPECT_EQ(consoles->followed(), Consoles::most_of_a_page);
    EXPECT_EQ(said[1].back(), "not_followed S16: 16 slots are followed, which is the most");
}

} // namespace
