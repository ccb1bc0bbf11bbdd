#pragma once

#include "commandkit/asking.hpp"
#include "ctl/backend.hpp"

namespace ctl {

/// The daemons of this machine.
class BusBackend : public Backend {
public:
    BusBackend(asio::io_context& io, zmq::context_t& zmq, commandkit::Asking& asking,
               std::string runtime_dir);

    std::vector<Json> slots() override;
    Json act(const std::string& slot, std::string_view action, Json args) override;
    Json assign(Json wanted) override;
    Json unassign(const std::string& slot, Json args) override;
    LogPage log(const LogWish& wish) override;
    bool is_logged(const std::string& slot) override;
    Json search(Json args) override;
    Output output(const std::string& slot, Place& place) override;
    void write(const std::string& slot, std::string bytes, Json args) override;
    void follow(const std::function<void(const Json&)>& tell) override;

private:
    asio::io_context& io_;
    zmq::context_t& zmq_;
    commandkit::Asking& asking_;
    std::string runtime_dir_;
};

} // namespace ctl
