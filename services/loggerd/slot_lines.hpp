#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loggerd/line.hpp"
#include "loggerd/line_assembler.hpp"
#include "loggerd/packet_filter.hpp"
#include "loggerd/transfer.hpp"

namespace loggerd {

enum class Binary : std::uint8_t {
    summary, ///< a transfer is one INFO line
    escape,  ///< every byte of it is in the log
};

/// All that is not written yet of one slot: what has to survive a kill.
struct Unwritten {
    PendingLine rx_line, tx_line;
    HeldBytes rx_held, tx_held;
    std::optional<Transfer> transfer;
    std::uint32_t baud = 115200; ///< as the info events said last; for describe()
    bool operator==(const Unwritten&) const = default;

    /// Bytes of lines and of what may be packets; those of a transfer are not among them.
    std::size_t bytes() const
    {
        return rx_line.bytes.size() + tx_line.bytes.size() + rx_held.bytes.size() +
               tx_held.bytes.size();
    }
};

/// What happens on one slot's serial line → lines of its log. No I/O and no clock. A value: a
/// copy that went on is thrown away when the disk refuses its lines.
class SlotLines {
public:
    using Lines = std::vector<Line>;
    /// A transfer without a packet for this long is over; erasing flash takes seconds.
    static constexpr std::chrono::seconds transfer_pause{5};

    explicit SlotLines(Binary binary) : binary_(binary) {}

    /// @param seq  of the serial event, for the lines that it finishes
    void bytes(Kind direction, contract::Time time, std::string_view bytes, std::uint64_t seq,
               Lines& lines);
    void info(contract::Time time, const std::string& text, std::uint64_t seq, Lines& lines);
    /// Nothing came for this long, and nothing is on its way.
    void quiet(std::chrono::milliseconds since_last, Lines& lines);
    /// What comes next does not follow from what was: nothing is pending afterwards.
    void flush(Lines& lines);
    void forget(); ///< what is pending is not to be written

    /// After how much quiet something has to be written; nothing: there is nothing.
    std::optional<std::chrono::milliseconds> next_quiet() const;

    Unwritten unwritten() const;
    void restore(const Unwritten& unwritten);

private:
    struct Direction {
        PacketFilter filter;
        LineAssembler assembler;
    };
    Direction& of(Kind kind) { return kind == Kind::rx ? rx_ : tx_; }
    void text(Kind kind, contract::Time time, std::string_view bytes, Lines& lines);
    void packet(Kind kind, const HeldBytes& held, Lines& lines);
    void cut(Kind kind, Lines& lines);
    void end_transfer(Lines& lines);
    LineAssembler::Emit emit(Kind kind, Lines& lines);

    Binary binary_;
    Direction rx_{PacketFilter{PacketFilter::Side::from_board}, {}};
    Direction tx_{PacketFilter{PacketFilter::Side::to_board}, {}};
    std::optional<Transfer> transfer_;
    std::uint32_t baud_ = 115200;
    std::uint64_t seq_ = 0;
};

} // namespace loggerd
