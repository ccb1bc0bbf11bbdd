#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bridged/com_port_server.hpp"
#include "bridged/send_queue.hpp"
#include "bridged/serial_line.hpp"
#include "telnet/decoder.hpp"
#include "telnet/negotiator.hpp"

namespace bridged {

/// What one client's bytes mean. Its first ones decide for good: IAC and then 0xF0-0xFE is
/// telnet, all else is raw. Data goes to the line, answers into the queue. No socket.
class Conversation {
public:
    enum class Kind : std::uint8_t { unknown, raw, telnet };

    /// @param resume  hear() may go on, as after SerialLine's `writable`
    Conversation(asio::io_context& io, SerialLine& line, SendQueue& out, Role role,
                 std::string signature, std::function<void()> resume);

    /// Takes from the front of `input` until it is used up, or the line takes no more data,
    /// or a command waits for the tty; then the rest has to stay where it is until it is
    /// called again with it. Commands are heard while data cannot be taken, up to the first data.
    /// @return whether all was used up
    bool hear(std::span<const std::byte>& input);

    ComPortNotices& notices() { return com_port_.notices(); }
    Kind kind() const { return kind_; }
    std::uint64_t ignored() const { return ignored_; } ///< bytes that an observer sent

private:
    void decide(std::span<const std::byte>& input);
    bool hear_raw(std::span<const std::byte>& input);
    bool hear_telnet(std::span<const std::byte>& input);
    bool pass_on_data();
    void handle(const telnet::Event& event);
    void handle(const telnet::Negotiation& negotiation);

    SerialLine& line_;
    SendQueue& out_;
    Role role_;
    std::uint64_t ignored_ = 0;
    Kind kind_ = Kind::unknown;
    bool began_with_iac_ = false;
    telnet::Decoder decoder_;
    telnet::Negotiator negotiator_;
    ComPortServer com_port_;
    std::span<const std::byte> data_; // decoded, not yet taken by the line
    telnet::Bytes scratch_;
};

} // namespace bridged
