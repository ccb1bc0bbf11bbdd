#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridged/history_layout.hpp"
#include "contract/envelope.hpp"

namespace bridged {

enum class Kind : std::uint32_t { rx = 1, tx = 2, info = 3 };

/// How many bytes of each direction came before some place of an epoch.
struct Positions {
    std::uint64_t rx = 0;
    std::uint64_t tx = 0;
    bool operator==(const Positions&) const = default;
};

/// One event of a serial stream.
struct Record {
    Kind kind = Kind::info;
    std::uint64_t seq = 0;
    Positions before;
    contract::Time time;
    contract::Monotonic mono{};
    std::vector<contract::ReadTime> reads;
    std::string body;
    bool operator==(const Record&) const = default;
};

/// The last events of one slot in a span of memory (history_layout.hpp), the oldest overwritten
/// when it is full. Whoever is killed while writing and comes back to the same memory finds its
/// history again. No I/O, and no allocation while writing.
class History {
public:
    static constexpr std::size_t max_body = layout::max_body;
    static constexpr std::size_t max_reads = layout::max_reads;
    static constexpr std::size_t least_memory = sizeof(layout::Control) + 4 * layout::max_record;

    /// Takes up what `memory` holds when that is sound, closing the record that was still open;
    /// else begins anew with this epoch.
    /// @param memory  aligned to 8 bytes, outlives this
    /// @param new_epoch  16 lower-case hex digits
    /// @throws std::invalid_argument when it is smaller than least_memory
    History(std::span<std::byte> memory, std::string_view new_epoch);

    std::string_view epoch() const;
    std::uint64_t first_seq() const; ///< of the oldest kept; 0: there is none
    std::uint64_t last_seq() const { return newest_.seq; }
    Positions kept_from() const; ///< positions before the oldest kept
    Positions total() const { return total_; }
    std::uint64_t written() const { return control_.end; } ///< bytes of ring ever used, with heads
    std::uint64_t capacity() const { return ring_.capacity(); }

    /// Begins the next record; it is in the history when this returns, and open.
    /// @param body  1 … max_body bytes
    void begin(Kind kind, std::span<const std::byte> body, contract::Time time,
               contract::Monotonic mono);
    /// Adds a read to the open record. The caller keeps to max_body and max_reads.
    /// @param after_us  µs after the record's time
    void extend(std::span<const std::byte> more, std::uint32_t after_us);
    void close();

    /// Where a record lies; true until the next begin() or extend().
    enum class Place : std::uint64_t {};
    std::optional<Place> after(std::uint64_t seq) const; ///< the first that is newer
    std::optional<Place> following(Place place) const;
    std::optional<Place> newest() const;
    /// Reuses what `record` has allocated.
    void read(Place place, Record& record) const;

private:
    bool resume();
    bool walk();
    bool sound(std::uint64_t start, const layout::RecordHead& head) const;
    void begin_anew(std::string_view epoch);

    bool empty() const { return control_.oldest == control_.end; }
    std::uint64_t size_of(std::uint64_t start, const layout::RecordHead& head) const;
    std::uint64_t behind(std::uint64_t start) const;
    void make_room(std::uint64_t bytes);
    void put_read(std::uint64_t offset, std::span<const std::byte> bytes, std::uint32_t after_us);
    void count(std::size_t bytes);

    layout::Control& control_;
    layout::Ring ring_;
    layout::RecordHead newest_{}; ///< as it lies in the ring, but for its size
    std::uint64_t newest_start_ = 0;
    bool open_ = false;
    Positions total_;
};

} // namespace bridged
