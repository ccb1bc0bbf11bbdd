// A slot's bytes from the bus, none missed: as subscribe.py, in C++.
//
//   g++ -std=c++17 subscribe.cpp -o subscribe -lzmq      (Debian: cppzmq-dev nlohmann-json3-dev)
//   ./subscribe ESP32-A [/run/rfc2217]                   on the Pi, as root or in group rfc2217
#include <chrono>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <zmq.hpp>
#include <zmq_addon.hpp>

using nlohmann::json;
using Frames = std::vector<zmq::message_t>;

constexpr std::chrono::seconds patience{10}; // heartbeats come every 5 s at least

class Slot {
public:
    Slot(std::string name, const std::string& folder)
        : name_(std::move(name)), rpc_("ipc://" + folder + "/bridged.rpc")
    {
        live_.connect("ipc://" + folder + "/bridged.pub");
        live_.set(zmq::sockopt::subscribe, "serial.rx/" + name_ + "/");
        live_.set(zmq::sockopt::subscribe, "heartbeat/"); // tells where the stream stands
        live_.set(zmq::sockopt::rcvtimeo,
                  static_cast<int>(patience / std::chrono::milliseconds{1}));
    }

    [[noreturn]] void run()
    {
        for (;;) {
            while (catch_up()) {
            }
            while (follow()) {
            }
        }
    }

private:
    /// One step of serial.replay from our place on; false: we are at the end, or bridged is away.
    bool catch_up()
    {
        zmq::socket_t bridged{zmq_,
                              zmq::socket_type::req}; // stuck after a timeout: one for each call
        bridged.set(zmq::sockopt::linger, 0);
        bridged.set(zmq::sockopt::rcvtimeo, 5000);
        bridged.connect(rpc_);
        json args = place_;
        args["slot"] = name_;
        const json call{{"v", 1}, {"id", "subscribe"}, {"verb", "serial.replay"}, {"args", args}};
        bridged.send(zmq::buffer(call.dump()), zmq::send_flags::none);
        Frames reply;
        if (!zmq::recv_multipart(bridged, std::back_inserter(reply))) return false;
        const auto result = json::parse(reply.at(0).to_string_view());
        if (result.contains("error"))
            throw std::runtime_error(result["error"]["message"].get<std::string>());
        const auto& ok = result["ok"];
        for (std::size_t i = 1; i + 1 < reply.size(); i += 2) {
            const auto header = json::parse(reply[i].to_string_view());
            if (header["topic"].get<std::string>().rfind("serial.rx/", 0) == 0) show(reply[i + 1]);
        }
        if (ok["lost"]["rx"] != 0 && place_.contains("epoch"))
            std::cerr << "-- bytes were lost --\n";
        place_ = {{"epoch", ok["epoch"]}, {"after_seq", ok["next_after_seq"]}};
        return ok["more"].get<bool>();
    }

    /// One live event; false: something is missing before it, and is in the history.
    bool follow()
    {
        Frames event;
        if (!zmq::recv_multipart(live_, std::back_inserter(event))) return false;
        const auto header = json::parse(event.at(1).to_string_view());
        const auto here = place_.value("after_seq", std::uint64_t{0});
        const auto is_epoch = [this](const json& stamp) {
            return stamp["epoch"] == place_.value("epoch", "");
        };
        if (event[0].to_string_view() == "heartbeat/") {
            const auto streams = json::parse(event.at(2).to_string_view())["streams"];
            const auto ours = streams.find("serial/" + name_);
            return ours == streams.end() || (is_epoch(*ours) && (*ours)["seq"] == here);
        }
        const auto seq = header["seq"].get<std::uint64_t>();
        if (!is_epoch(header) || seq > here + 1) return false;
        if (seq <= here) return true; // of the history already
        place_["after_seq"] = seq;
        show(event.at(2));
        return true;
    }

    static void show(const zmq::message_t& body)
    {
        std::cout << body.to_string_view() << std::flush;
    }

    std::string name_;
    std::string rpc_;
    zmq::context_t zmq_;
    zmq::socket_t live_{zmq_, zmq::socket_type::sub};
    json place_{{"tail_bytes", 65536}};
};

int main(int argc, char** argv)
try {
    if (argc < 2) throw std::runtime_error("usage: subscribe SLOT [RUNTIME-FOLDER]");
    Slot{argv[1], argc > 2 ? argv[2] : "/run/rfc2217"}.run();
} catch (const std::exception& fault) {
    std::cerr << fault.what() << "\n";
    return 1;
}
