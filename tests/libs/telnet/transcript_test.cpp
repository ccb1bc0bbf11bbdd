#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "libs/telnet/acknowledging_server.hpp"
#include "libs/telnet/bytes.hpp"

namespace {

/// One turn of a recorded conversation: what the client sent, and what it was answered.
struct Turn {
    telnet::Bytes client, server;
};

telnet::Bytes parse_hex(const std::string& text)
{
    telnet::Bytes bytes;
    std::istringstream words{text.substr(0, text.find('#'))};
    for (std::string word; words >> word;)
        bytes.push_back(static_cast<std::byte>(std::stoi(word, nullptr, 16)));
    return bytes;
}

std::vector<Turn> read_transcript(const std::filesystem::path& file)
{
    std::vector<Turn> turns;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(">> ")) turns.push_back({parse_hex(line.substr(3)), {}});
        if (!line.starts_with("<< ")) continue;
        const auto answer = parse_hex(line.substr(3));
        turns.back().server.insert(turns.back().server.end(), answer.begin(), answer.end());
    }
    return turns;
}

std::vector<std::filesystem::path> transcripts()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{GOLDEN_DIR "/telnet"})
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

TEST(TelnetTranscripts, AreThere)
{
    ASSERT_GE(transcripts().size(), 4u);
    for (const auto& file : transcripts()) EXPECT_GT(read_transcript(file).size(), 10u) << file;
}

TEST(TelnetTranscripts, EveryTurnIsAnsweredAsRecorded)
{
    for (const auto& file : transcripts()) {
        AcknowledgingServer server;
        int number = 0;
        for (const auto& turn : read_transcript(file)) {
            ++number;
            EXPECT_EQ(hex(server.receive(turn.client)), hex(turn.server))
                << file << ", turn " << number << ": >> " << hex(turn.client);
        }
    }
}

TEST(TelnetTranscripts, AreAnsweredTheSameByteByByte)
{
    for (const auto& file : transcripts()) {
        AcknowledgingServer server;
        for (const auto& turn : read_transcript(file)) {
            telnet::Bytes answer;
            for (const std::byte& byte : turn.client) {
                const auto part = server.receive({&byte, 1});
                answer.insert(answer.end(), part.begin(), part.end());
            }
            EXPECT_EQ(hex(answer), hex(turn.server)) << file << ": >> " << hex(turn.client);
        }
    }
}

} // namespace
