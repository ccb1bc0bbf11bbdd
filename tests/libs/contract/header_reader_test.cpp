#include <gtest/gtest.h>

#include "contract/header_reader.hpp"

using namespace contract;

namespace {

Header a_header()
{
    Header header;
    header.source = "bridged";
    header.stamp = {"9f86d081884c7d65", 18446744073709551615U};
    header.time = *parse_time("2026-11-22T09:00:00.123456Z");
    header.mono = Monotonic{5};
    return header;
}

TEST(OwnHeader, IsReadInEveryFormInWhichItIsWritten)
{
    auto header = a_header();
    EXPECT_EQ(read_own_header(format_header(header)), header);
    header.pos = 0;
    EXPECT_EQ(read_own_header(format_header(header)), header);
    header.reads = {{0, 0}, {4294967295U, 999'999}};
    EXPECT_EQ(read_own_header(format_header(header)), header);
    header.topic = "serial.rx/A";
    EXPECT_EQ(read_own_header(format_header(header)), header);
}

TEST(OwnHeader, IsNothingElseNoMatterWhereItDiffers)
{
    auto header = a_header();
    header.pos = 17;
    header.reads = {{0, 0}, {3, 12}};
    header.topic = "serial.rx/A";
    const auto text = format_header(header);
    for (std::size_t at = 0; at < text.size(); ++at) {
        EXPECT_FALSE(read_own_header(text.substr(0, at))) << at;
        for (const char other : {'"', '\\', ' ', '\0', '-', ']', '}'}) {
            auto changed = text;
            if (changed[at] == other) continue;
            changed[at] = other;
            // What it takes all the same must be what JSON takes, and mean the same.
            const auto read = read_own_header(changed);
            if (read) {
                EXPECT_EQ(format_header(*read), changed) << at << other;
            }
        }
    }
    EXPECT_FALSE(read_own_header(text + " "));
}

TEST(OwnHeader, HasNoNumberThatJsonWouldRefuse)
{
    const auto text = format_header(a_header());
    const auto with_mono = [&](const std::string& number) {
        auto changed = text;
        return changed.replace(changed.find(":5}"), 3, ":" + number + "}");
    };
    EXPECT_TRUE(read_own_header(with_mono("0")));
    for (const std::string bad : {"", "05", "-5", "+5", "5.0", "5e3", "9223372036854775808"})
        EXPECT_FALSE(read_own_header(with_mono(bad))) << bad;
}

} // namespace
