#include "daemonkit/private_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/json.hpp"

namespace {

class PrivateFile : public testing::Test {
protected:
    PrivateFile()
    {
        std::string made = (std::filesystem::temp_directory_path() / "private-XXXXXX").string();
        folder_ = mkdtemp(made.data());
        file_ = folder_ / "tokens";
        std::ofstream(file_) << "a secret";
    }
    ~PrivateFile() override { std::filesystem::remove_all(folder_); }

    std::string outcome(mode_t mode)
    {
        chmod(file_.c_str(), mode);
        return outcome();
    }
    std::string outcome() const
    {
        try {
            return daemonkit::read_private_file(file_);
        } catch (const contract::BadMessage& bad) {
            return bad.what();
        }
    }

    std::filesystem::path folder_, file_;
};

TEST_F(PrivateFile, IsReadWhenOnlyItsOwnerAndGroupCan)
{
    EXPECT_EQ(outcome(0640), "a secret");
    EXPECT_EQ(outcome(0600), "a secret");
}

TEST_F(PrivateFile, IsRefusedWhenOthersCanReadOrChangeIt)
{
    for (const mode_t open : {0644U, 0660U, 0642U, 0641U})
        EXPECT_EQ(outcome(open),
                  file_.string() + ": others can read or change it: chmod 640 " + file_.string())
            << open;
}

TEST_F(PrivateFile, IsRefusedWhenItIsNotThereOrNoFile)
{
    std::filesystem::remove(file_);
    EXPECT_THAT(outcome(), testing::HasSubstr("No such file"));
    std::filesystem::create_directory(file_);
    EXPECT_THAT(outcome(0700), testing::HasSubstr(file_.string()));
}

TEST_F(PrivateFile, IsRefusedWhenItIsSomebodyElses)
{
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(chown(file_.c_str(), 12345, 0), 0);
    EXPECT_THAT(outcome(0640), testing::HasSubstr("neither root's nor this daemon's"));
}

} // namespace
