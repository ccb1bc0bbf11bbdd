#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "contract/envelope.hpp"
#include "libs/contract/samples.hpp"

using namespace contract;

namespace {

class GoldenTest : public testing::TestWithParam<Sample> {};

TEST_P(GoldenTest, IsWhatTheStructIsWrittenAs)
{
    const Sample& sample = GetParam();
    EXPECT_EQ(sample.text, to_text(parse_json(golden(sample.golden), sample.golden)));
}

TEST_P(GoldenTest, ComesBackFromTheStructAsItWas)
{
    const Sample& sample = GetParam();
    const Json json = parse_json(golden(sample.golden), sample.golden);
    EXPECT_EQ(to_text(sample.reread(json)), to_text(json));
}

INSTANTIATE_TEST_SUITE_P(Bus, GoldenTest, testing::ValuesIn(samples()),
                         [](const auto& sample) { return sample.param.golden; });

TEST(GoldenEnvelopes, AreReadAndWrittenByteForByte)
{
    for (const char* name : {"header", "header_serial", "header_replayed"}) {
        const std::string text = golden(name);
        EXPECT_EQ(format_header(parse_header(text)) + "\n", text);
    }
    EXPECT_EQ(format_request(parse_request(golden("request"))) + "\n", golden("request"));
    for (const char* name : {"reply", "reply_error"}) {
        EXPECT_EQ(format_reply(parse_reply(golden(name))) + "\n", golden(name));
    }
}

TEST(GoldenFiles, AreAllOfSomeMessage)
{
    std::set<std::string> known{"header",  "header_serial", "header_replayed",
                                "request", "reply",         "reply_error"};
    for (const Sample& sample : samples()) known.insert(sample.golden);
    std::set<std::string> files;
    for (const auto& file : std::filesystem::directory_iterator(GOLDEN_DIR "/bus")) {
        files.insert(file.path().stem().string());
    }
    EXPECT_EQ(files, known);
}

/// The structs that a header declares a to_json for.
std::set<std::string> declared_in(const std::string& header)
{
    std::ifstream file(std::string(GOLDEN_DIR) + "/../../libs/contract/" + header);
    EXPECT_TRUE(file) << header;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string before = "void to_json(Json& json, const ";
    std::set<std::string> types;
    for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
        at += before.size();
        types.insert(text.substr(at, text.find('&', at) - at));
    }
    return types;
}

TEST(GoldenFiles, ShowEveryMessageThatTheHeadersDeclare)
{
    // Parts of other messages, seen there.
    std::set<std::string> shown{"Stamp",    "Client",      "Claim",    "LineSettings", "ModemLines",
                                "LogState", "LogFileInfo", "LogMatch", "LogReport"};
    for (const Sample& sample : samples()) shown.insert(sample.type);
    std::set<std::string> declared = declared_in("messages.hpp");
    declared.merge(declared_in("verbs.hpp"));
    declared.merge(declared_in("board_reports.hpp"));
    declared.merge(declared_in("log_fault.hpp"));
    declared.merge(declared_in("log_verbs.hpp"));
    declared.merge(declared_in("log_reports.hpp"));
    EXPECT_EQ(shown, declared);
}

} // namespace
