#include "ctl/claim.hpp"

#include <array>
#include <exception>
#include <utility>

#include <pwd.h>
#include <unistd.h>

namespace ctl {
namespace {

constexpr std::chrono::seconds lifetime{60};

/// "pi@bench, rfc2217ctl 4711"
std::string own_name()
{
    const auto* user = ::getpwuid(::getuid());
    std::array<char, 65> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::string name = user == nullptr ? std::to_string(::getuid()) : user->pw_name;
    name += "@" + std::string(host.data());
    constexpr std::size_t most = 60; // of 100 bytes
    return name.substr(0, most) + ", rfc2217ctl " + std::to_string(::getpid());
}

} // namespace

Claim::Claim(Backend& backend, std::string slot, Json args)
    : backend_(backend), slot_(std::move(slot)), args_(std::move(args)), owner_(own_name())
{
    take(args_);
    args_.erase("force"); // once: whoever takes it from us has meant it
}

Claim::~Claim()
{
    try {
        backend_.act(slot_, "release", Json{{"owner", owner_}});
    } catch (const std::exception&) {
        // It runs out.
    }
}

void Claim::take(Json args)
{
    args["owner"] = owner_;
    args["ttl_s"] = lifetime.count();
    backend_.act(slot_, "claim", std::move(args));
    next_ = std::chrono::steady_clock::now() + lifetime / 3;
}

void Claim::renew()
{
    if (std::chrono::steady_clock::now() >= next_) take(args_);
}

} // namespace ctl
