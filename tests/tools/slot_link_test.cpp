#include "slot_link/slot_link.hpp"

#include <sys/stat.h>

#include "tools/things.hpp"

namespace slot_link {
namespace {

class SlotLink : public tools_test::Folder {
protected:
    std::optional<std::string> id_in(const std::string& text, std::string_view key)
    {
        write("slots.json", text);
        return id_of(folder_ / "slots.json", key);
    }
};

constexpr const char* two = R"({"slots": [{"label": "ESP32 A", "slot_key": "k0", "tcp_port": 4001},
                                         {"label": "B", "slot_key": "k0-port1", "tcp_port": 4002}]})";

TEST_F(SlotLink, IsTheIdOfTheConnectorsSlot)
{
    EXPECT_EQ(id_in(two, "k0"), "ESP32-A");
    EXPECT_EQ(id_in(two, "k1"), std::nullopt);
    EXPECT_EQ(id_in(two, ""), std::nullopt);
}

TEST_F(SlotLink, AFurtherPortOfAnAdapterHasAKeyOfItsOwn)
{
    EXPECT_EQ(key_of("k0", ""), "k0");
    EXPECT_EQ(key_of("k0", "0"), "k0");
    EXPECT_EQ(key_of("k0", "1"), "k0-port1");
    EXPECT_EQ(key_of("", "1"), "");
}

TEST_F(SlotLink, IsNoneWhenTheFileIsWrongOrAbsent)
{
    EXPECT_EQ(id_in("{", "k0"), std::nullopt);
    EXPECT_EQ(id_in(R"({"slots": [{"label": "A", "slot_key": "k0", "tcp_port": 80}]})", "k0"),
              std::nullopt);
    EXPECT_EQ(id_of(folder_ / "none.json", "k0"), std::nullopt);
    EXPECT_EQ(id_of(folder_, "k0"), std::nullopt);
}

TEST_F(SlotLink, IsNoneWhenTheFileIsHuge)
{
    std::string text = two;
    text.insert(1, R"("_note": ")" + std::string(1 << 20, 'x') + R"(", )");
    EXPECT_EQ(id_in(text, "k0"), std::nullopt);
}

TEST_F(SlotLink, DoesNotWaitForTheWriterOfAFifo)
{
    const auto fifo = folder_ / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(id_of(fifo, "k0"), std::nullopt);
}

} // namespace
} // namespace slot_link
