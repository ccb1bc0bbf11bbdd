#pragma once

#include <chrono>
#include <string>

#include "ctl/backend.hpp"

namespace ctl {

/// A slot is ours for as long as this lives, and is renewed: nobody else writes to it meanwhile. It
/// runs out by itself when we are killed.
class Claim {
public:
    /// @param args  {"force"?, "address"?}
    /// @throws commandkit::Refused naming who has it
    Claim(Backend& backend, std::string slot, Json args);
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    /// To be called often; asks when a third of the time is over.
    void renew();
    const std::string& owner() const { return owner_; }

private:
    void take(Json args);

    Backend& backend_;
    std::string slot_;
    Json args_;
    std::string owner_;
    std::chrono::steady_clock::time_point next_;
};

} // namespace ctl
