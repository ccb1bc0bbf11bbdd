#include "bus/gatekeeper.hpp"

#include "bus/curve.hpp"

namespace bus {

namespace {

// A ROUTER gets: who asks, an empty frame, and then what RFC 27 lists.
enum Part : std::size_t {
    asker,
    delimiter,
    version,
    id,
    domain,
    address,
    identity,
    mechanism,
    credentials
};

zmq::socket_t make_socket(zmq::context_t& context)
{
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::linger, 0);
    bind(socket, "inproc://zeromq.zap.01");
    return socket;
}

} // namespace

Gatekeeper::Gatekeeper(asio::io_context& io, zmq::context_t& context, Judge judge)
    : judge_(std::move(judge)),
      socket_(io, make_socket(context), [this](const Frames& request) { on_request(request); })
{
}

void Gatekeeper::on_request(const Frames& request)
{
    if (request.size() <= mechanism || text(request[version]) != "1.0") return;
    Visitor visitor{text(request[address]), {}};
    const auto how = text(request[mechanism]);
    if (how == "CURVE" && request.size() > credentials)
        visitor.key = curve_key_of(text(request[credentials]));
    const bool comes_in = (how == "CURVE" || how == "NULL") && !judge_(visitor);

    Frames reply;
    reply.emplace_back(request[asker].data(), request[asker].size());
    for (auto& part : frames({"", "1.0", text(request[id]), comes_in ? "200" : "400",
                              comes_in ? "OK" : "not allowed", "", ""}))
        reply.push_back(std::move(part));
    socket_.send(std::move(reply));
}

} // namespace bus
