#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/json.hpp"

namespace ctl {

using contract::Json;

/// A place in what a board says; made by output().
struct Place {
    std::string epoch;
    std::uint64_t after = 0;
    bool known = false; ///< not yet: begin with the scrollback
};

/// Bytes of a board, from a place on.
struct Output {
    struct Part {
        std::string bytes;
        bool fresh = false; ///< said in the last second, or later
    };
    std::vector<Part> parts;
    bool more = false; ///< there is more already
};

/// Which lines of a slot's log; `from` or `last` at first, then where that has led.
struct LogWish {
    std::string slot;
    std::optional<std::string> from; ///< ISO 8601
    std::uint32_t last = 0;
    std::string cursor; ///< of the page before; "" at first
};
struct LogPage {
    std::string text; ///< whole lines, as they are in the file
    std::string cursor;
    bool more = false; ///< there is more already
};
/// The members of log.read that say where.
void add_place(Json& args, const LogWish& wish);

/// Whom the commands ask. Each call waits for its answer. A slot is named by its id or label.
/// All throw commandkit::Unreachable and commandkit::Refused.
class Backend {
public:
    virtual ~Backend() = default;

    /// Each with the members of Slot (docs/bus.md).
    virtual std::vector<Json> slots() = 0;
    /// start stop kick reset bootloader break claim release; the Slot as it is then.
    virtual Json act(const std::string& slot, std::string_view action, Json args) = 0;
    virtual Json assign(Json wanted) = 0;
    virtual Json unassign(const std::string& slot, Json args) = 0;
    virtual LogPage log(const LogWish& wish) = 0;
    /// The log has what the board said so far, as far as that can be known.
    virtual bool is_logged(const std::string& slot) = 0;
    /// LogSearchArgs, LogSearchAnswer.
    virtual Json search(Json args) = 0;
    /// What the board said since; may wait a second for it.
    virtual Output output(const std::string& slot, Place& place) = 0;
    virtual void write(const std::string& slot, std::string bytes, Json args) = 0;
    /// Tells each event as {"time", "event", "slot", "body"}; returns when the other side ends it.
    virtual void follow(const std::function<void(const Json&)>& tell) = 0;
};

/// One of slots(), by its id or label.
/// @throws commandkit::WrongUsage when there is none
Json slot_named(Backend& backend, const std::string& name);

} // namespace ctl
