#include <filesystem>

#include "services/bridged/a_bridge.hpp"

// slots.json, changed over the bus while a person edits it as well.
namespace {

using namespace bridged_tests;
using testing::HasSubstr;
using testing::Not;

class EditingSlots : public ABridge {
protected:
    static contract::SlotAssign wish(const std::string& slot_key)
    {
        contract::SlotAssign wanted;
        wanted.slot_key = slot_key;
        return wanted;
    }
    void assign(const contract::SlotAssign& wanted) { bridge->adopt(bridge->file_with(wanted)); }
    void unassign(const std::string& id) { bridge->adopt(bridge->file_without(id)); }
    std::string with_auto_assign(const std::string& entries) const
    {
        return R"({"_note":"mine","auto_assign":{"first_port":)" + std::to_string(port_a) +
               R"(,"last_port":)" + std::to_string(port_a) + R"(},"slots":[)" + entries + "]}";
    }
};

TEST_F(EditingSlots, MakesASlotForADeviceThatIsThereAndWritesItDown)
{
    write(slots(entry("A", port_a)));
    start();
    bridge->devices({{}, {plug_in("A"), plug_in("new")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));

    auto wanted = wish("key-new");
    wanted.label = "Scope";
    wanted.tcp_port = port_b;
    assign(wanted);
    EXPECT_TRUE(run_until([&] { return is("Scope", SlotState::idle); }));
    EXPECT_EQ(bridge->find("Scope")->state().tcp_port, port_b);
    EXPECT_THAT(file(), HasSubstr(R"({"label": "Scope", "slot_key": "key-new")"));
    EXPECT_EQ(opens("A"), 1u) << "the others are not touched";
}

TEST_F(EditingSlots, OpensASlotThatIsRenamedAnewUnderTheNewName)
{
    write(slots(entry("A", port_a)));
    start();
    bridge->devices({{}, {plug_in("A")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    auto wanted = wish("key-A");
    wanted.label = "B";
    assign(wanted);
    EXPECT_TRUE(run_until([&] { return is("B", SlotState::idle); }));
    EXPECT_EQ(bridge->find("A"), nullptr);
    EXPECT_EQ(bridge->find("B")->state().tcp_port, port_a);
}

TEST_F(EditingSlots, KeepsWhatAPersonHasWrittenAMomentBefore)
{
    write(slots(entry("A", port_a)));
    start();
    write(R"({"_note":"not read yet","slots":[)" + entry("A", port_a) + "]}");
    auto wanted = wish("key-new");
    wanted.tcp_port = port_b;
    assign(wanted);
    EXPECT_THAT(file(), HasSubstr("not read yet"));
    EXPECT_THAT(file(), HasSubstr("key-new"));
}

TEST_F(EditingSlots, LeavesAFileThatIsWrongToThePerson)
{
    write(slots(entry("A", port_a)));
    start();
    write("{half an edi");
    EXPECT_THROW(bridge->file_with(wish("key-new")), contract::BadMessage);
    EXPECT_THROW(bridge->file_without("A"), contract::BadMessage);
    EXPECT_EQ(file(), "{half an edi");
    EXPECT_NE(bridge->find("A"), nullptr);
}

TEST_F(EditingSlots, ServesAnUnknownDeviceWhileTheFileIsWrongAndKeepsItWhenItIsRightAgain)
{
    write(with_auto_assign(""));
    start();
    write("{half an edi");
    bridge->reload();
    bridge->device_added(plug_in("new"));
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));
    EXPECT_EQ(file(), "{half an edi");

    write(with_auto_assign("") + "\n");
    bridge->reload();
    run_what_is_ready();
    EXPECT_THAT(file(), HasSubstr("key-new"));
    EXPECT_THAT(file(), HasSubstr("mine"));
    EXPECT_EQ(opens("SLOT1"), 1u) << "its client would have been closed";
}

TEST_F(EditingSlots, MakesAFileThatIsGoneAnew)
{
    write(slots(entry("A", port_a)));
    start();
    std::filesystem::remove(folder / "slots.json");
    auto wanted = wish("key-new");
    wanted.tcp_port = port_b;
    assign(wanted);
    EXPECT_THAT(file(), HasSubstr("key-A"));
    EXPECT_THAT(file(), HasSubstr("key-new"));
}

TEST_F(EditingSlots, TakesASlotAwayAndGivesItBackOnlyWhenItIsPluggedInAgain)
{
    write(with_auto_assign(""));
    start();
    const auto board = plug_in("new");
    bridge->device_added(board);
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));

    unassign("SLOT1");
    EXPECT_TRUE(run_until([&] { return !ttys.find(board.devnode)->is_open; }));
    bridge->reload();
    run_what_is_ready();
    EXPECT_EQ(bridge->find("SLOT1"), nullptr);
    EXPECT_THAT(file(), Not(HasSubstr("key-new")));

    bridge->device_removed(board);
    bridge->device_added(board);
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));
}

TEST_F(EditingSlots, APlugThatASnapshotAloneTellsOfIsOne)
{
    write(with_auto_assign(""));
    start();
    auto board = plug_in("new");
    board.seq = 1;
    bridge->devices({{"one", 1}, {board}});
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));
    unassign("SLOT1");
    EXPECT_TRUE(run_until([&] { return !ttys.find(board.devnode)->is_open; }));

    // Another hotplugd numbers anew what has stayed where it was.
    board.seq = 2;
    bridge->devices({{"two", 2}, {board}});
    run_what_is_ready();
    EXPECT_EQ(bridge->find("SLOT1"), nullptr);

    board.seq = 4; // 3 was the remove
    bridge->devices({{"two", 4}, {board}});
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));
}

TEST_F(EditingSlots, ASlotThatComesBackIsWhoseItWas)
{
    auto closed = entry("A", port_a);
    closed.insert(closed.rfind('}'), R"(, "allow": ["127.0.0.1/32"], "baud": 9600)");
    write(slots(closed));
    start();
    unassign("A");
    auto wanted = wish("key-A");
    wanted.label = "B";
    wanted.tcp_port = port_b;
    assign(wanted);
    ASSERT_TRUE(run_until([&] { return bridge->find("B") != nullptr; })) << "when A is closed";
    const auto& back = bridge->find("B")->config();
    EXPECT_EQ(back.allow, std::vector<std::string>{"127.0.0.1/32"});
    EXPECT_EQ(back.baud, 9600u);
    EXPECT_EQ(back.tcp_port, port_b);
}

TEST_F(EditingSlots, ChangesNothingWhenTheFileCannotBeWritten)
{
    write(slots(entry("A", port_a)));
    start();
    auto wanted = wish("key-A");
    wanted.tcp_port = port_b;
    const auto changed = bridge->file_with(wanted);
    // A folder in the place of the file: nobody can replace that, root neither.
    std::filesystem::remove(folder / "slots.json");
    std::filesystem::create_directories(folder / "slots.json" / "full");
    EXPECT_THROW(bridge->adopt(changed), std::system_error);
    EXPECT_EQ(bridge->find("A")->state().tcp_port, port_a);
}

} // namespace
