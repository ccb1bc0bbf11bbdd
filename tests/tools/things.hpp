#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "contract/messages.hpp"

/// What the tests of the tools are about.
namespace tools_test {

inline contract::Device device(const std::string& devnode, const std::string& slot_key)
{
    contract::Device one;
    one.slot_key = slot_key;
    one.devnode = devnode;
    one.vid = "10c4";
    one.pid = "ea60";
    one.serial = "0001";
    one.product = "CP2102";
    return one;
}

inline contract::Slot slot(const std::string& label, const std::string& slot_key,
                           std::uint16_t port)
{
    contract::Slot one;
    one.slot = label;
    one.label = label;
    one.slot_key = slot_key;
    one.tcp_port = port;
    one.pid = 812;
    return one;
}

/// A folder that is gone afterwards.
class Folder : public testing::Test {
protected:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "rfc2217-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~Folder() override { std::filesystem::remove_all(folder_); }

    void write(const std::filesystem::path& name, const std::string& text) const
    {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream{folder_ / name, std::ios::binary} << text;
    }

    std::filesystem::path folder_;
};

} // namespace tools_test
