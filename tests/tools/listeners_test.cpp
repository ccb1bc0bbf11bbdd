#include "ctl/listeners.hpp"

#include <gmock/gmock.h>

#include "tools/things.hpp"

namespace ctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                             "retrnsmt   uid  timeout inode\n";
constexpr const char* on_4001 = "   0: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 "
                                "00:00000000 00000000   107        0 31337 1 0 100 0 0 10 0\n";
constexpr const char* connected_to_4001 =
    "   1: 0100007F:0FA1 0100007F:C001 01 00000000:00000000 00:00000000 00000000   107        0 "
    "31338 1 0 20 4 30 10 -1\n";
constexpr const char* on_4002 = "   2: 00000000:0FA2 00000000:0000 0A 00000000:00000000 "
                                "00:00000000 00000000     0        0 31339 1 0 100 0 0 10 0\n";
constexpr const char* on_4001_by_ipv6 =
    "   0: 00000000000000000000000000000000:0FA1 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000     0        0 4711 1 0\n";

class Listeners : public tools_test::Folder {};

TEST_F(Listeners, AreThoseOfThePortThatListen)
{
    EXPECT_THAT(listening_inodes(std::string(head) + on_4001 + connected_to_4001 + on_4002, 4001),
                ElementsAre(31337));
}

TEST_F(Listeners, AreLookedForInBothFamilies)
{
    write("net/tcp", std::string(head) + on_4001);
    write("net/tcp6", std::string(head) + on_4001_by_ipv6);
    EXPECT_THAT(listening_on(4001, folder_), ElementsAre(4711, 31337));
    EXPECT_THAT(listening_on(4003, folder_), IsEmpty());
}

TEST_F(Listeners, AreNoneWhereThereIsNoTableOrNonsense)
{
    EXPECT_THAT(listening_on(4001, folder_ / "none"), IsEmpty());
    EXPECT_THAT(listening_inodes("a b\n\n x:y:0FA1 0A\n 0: :0FA1 z 0A 1 2 3 4 5 x\n", 4001),
                IsEmpty());
}

} // namespace
} // namespace ctl
