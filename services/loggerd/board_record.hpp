#pragma once

#include "contract/json.hpp"
#include "loggerd/board_watch.hpp"

namespace loggerd {

/// The part of a slot's record that says what its board was doing.
contract::Json board_json(const BoardWatch::State& state);
/// @throws contract::BadMessage
BoardWatch::State board_state(const contract::Fields& fields);

} // namespace loggerd
