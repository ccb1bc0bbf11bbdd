#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bus/requester.hpp"
#include "contract/envelope.hpp"

namespace commandkit {

/// A daemon cannot be asked; what() says what to do.
class Unreachable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A daemon said no; what() is its text.
class Refused : public std::runtime_error {
public:
    explicit Refused(const contract::Error& error)
        : std::runtime_error(error.message), code_(error.code)
    {
    }
    Refused(contract::ErrorCode code, const std::string& message)
        : std::runtime_error(message), code_(code)
    {
    }
    contract::ErrorCode code() const { return code_; }

private:
    contract::ErrorCode code_;
};

/// Asks daemons one question at a time, and waits for the answer.
class Asking {
public:
    Asking(asio::io_context& io, zmq::context_t& context, std::string runtime_dir);

    /// @throws Unreachable, Refused
    contract::Json ask(const std::string& daemon, std::string_view verb,
                       contract::Json args = contract::Json::object());
    /// The same with the frames that go before and behind the JSON.
    contract::Reply call(const std::string& daemon, std::string_view verb, contract::Json args,
                         std::string bytes = {});

private:
    bus::Requester& requester(const std::string& daemon);

    asio::io_context& io_;
    zmq::context_t& context_;
    std::string runtime_dir_;
    std::map<std::string, std::unique_ptr<bus::Requester>> requesters_;
};

} // namespace commandkit
