#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridged/history.hpp"
#include "bridged/replay.hpp"

namespace bench {

inline constexpr std::size_t bulk_read = 4095; ///< what a tty gives at most
inline constexpr std::size_t paced_read = 92;  ///< 1 ms of 921600 baud
inline constexpr std::size_t most_joined = 4096;

/// A history into which a board's output goes as the Recorder puts it there: reads of one size,
/// joined in records.
class SerialRecord {
public:
    SerialRecord()
        : memory_(1 << 20), history_(std::as_writable_bytes(std::span{memory_}), "0123456789abcdef")
    {
    }

    void put(std::string_view bytes, std::size_t read, bridged::Kind kind = bridged::Kind::rx)
    {
        std::size_t in_record = most_joined;
        while (!bytes.empty()) {
            const auto piece = std::as_bytes(std::span{bytes.substr(0, read)});
            now_ += std::chrono::microseconds{1000};
            if (in_record + piece.size() > std::min(most_joined, 20 * read)) {
                history_.begin(kind, piece, contract::Time{now_}, now_);
                in_record = 0;
                began_ = now_;
            } else {
                history_.extend(piece, static_cast<std::uint32_t>((now_ - began_).count()));
            }
            in_record += piece.size();
            bytes.remove_prefix(piece.size());
        }
        history_.close();
    }

    const bridged::History& history() const { return history_; }

private:
    std::vector<char> memory_;
    bridged::History history_;
    contract::Monotonic now_{1'700'000'000'000'000};
    contract::Monotonic began_{};
};

} // namespace bench
