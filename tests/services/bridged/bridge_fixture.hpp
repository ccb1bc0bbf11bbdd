#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <stdlib.h>
#include <unistd.h>
#include <zmq.hpp>

#include "bridged/slot.hpp"
#include "bus/publisher.hpp"
#include "bus/subscriber.hpp"
#include "fakes/fake_port.hpp"

namespace bridged_tests {

using namespace std::chrono_literals;

/// A folder of its own, gone with the test.
class Folder {
public:
    Folder()
    {
        std::string name = std::filesystem::temp_directory_path() / "bridged-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A loop, a bus in a folder of its own, and ttys without a kernel.
class OnALoop : public testing::Test {
protected:
    /// Runs the loop until it is so; a test that waits longer than this has failed.
    template<typename Condition>
    [[nodiscard]] bool run_until(Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            io.restart();
            io.run_one_for(50ms);
        }
        return true;
    }
    void run_what_is_ready()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    /// Below the ephemeral range, so that no outgoing connection takes it meanwhile, and apart from
    /// those of other processes that run tests (rig.py's are lower).
    static std::uint16_t free_port()
    {
        static int given = 0;
        for (;;) {
            const auto port =
                static_cast<std::uint16_t>(22000 + (::getpid() * 16 + given++) % 10000);
            asio::io_context other;
            asio::ip::tcp::acceptor acceptor{other};
            boost::system::error_code fault;
            acceptor.open(asio::ip::tcp::v4());
            acceptor.bind({asio::ip::address_v4::any(), port}, fault);
            if (!fault) return port;
        }
    }

    bridged::SlotContext context()
    {
        return {io, publisher, config, folder / "history",
                [this](asio::io_context& loop, serial::PortInterface::Events events) {
                    return std::make_unique<fakes::FakePort>(loop, ttys, std::move(events));
                }};
    }

    static bridged::Config loopback()
    {
        bridged::Config config;
        config.bind = asio::ip::address_v4::loopback();
        config.history_bytes = 64 << 10;
        return config;
    }

    Folder folder;
    asio::io_context io{1};
    zmq::context_t zmq{1};
    bridged::Config config = loopback();
    bus::Publisher publisher{io, zmq, {"ipc://" + (folder / "pub").string()}, "bridged"};
    fakes::FakeTtys ttys;
};

/// A TCP client on the same loop: collects what it is sent.
class Client {
public:
    Client(asio::io_context& io, std::uint16_t port) : socket_(io)
    {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        read();
    }
    ~Client() { *alive_ = false; }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
    /// For more than the kernel takes at once: the other side runs on the same loop.
    void send_all(std::string bytes)
    {
        const auto kept = std::make_shared<std::string>(std::move(bytes));
        asio::async_write(socket_, asio::buffer(*kept),
                          [kept](boost::system::error_code, std::size_t) {});
    }
    void finish() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }
    void reset()
    {
        socket_.set_option(asio::socket_base::linger{true, 0});
        socket_.close();
    }
    void stop_reading() { reading_ = false; }
    void read_on()
    {
        reading_ = true;
        read();
    }
    std::string address() const
    {
        const auto here = socket_.local_endpoint();
        return here.address().to_string() + ":" + std::to_string(here.port());
    }

    std::string received;
    bool at_end = false; ///< orderly
    bool failed = false;

private:
    void read()
    {
        socket_.async_read_some(asio::buffer(buffer_),
                                [this, alive = alive_](auto fault, std::size_t size) {
                                    if (!*alive) return;
                                    received.append(buffer_.data(), size);
                                    at_end = fault == asio::error::eof;
                                    failed = fault && !at_end;
                                    if (!fault && reading_) read();
                                });
    }

    asio::ip::tcp::socket socket_;
    std::array<char, 65536> buffer_;
    bool reading_ = true;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// One slot with a board in it, that clients can connect to.
class OnASlot : public OnALoop {
protected:
    static constexpr auto devnode = "/dev/ttyFAKE0";

    contract::SlotConfig slot_config()
    {
        contract::SlotConfig entry;
        entry.id = "ESP32-A";
        entry.label = "ESP32 A";
        entry.slot_key = "key-1";
        entry.tcp_port = port;
        return entry;
    }
    static contract::Device device(std::string node = devnode)
    {
        contract::Device board;
        board.slot_key = "key-1";
        board.devnode = std::move(node);
        board.vid = "10c4";
        board.pid = "ea60";
        board.seq = 7;
        return board;
    }
    void make_slot(contract::SlotConfig entry)
    {
        slot = std::make_unique<bridged::Slot>(context(), std::move(entry), [](bridged::News) {});
    }
    bool is(contract::SlotState state) const { return slot->state().state == state; }
    /// The board as it is now: after a replug it is another one.
    fakes::FakeTty& tty() { return *ttys.find(devnode); }
    void plug_in()
    {
        ttys.plug(devnode);
        slot->device_added(device());
        ASSERT_TRUE(run_until([&] { return is(contract::SlotState::idle); }));
    }
    void plug_in_at_once()
    {
        make_slot(slot_config());
        plug_in();
    }

    std::unique_ptr<Client> connect()
    {
        auto client = std::make_unique<Client>(io, port);
        const auto address = client->address();
        EXPECT_TRUE(run_until([&] { return slot->held_against("") == address; }));
        return client;
    }

    std::uint16_t port = free_port();
    std::unique_ptr<bridged::Slot> slot;
};

} // namespace bridged_tests
