#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "contract/time.hpp"
#include "loggerd/encoder.hpp"

namespace loggerd {

/// The beginning of a line whose end has not come.
struct PendingLine {
    std::string bytes;
    contract::Time first{}; ///< when its first byte was read
    contract::Time last{};  ///< when its last byte was read

    bool operator==(const PendingLine&) const = default;
};

/// Bytes of one direction → lines. No I/O, no clock: what bytes come in what chunks changes
/// nothing, only the times at which they were read do.
///
/// LF and CR LF end a line. What has no LF after 200 ms (by event time: a prompt) or after
/// 4 KiB is cut there, and goes on as a line of its own; a split is never inside a UTF-8
/// character or a CR LF.
class LineAssembler {
public:
    static constexpr std::size_t longest = 4096;
    static constexpr std::chrono::milliseconds idle{200};

    /// @param time   when the line's first byte was read
    /// @param bytes  without LF or CR LF
    using Emit = std::function<void(contract::Time time, std::string_view bytes, Ending ending)>;

    void feed(contract::Time time, std::string_view bytes, const Emit& emit);
    /// Nothing more came: what there is, is a line, cut.
    void cut(const Emit& emit);

    const PendingLine& pending() const { return pending_; }
    void restore(PendingLine pending) { pending_ = std::move(pending); }

private:
    void add(contract::Time time, std::string_view bytes);
    void split(const Emit& emit);
    void finish(contract::Time time, std::string_view rest, const Emit& emit);

    PendingLine pending_;
};

} // namespace loggerd
