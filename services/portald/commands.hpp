#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loop/asio.hpp"
#include "portald/outbox.hpp"

namespace portald {

/// Runs a program with a text on its standard input: no shell, an environment of its own, a
/// process group of its own that is killed when the time is over. Nothing of the portal's is
/// open in it.
class Commands {
public:
    using Done = std::function<void(Outbox::Outcome outcome, const std::string& text)>;

    Commands(asio::io_context& io, std::chrono::milliseconds timeout);
    ~Commands(); ///< kills what runs, without a call of Done

    void run(const std::vector<std::string>& command, const std::string& input, Done done);

private:
    struct Child;
    void forget(const std::shared_ptr<Child>& child);

    asio::io_context& io_;
    std::chrono::milliseconds timeout_;
    std::vector<std::shared_ptr<Child>> children_;
};

} // namespace portald
