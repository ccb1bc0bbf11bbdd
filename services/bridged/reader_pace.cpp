#include "bridged/reader_pace.hpp"

#include <algorithm>

namespace bridged {

void ReaderPace::wrote(std::uint64_t end, contract::Monotonic now)
{
    end_ = end;
    if (holds() || gave_up_ || unread() <= capacity_ / 4 * 3) return;
    if (last_read_ && now - *last_read_ < patience) give_up_ = now + patience;
}

void ReaderPace::read(std::uint64_t up_to, contract::Monotonic now)
{
    read_ = std::max(read_, std::min(up_to, end_));
    last_read_ = now;
    if (unread() > capacity_ / 2) return;
    give_up_.reset();
    gave_up_ = false;
}

void ReaderPace::expire(contract::Monotonic now)
{
    if (!give_up_ || now < *give_up_) return;
    give_up_.reset();
    gave_up_ = true;
}

} // namespace bridged
