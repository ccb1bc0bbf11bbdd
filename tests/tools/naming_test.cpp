#include "learn_slots/naming.hpp"

#include <gmock/gmock.h>

#include "tools/things.hpp"

namespace learn_slots {
namespace {

using contract::ErrorCode;
using testing::HasSubstr;
using testing::Not;
using tools_test::device;
using tools_test::slot;

class NamingTest : public testing::Test {
protected:
    /// A board that no auto_assign knows, up to the question for its name.
    void plug_unknown(const std::string& slot_key)
    {
        naming_.plugged(device("/dev/ttyUSB0", slot_key));
        naming_.settled();
    }
    static contract::HotplugSnapshot
    snapshot(const std::string& epoch,
             const std::vector<std::pair<std::string, std::uint64_t>>& keys)
    {
        contract::HotplugSnapshot one{{epoch, 9}, {}};
        for (const auto& [key, seq] : keys) {
            one.devices.push_back(device("/dev/ttyUSB0", key));
            one.devices.back().seq = seq;
        }
        return one;
    }
    void answer(const std::string& label, const std::string& port)
    {
        naming_.line(label);
        naming_.line(port);
    }

    std::string said_;
    int settles_ = 0;
    std::vector<contract::SlotAssign> asked_;
    Naming naming_{{.say = [this](const auto& text) { said_ += text; },
                    .prompt = [this](const auto& text) { said_ += text; },
                    .settle = [this] { ++settles_; },
                    .assign = [this](const auto& wanted) { asked_.push_back(wanted); }}};
};

TEST_F(NamingTest, WhatWasThereBeforeIsNotAskedAbout)
{
    naming_.begin(snapshot("one", {{"k0", 7}}));
    naming_.present(snapshot("one", {{"k0", 7}}));
    EXPECT_EQ(settles_, 0);
    naming_.unplugged("k0");
    plug_unknown("k0");
    EXPECT_TRUE(naming_.asks());
}

TEST_F(NamingTest, ADeviceOfALaterSnapshotIsAskedAbout)
{
    naming_.begin(snapshot("one", {{"k0", 7}}));
    naming_.present(snapshot("one", {{"k0", 7}, {"k1", 8}}));
    naming_.settled();
    EXPECT_THAT(said_, HasSubstr("connector k1"));
}

TEST_F(NamingTest, OneThatWasUnpluggedAndPluggedInBetweenSnapshotsIsAskedAbout)
{
    naming_.begin(snapshot("one", {{"k0", 7}}));
    naming_.present(snapshot("one", {{"k0", 9}}));
    EXPECT_EQ(settles_, 1);
}

TEST_F(NamingTest, AHotplugdThatWasStartedAgainAsksAboutNothingThatWasThere)
{
    naming_.begin(snapshot("one", {{"k0", 7}}));
    naming_.present(snapshot("two", {{"k0", 1}}));
    EXPECT_EQ(settles_, 0);
    naming_.present(snapshot("two", {{"k0", 1}, {"k1", 2}}));
    EXPECT_EQ(settles_, 1);
}

TEST_F(NamingTest, ADeviceThatALaterSnapshotDoesNotHaveIsGone)
{
    naming_.begin(snapshot("one", {}));
    naming_.plugged(device("/dev/ttyUSB0", "k0"));
    naming_.present(snapshot("one", {}));
    naming_.settled();
    EXPECT_FALSE(naming_.asks());
}

TEST_F(NamingTest, WhatIsTypedIsWrittenForTheConnector)
{
    plug_unknown("k0");
    answer("  ESP32 A\r", "4007");
    ASSERT_EQ(asked_.size(), 1U);
    EXPECT_EQ(asked_[0].slot_key, "k0");
    EXPECT_EQ(asked_[0].label, "ESP32 A");
    EXPECT_EQ(asked_[0].tcp_port, 4007);
    EXPECT_TRUE(naming_.is_writing());
    naming_.assigned({"ESP32-A", "ESP32 A", "k0", 4007});
    EXPECT_THAT(said_, HasSubstr("Written: ESP32 A, port 4007"));
    EXPECT_THAT(naming_.summary(), HasSubstr("ESP32 A, port 4007: k0"));
}

TEST_F(NamingTest, EnterLeavesTheChoiceToBridged)
{
    naming_.slots({slot("SLOT1", "other", 4001)});
    plug_unknown("k0");
    EXPECT_THAT(said_, HasSubstr("Name [SLOT2]: "));
    answer("", "");
    EXPECT_THAT(said_, HasSubstr("TCP port [4002]: "));
    ASSERT_EQ(asked_.size(), 1U);
    EXPECT_FALSE(asked_[0].label);
    EXPECT_FALSE(asked_[0].tcp_port);
}

TEST_F(NamingTest, ASlotThatAutoAssignGivesMeanwhileIsTheSuggestion)
{
    naming_.plugged(device("/dev/ttyUSB0", "k0"));
    EXPECT_EQ(settles_, 1);
    EXPECT_FALSE(naming_.asks());
    naming_.slots({slot("SLOT9", "k0", 4009)});
    EXPECT_THAT(said_, HasSubstr("Name [SLOT9]: "));
    naming_.settled(); // the alarm that comes all the same
    EXPECT_THAT(said_.substr(said_.find("Name") + 1), Not(HasSubstr("Name")));
}

TEST_F(NamingTest, EnterKeepsTheSlotThatThereIs)
{
    naming_.slots({slot("Lab", "k0", 4005)});
    naming_.plugged(device("/dev/ttyUSB0", "k0"));
    answer("", "");
    EXPECT_TRUE(asked_.empty());
    EXPECT_THAT(said_, HasSubstr("Kept: Lab, port 4005"));
    EXPECT_FALSE(naming_.asks());
    EXPECT_EQ(naming_.summary(), "Nothing was written.\n");
}

TEST_F(NamingTest, OnlyWhatDiffersIsWritten)
{
    naming_.slots({slot("Lab", "k0", 4005)});
    naming_.plugged(device("/dev/ttyUSB0", "k0"));
    answer("Lab 2", "4005");
    ASSERT_EQ(asked_.size(), 1U);
    EXPECT_EQ(asked_[0].label, "Lab 2");
    EXPECT_FALSE(asked_[0].tcp_port);
}

TEST_F(NamingTest, ARefusedPortIsSaidAndAskedAgainWithTheNameKept)
{
    plug_unknown("k0");
    answer("A", "4001");
    naming_.refused(
        {ErrorCode::bad_request,
         "slots.json: slots[1] \"A\": tcp_port: 4001 is the port of slots[0] \"B\" already"});
    EXPECT_THAT(said_,
                HasSubstr("Not written: slots.json: slots[1] \"A\": tcp_port: 4001 is the port"));
    naming_.line("4002");
    ASSERT_EQ(asked_.size(), 2U);
    EXPECT_EQ(asked_[1].label, "A");
    EXPECT_EQ(asked_[1].tcp_port, 4002);
}

TEST_F(NamingTest, ARefusedNameIsAskedAgainWithThePortKept)
{
    plug_unknown("k0");
    answer("B", "4007");
    naming_.refused({ErrorCode::bad_request,
                     "slots.json: slots[1] \"B\": label: is the label of slots[0] \"B\" already"});
    answer("C", "");
    ASSERT_EQ(asked_.size(), 2U);
    EXPECT_EQ(asked_[1].label, "C");
    EXPECT_EQ(asked_[1].tcp_port, 4007);
}

TEST_F(NamingTest, AnyOtherRefusalIsAskedAgainWithAllKept)
{
    plug_unknown("k0");
    answer("A", "4007");
    naming_.refused({ErrorCode::timeout, "bridged does not answer"});
    EXPECT_THAT(said_, HasSubstr("Name [A]: "));
    answer("", "");
    EXPECT_EQ(asked_.back(), asked_.front());
}

TEST_F(NamingTest, WhatIsNoPortIsNotEvenSent)
{
    plug_unknown("k0");
    naming_.line("A");
    for (const char* wrong : {"abc", "40 01", "70000", "-1", "4001x"}) naming_.line(wrong);
    EXPECT_TRUE(asked_.empty());
    EXPECT_THAT(said_, HasSubstr("70000 is no TCP port"));
    naming_.line("4001");
    EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(NamingTest, OneConnectorAfterAnother)
{
    plug_unknown("k0");
    naming_.plugged(device("/dev/ttyUSB1", "k1"));
    naming_.plugged(device("/dev/ttyUSB1", "k1")); // told twice
    naming_.plugged(device("/dev/ttyUSB2", "k2"));
    EXPECT_THAT(said_, Not(HasSubstr("ttyUSB1")));
    naming_.unplugged("k1"); // gone before its turn
    answer("A", "");
    naming_.assigned({"A", "A", "k0", 4001});
    naming_.settled();
    EXPECT_THAT(said_, Not(HasSubstr("ttyUSB1")));
    EXPECT_THAT(said_, HasSubstr("ttyUSB2"));
    answer("B", "");
    naming_.assigned({"B", "B", "k2", 4002});
    EXPECT_FALSE(naming_.asks());
}

TEST_F(NamingTest, ABoardThatReturnsWhileItIsAskedAboutIsAskedAboutOnce)
{
    plug_unknown("k0");
    naming_.unplugged("k0");
    naming_.plugged(device("/dev/ttyUSB5", "k0"));
    answer("A", "");
    naming_.assigned({"A", "A", "k0", 4001});
    EXPECT_FALSE(naming_.asks());
    EXPECT_EQ(settles_, 1);
}

TEST_F(NamingTest, ABoardThatGoesBeforeTheQuestionIsNotAskedAbout)
{
    naming_.plugged(device("/dev/ttyUSB0", "k0"));
    naming_.unplugged("k0");
    naming_.settled();
    EXPECT_FALSE(naming_.asks());
    EXPECT_EQ(said_, "");
}

} // namespace
} // namespace learn_slots
