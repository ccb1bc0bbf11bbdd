#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

// libFuzzer finds it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// What has to hold for any input; assert() would be silent in a release build.
inline void require(bool holds)
{
    if (!holds) std::abort();
}

inline std::span<const std::byte> bytes_of_input(const std::uint8_t* data, std::size_t size)
{
    return std::as_bytes(std::span{data, size});
}

inline std::string_view text_of_input(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}
