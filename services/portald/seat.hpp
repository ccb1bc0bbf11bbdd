#pragma once

#include <atomic>

namespace portald {

/// One of few, while it lives, if there was one. Any thread.
class Seat {
public:
    /// @param taken  how many are; must outlive this
    Seat(std::atomic<unsigned>& taken, unsigned most) : taken_(taken), is_taken_(++taken <= most) {}
    ~Seat() { --taken_; }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    bool is_taken() const { return is_taken_; }

private:
    std::atomic<unsigned>& taken_;
    bool is_taken_;
};

} // namespace portald
