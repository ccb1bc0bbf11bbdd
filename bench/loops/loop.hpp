#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One hot loop: a turn of it handles so many bytes of a board's output or a client's input. A
/// turn does the same each time, to the instruction.
struct Loop {
    std::string name;
    std::size_t bytes;
    std::function<void()> turn;
};

std::vector<Loop> bridged_loops();
std::vector<Loop> loggerd_loops();

} // namespace bench
