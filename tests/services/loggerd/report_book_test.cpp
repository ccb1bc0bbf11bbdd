// Boots and alerts, kept in real files.
#include "loggerd/report_book.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "daemonkit/files.hpp"

namespace loggerd {
namespace {

namespace fs = std::filesystem;
using contract::LogReportsArgs;
using testing::ElementsAre;

struct ReportBookTest : testing::Test {
    ReportBookTest()
    {
        std::string name = "/tmp/report_book_test.XXXXXX";
        folder = ::mkdtemp(name.data());
        open();
    }
    ~ReportBookTest() override { fs::remove_all(folder); }

    /// As after a kill: what is on the disk is all that is left.
    void open(std::uint64_t file_bytes = 1 << 20)
    {
        book.emplace(io, folder / "state", "alerts", file_bytes);
    }
    void add(int seq, const std::string& slot = "A", const std::string& text = "text")
    {
        book->add(slot, "9f-" + std::to_string(seq) + "-crash",
                  contract::Time{std::chrono::seconds{1763802000 + seq}},
                  {{"seq", seq}, {"text", text}});
    }
    /// The "seq" of what an answer has.
    static std::vector<int> seqs(const contract::LogReportsAnswer& answer)
    {
        std::vector<int> seqs;
        for (const auto& report : answer.reports) seqs.push_back(report.report.at("seq"));
        return seqs;
    }
    std::vector<int> all() { return seqs(book->read({})); }
    fs::path file() const { return folder / "state" / "alerts.log"; }

