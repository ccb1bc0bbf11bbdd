#include "bus/curve.hpp"

#include <array>
#include <cstdint>

#include <zmq.hpp>

namespace bus {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_text = 40;
using KeyText = std::array<char, key_text + 1>; // with its NUL

} // namespace

std::optional<std::string> curve_public_key(const std::string& secret_key)
{
    KeyText key{};
    if (!is_curve_key(secret_key) || zmq_curve_public(key.data(), secret_key.c_str()) != 0)
        return std::nullopt;
    return key.data();
}

bool is_curve_key(const std::string& key)
{
    std::array<std::uint8_t, key_bytes> bytes{};
    return key.size() == key_text && zmq_z85_decode(bytes.data(), key.c_str()) != nullptr;
}

std::string curve_key_of(const std::string& bytes)
{
    KeyText key{};
    if (bytes.size() != key_bytes) return {};
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return zmq_z85_encode(key.data(), data, key_bytes) != nullptr ? key.data() : "";
}

} // namespace bus
