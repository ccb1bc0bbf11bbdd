#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/time.hpp"

namespace loggerd {

/// When bytes of a longer string were read: those from `offset` on.
struct ReadAt {
    std::size_t offset = 0;
    contract::Time time{};
    bool operator==(const ReadAt&) const = default;
};

/// Bytes that may be a packet; not known yet.
struct HeldBytes {
    std::string bytes;
    std::vector<ReadAt> reads;
    bool operator==(const HeldBytes&) const = default;
};

/// Takes the packets of the ESP serial protocol out of one direction's bytes: what flashing
/// sends is no text, and a log of it would be of no use to anybody. Only what is a valid packet
/// in every respect is taken: SLIP frame (0xC0 … 0xC0, escapes 0xDB 0xDC and 0xDB 0xDD), its
/// direction byte, a known command, and a length that is that of the data. All else passes
/// unchanged, in order, with its times. No I/O, no clock.
/// Protocol: docs.espressif.com, "Serial Protocol" of esptool.
class PacketFilter {
public:
    enum class Side : std::uint8_t { to_board = 0, from_board = 1 }; ///< the direction byte

    /// Of data: flash blocks have 16 KiB, plus their own header.
    static constexpr std::size_t longest_data = 0x4000 + 64;

    using OnText = std::function<void(contract::Time time, std::string_view bytes)>;
    using OnPacket = std::function<void(const HeldBytes& packet)>;

    explicit PacketFilter(Side side) : side_(side) {}

    void feed(contract::Time time, std::string_view bytes, const OnText& on_text,
              const OnPacket& on_packet);
    /// What is held is no packet: it passes as text.
    void release(const OnText& on_text);

    const HeldBytes& held() const { return held_; }
    /// Takes up where another left off.
    void restore(const HeldBytes& held);

private:
    enum class Verdict : std::uint8_t { undecided, packet, text };
    void hold(contract::Time time, char byte);
    Verdict judge(std::uint8_t byte);
    Verdict judge_decoded(std::uint8_t byte);

    Side side_;
    HeldBytes held_;
    std::size_t decoded_ = 0; // bytes of the frame, escapes resolved
    std::size_t length_ = 0;  // of the data, as the header says
    bool escaped_ = false;
};

} // namespace loggerd