    asio::io_context io{1};
    fs::path folder;
    std::optional<ReportBook> book;
};

TEST_F(ReportBookTest, KeepsWhatItWasTold)
{
    EXPECT_EQ(book->newest(), 0u);
    add(1, "A");
    add(2, "B", "a\nb \x1b \"");
    open();
    EXPECT_EQ(book->newest(), 2u);
    const auto answer = book->read({});
    ASSERT_THAT(seqs(answer), ElementsAre(1, 2));
    EXPECT_EQ(answer.reports[1].number, 2u);
    EXPECT_EQ(answer.reports[1].slot, "B");
    EXPECT_EQ(answer.reports[1].time, contract::Time{std::chrono::seconds{1763802002}});
    EXPECT_EQ(answer.reports[1].report["text"], "a\nb \x1b \"");
}

TEST_F(ReportBookTest, WhatIsToldAgainAfterAKillIsKeptOnce)
{
    add(1);
    open();
    add(1);
    add(2);
    EXPECT_THAT(all(), ElementsAre(1, 2));
    EXPECT_EQ(book->newest(), 2u);
}

TEST_F(ReportBookTest, ALineThatWasNotFinishedIsCutOff)
{
    add(1);
    add(2);
    const auto whole = fs::file_size(file());
    for (const auto left : {whole - 1, whole / 2 + 3}) {
        fs::resize_file(file(), left);
        open();
        EXPECT_THAT(all(), ElementsAre(1)) << left;
        add(2);
        open();
        EXPECT_THAT(all(), ElementsAre(1, 2)) << left;
    }
}

TEST_F(ReportBookTest, WhatIsNoReportIsPassedOver)
{
    add(1);
    std::ofstream(file(), std::ios::app)
        << "\nnonsense\n7\n7 x A id {}\n9999999999999999999999 1 A id {}\n";
    open();
    EXPECT_THAT(all(), ElementsAre(1));
    add(2);
    EXPECT_THAT(all(), ElementsAre(1, 2));
}

TEST_F(ReportBookTest, TheOlderOfTwoFilesGoesWhenTheNewerIsFull)
{
    open(2000);
    for (int seq = 1; seq <= 60; ++seq) add(seq, "A", std::string(100, 'x'));
    const auto kept = all();
    EXPECT_EQ(kept.back(), 60);
    EXPECT_GE(kept.size(), 2000u / 200) << "one file at least";
    EXPECT_LT(kept.size(), 40u);
    EXPECT_LE(fs::file_size(file()), 2000u);
    const auto numbers = book->read({}).reports;
    EXPECT_EQ(numbers.front().number, 60 - kept.size() + 1) << "without gaps";
    open(2000);
    EXPECT_EQ(all(), kept);
    add(61);
    EXPECT_EQ(all().back(), 61);
}

TEST_F(ReportBookTest, OneThatIsLongerThanAFileIsKept)
{
    open(100);
    add(1, "A", std::string(1000, 'x'));
    add(2, "A", std::string(1000, 'y'));
    EXPECT_THAT(all(), ElementsAre(1, 2));
}

TEST_F(ReportBookTest, IsReadFromANumberOnAndInPages)
{
    for (int seq = 1; seq <= 5; ++seq) add(seq);
    LogReportsArgs args;
    args.after = 1;
    args.limit = 2;
    auto answer = book->read(args);
    EXPECT_THAT(seqs(answer), ElementsAre(2, 3));
    EXPECT_TRUE(answer.more);
    EXPECT_EQ(answer.next, 3u);
    args.after = answer.next;
    answer = book->read(args);
    EXPECT_THAT(seqs(answer), ElementsAre(4, 5));
    EXPECT_FALSE(answer.more);
    EXPECT_EQ(answer.next, 5u);
    EXPECT_EQ(answer.newest, 5u);
    args.after = 99;
    EXPECT_THAT(seqs(book->read(args)), ElementsAre());
}

TEST_F(ReportBookTest, IsReadBySlotTimeAndFromTheEnd)
{
    for (int seq = 1; seq <= 6; ++seq) add(seq, seq % 2 == 0 ? "B" : "A");
    LogReportsArgs args;
    args.slot = "B";
    EXPECT_THAT(seqs(book->read(args)), ElementsAre(2, 4, 6));
    args.last = 2;
    EXPECT_THAT(seqs(book->read(args)), ElementsAre(4, 6));
    args = {};
    const auto time = [](int seq) {
        return contract::format_time(contract::Time{std::chrono::seconds{1763802000 + seq}});
    };
    args.from = time(2);
    args.to = time(4);
    EXPECT_THAT(seqs(book->read(args)), ElementsAre(2, 3));
    args.from = "yesterday";
    EXPECT_THROW(book->read(args), contract::BadMessage);
}

TEST_F(ReportBookTest, AnAnswerIsBounded)
{
    for (int seq = 1; seq <= 20; ++seq) add(seq, "A", std::string(50000, 'x'));
    const auto first = book->read({});
    EXPECT_TRUE(first.more);
    EXPECT_THAT(first.reports.size(), testing::AllOf(testing::Ge(3u), testing::Le(8u)));
    LogReportsArgs args;
    args.last = 20;
    const auto last = book->read(args);
    EXPECT_EQ(last.reports.back().number, 20u);
    EXPECT_EQ(last.reports.size(), first.reports.size());
}

/// A folder in the place of the file refuses writing, whoever we are.
TEST_F(ReportBookTest, WhatTheDiskRefusesIsReadAndIsWrittenWhenItCan)
{
    fs::create_directories(file());
    add(1);
    add(2);
    EXPECT_THAT(all(), ElementsAre(1, 2));
    EXPECT_EQ(book->read({}).reports[1].number, 2u);
    fs::remove(file());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!fs::exists(file()) && std::chrono::steady_clock::now() < deadline)
        io.run_one_for(std::chrono::milliseconds{100});
    open();
    EXPECT_THAT(all(), ElementsAre(1, 2));
}

TEST_F(ReportBookTest, WhatWaitsForTheDiskIsBounded)
{
    fs::create_directories(file());
    for (int seq = 1; seq <= 150; ++seq) add(seq);
    EXPECT_EQ(book->read({}).reports.size(), ReportBook::most_waiting);
    EXPECT_EQ(book->read({}).reports.back().number, 150u);
}

} // namespace
} // namespace loggerd
