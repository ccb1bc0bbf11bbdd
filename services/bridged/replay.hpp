#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bridged/history.hpp"
#include "contract/verbs.hpp"

namespace bridged {

/// How events of one slot are spelled, live and replayed.
class SerialEvents {
public:
    explicit SerialEvents(std::string_view slot);

    const std::string& topic(Kind kind) const;
    const std::string& stream() const { return stream_; }
    contract::Header header(const Record& record, std::string_view epoch) const;

private:
    std::string rx_, tx_, info_, stream_;
};

/// Answers serial.replay from a history whose newest record is closed. From `after_seq` on when
/// the epoch is ours; an empty or foreign one means from the oldest kept. A place that has been
/// overwritten goes on at the oldest, and lost says by how many bytes that is ahead of the
/// caller's positions; of a foreign epoch it is unknown. A place beyond our last (which no caller
/// can have from us) is taken for the end.
/// @param frames  header, body, header, body …: at least one record when there is one, bodies of at
///                most args.max_bytes otherwise, at most max_reply_bytes with headers
contract::ReplayAnswer replay(const History& history, const SerialEvents& events,
                              const contract::ReplayArgs& args, std::vector<std::string>& frames);

/// The place after which the last bytes of both directions come, `tail` of them or a little more.
std::uint64_t place_before(const History& history, std::uint64_t tail);

/// Headers of many short reads are far longer than their bodies.
inline constexpr std::size_t max_reply_bytes = 768 * 1024;

} // namespace bridged
