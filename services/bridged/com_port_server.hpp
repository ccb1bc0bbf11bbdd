#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bridged/com_port_notices.hpp"
#include "bridged/send_queue.hpp"
#include "bridged/serial_line.hpp"
#include "loop/asio.hpp"
#include "telnet/com_port.hpp"

namespace bridged {

/// Who talks: the one client that a slot has, or one that looks on. An observer's settings are
/// acknowledged, not applied.
enum class Role : std::uint8_t { client, observer };

/// The server's side of RFC 2217 for one client. Each request becomes one call on the
/// line and, exactly once and in order, one answer: the value asked for, or the one in effect
/// where the tty refused. One request at a time: while busy(), nothing more may be
/// decoded of what the client sent, so that order needs no book-keeping.
class ComPortServer {
public:
    /// pyserial gives up after 3 s. A tty that takes longer (it drains at a low rate first) has not
    /// refused, so what was asked for is answered; and until it is through, whatever else
    /// is asked for at once, as pyserial sends four settings at a time.
    static constexpr std::chrono::milliseconds answer_within{2500};
    static constexpr std::size_t most_late = 32; ///< so answered; the next one waits again

    /// @param resume  busy() is over; never called from within receive()
    ComPortServer(asio::io_context& io, SerialLine& line, SendQueue& out, Role role,
                  std::string signature, std::function<void()> resume);
    ~ComPortServer();
    ComPortServer(const ComPortServer&) = delete;
    ComPortServer& operator=(const ComPortServer&) = delete;

    static constexpr std::chrono::milliseconds break_for{250}; ///< as tcsendbreak(3)

    ComPortNotices& notices() { return notices_; }
    void receive(const telnet::com_port::Request& request);
    void send_break(); ///< telnet's BRK
    bool busy() const { return busy_; }

private:
    using Code = telnet::com_port::Code;
    using Control = telnet::com_port::Control;
    using Answer = std::function<void()>;

    void set_baudrate(std::uint32_t value);
    void set_data_size(std::uint8_t value);
    void set_parity(std::uint8_t value);
    void set_stop_size(std::uint8_t value);
    void set_control(Control value);
    void set_flow(Control value);
    void purge(std::uint8_t value);

    void configure(const serial::Settings& wanted, Answer asked, Answer in_effect);
    void set_outputs(serial::LineChange change, Control asked);
    SerialLine::Handler wait_for(Answer asked, Answer in_effect);
    void answer(Code code, std::uint8_t value);
    void answer_baudrate(std::uint32_t baud);

    SerialLine& line_;
    SendQueue& out_;
    Role role_;
    std::string signature_;
    std::function<void()> resume_;
    asio::steady_timer deadline_;
    telnet::Bytes scratch_;
    bool busy_ = false;
    bool late_ = false;         ///< the deadline came before the tty
    std::size_t under_way_ = 0; ///< requests that the tty is not through with
    std::uint64_t turn_ = 0;    ///< of the request that is waited for
    ComPortNotices notices_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // the line's handlers outlive us
};

} // namespace bridged
