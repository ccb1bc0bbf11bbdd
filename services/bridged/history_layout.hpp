#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

/// How a history ring lies in memory. Native byte order: the file never leaves its machine, and
/// not even its boot.
///
///     Control | ring of bytes
///
/// Offsets count all bytes ever written, so they only grow; modulo the capacity they are places in
/// the ring, and a record may run over its end. The records between `oldest` and `end` are the
/// history. A record is a RecordHead and one or more reads, each a ReadHead and its bytes. The one
/// at `last` may be growing: its size is what lies before `end`, and is written into its head when
/// the next one begins. Nothing at or beyond `end` counts, so that a writer that is killed at any
/// instruction leaves a sound ring behind: each change becomes true with one store.
namespace bridged::layout {

inline constexpr std::array<char, 8> magic{'r', '2', '2', '1', '7', 'r', 'n', 'g'};
inline constexpr std::uint32_t version = 1;
inline constexpr std::uint32_t record_mark = 0x7E522A17;

inline constexpr std::size_t max_body = 4096; ///< bytes of one record
inline constexpr std::size_t max_reads = 256; ///< joined in one record

struct Control {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t reserved;
    std::uint64_t capacity; ///< bytes of the ring
    std::array<char, 16> epoch;
    std::uint64_t checksum; ///< of all before

    std::uint64_t oldest; ///< offset of the first record kept
    std::uint64_t last;   ///< offset of the newest; = end while one is being begun
    std::uint64_t end;    ///< behind the newest record's bytes
};

struct RecordHead {
    std::uint32_t mark;
    std::uint32_t kind;
    std::uint32_t size;     ///< bytes behind this head; not valid in the newest record
    std::uint32_t previous; ///< bytes back to the record before, 0 in the first
    std::uint64_t seq;
    std::uint64_t rx_pos; ///< bytes of each direction before this record
    std::uint64_t tx_pos;
    std::int64_t wall_us; ///< of the first read
    std::int64_t mono_us;
};

struct ReadHead {
    std::uint32_t after_us; ///< µs after wall_us
    std::uint32_t length;   ///< 1 … max_body
};

inline constexpr std::size_t max_record =
    sizeof(RecordHead) + max_reads * sizeof(ReadHead) + max_body;

/// 9999-12-31T23:59:59, the last that ISO 8601 can say with four digits.
inline constexpr std::int64_t max_wall_us = 253402300799'000'000;

/// FNV-1a of what never changes in a Control.
inline std::uint64_t checksum(const Control& control)
{
    std::array<unsigned char, offsetof(Control, checksum)> bytes;
    std::memcpy(bytes.data(), &control, bytes.size());
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

/// Makes a change true: all stores before stay before, all after stay after. The thread's own
/// order is enough, as what is to be survived is its death and not the machine's.
inline void commit(std::uint64_t& field, std::uint64_t value)
{
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::atomic_ref{field}.store(value, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

/// Memory that is addressed by ever growing offsets.
class Ring {
public:
    explicit Ring(std::span<std::byte> bytes) : bytes_(bytes) {}

    std::uint64_t capacity() const { return bytes_.size(); }

    void put(std::uint64_t offset, std::span<const std::byte> from)
    {
        const auto [first, second] = pieces(offset, from.size());
        copy(from.first(first.size()), first);
        copy(from.last(second.size()), second);
    }
    void get(std::uint64_t offset, std::span<std::byte> to) const
    {
        const auto [first, second] = pieces(offset, to.size());
        copy(first, to);
        copy(second, to.last(second.size()));
    }
    template<typename T>
    void put_struct(std::uint64_t offset, const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        put(offset, std::as_bytes(std::span{&value, 1}));
    }
    template<typename T>
    T get_struct(std::uint64_t offset) const
    {
        T value;
        get(offset, std::as_writable_bytes(std::span{&value, 1}));
        return value;
    }

private:
    /// Not ranges::copy, which in libstdc++ 12 goes byte by byte.
    static void copy(std::span<const std::byte> from, std::span<std::byte> to)
    {
        if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
    }
    struct Pieces {
        std::span<std::byte> first, second;
    };
    /// @param size  at most the capacity
    Pieces pieces(std::uint64_t offset, std::size_t size) const
    {
        const std::size_t start = offset % bytes_.size();
        const std::size_t until_end = std::min(size, bytes_.size() - start);
        return {bytes_.subspan(start, until_end), bytes_.first(size - until_end)};
    }

    std::span<std::byte> bytes_;
};

} // namespace bridged::layout
