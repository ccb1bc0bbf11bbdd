#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemonkit/access_list.hpp"
#include "portald/host_check.hpp"
#include "portald/request.hpp"
#include "portald/request_rate.hpp"
#include "portald/token_check.hpp"

namespace portald {

/// Who may come in, decided before a request's body is read. No I/O; used by all web threads.
class FrontDoor {
public:
    /// @param tokens  outlives this; null: nobody is asked for one
    /// @param complain  told who was refused and why: once a minute for an address and a status
    FrontDoor(daemonkit::AccessList access, HostCheck hosts, const TokenCheck* tokens = nullptr,
              std::function<void(const std::string&)> complain = {});

    struct Verdict {
        std::optional<Response> refusal = {}; ///< the answer to somebody who may not
        std::string holder = {};              ///< of the token, for somebody who may
    };
    Verdict judge(const Request& request) const;
    /// Before anything was read: whether this address may say something at all.
    bool lets_in(const std::string& address) const;
    std::optional<Response> refusal(const Request& request) const { return judge(request).refusal; }

private:
    Verdict decide(const Request& request, TokenBucket::TimePoint now) const;
    std::optional<Response> stranger(const std::string& address) const;
    void complain(const Request& request, const Response& refused,
                  TokenBucket::TimePoint now) const;

    daemonkit::AccessList access_;
    HostCheck hosts_;
    const TokenCheck* tokens_;
    std::function<void(const std::string&)> complain_;
    mutable RequestRate rate_; // these two have locks of their own
    mutable AddressRates complaints_{1.0 / 60, 1};
};

} // namespace portald
