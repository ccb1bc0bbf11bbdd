#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bridged/send_queue.hpp"
#include "bridged/serial_line.hpp"
#include "loop/asio.hpp"
#include "telnet/com_port.hpp"

namespace bridged {

/// The server's side of RFC 2217 for one client. Each request becomes one call on the
/// line and, exactly once and in order, one answer: the value asked for, or the one in effect
/// where the tty refused. One request at a time: while busy(), nothing more may be
/// decoded of what the client sent, so that order needs no book-keeping.
class ComPortServer {
public:
    /// pyserial gives up after 3 s. A tty that takes longer (it drains at a low rate first) has not
    /// refused, so what was asked for is answered.
    static constexpr std::chrono::milliseconds answer_within{2500};

    /// @param resume  busy() is over; never called from within receive()
    ComPortServer(asio::io_context& io, SerialLine& line, SendQueue& out, std::string signature,
                  std::function<void()> resume);
    ~ComPortServer();
    ComPortServer(const ComPortServer&) = delete;
    ComPortServer& operator=(const ComPortServer&) = delete;

    void agreed();         ///< the option is on: the first modem state goes out
    void inputs_changed(); ///< tells the client what its mask asks for
    void receive(const telnet::com_port::Request& request);
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
    void send_modem_state(std::uint8_t changes);
    std::uint8_t modem_state() const;

    SerialLine& line_;
    SendQueue& out_;
    std::string signature_;
    std::function<void()> resume_;
    asio::steady_timer deadline_;
    telnet::Bytes scratch_;
    bool busy_ = false;
    std::uint64_t turn_ = 0; ///< of the request that is waited for
    bool agreed_ = false;
    std::uint8_t line_mask_ = 0;
    std::uint8_t modem_mask_ = 255;
    std::uint8_t last_modem_state_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // the line's handlers outlive us
};

} // namespace bridged
