#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "telnet/protocol.hpp"

/// RFC 2217, COM-PORT-OPTION (44): subnegotiation bodies as structs, and back.
namespace telnet::com_port {

/// Client to server; a server answers with code + 100.
enum class Code : std::uint8_t {
    signature = 0,
    set_baudrate = 1,
    set_datasize = 2,
    set_parity = 3,
    set_stopsize = 4,
    set_control = 5,
    notify_linestate = 6,
    notify_modemstate = 7, ///< from a client: without a value it is pyserial's poll
    flowcontrol_suspend = 8,
    flowcontrol_resume = 9,
    set_linestate_mask = 10,
    set_modemstate_mask = 11,
    purge_data = 12,
};

/// Values of SET-CONTROL, RFC 2217 section 3.
enum class Control : std::uint8_t {
    query_flow = 0,
    flow_none = 1,
    flow_xon_xoff = 2,
    flow_hardware = 3,
    query_break = 4,
    break_on = 5,
    break_off = 6,
    query_dtr = 7,
    dtr_on = 8,
    dtr_off = 9,
    query_rts = 10,
    rts_on = 11,
    rts_off = 12,
    query_inbound_flow = 13,
    inbound_none = 14,
    inbound_xon_xoff = 15,
    inbound_hardware = 16,
    flow_dcd = 17,
    inbound_dtr = 18,
    flow_dsr = 19,
};

enum class Purge : std::uint8_t { receive = 1, transmit = 2, both = 3 };

/// Bits of NOTIFY-MODEMSTATE (the 16550's MSR) and NOTIFY-LINESTATE (its LSR).
namespace modem_state {
inline constexpr std::uint8_t cts_changed = 1, dsr_changed = 2, ri_ended = 4, dcd_changed = 8,
                              cts = 16, dsr = 32, ri = 64, dcd = 128;
}
namespace line_state {
inline constexpr std::uint8_t data_ready = 1, overrun = 2, parity = 4, framing = 8,
                              break_detected = 16, transmit_empty = 32, shift_empty = 64,
                              timeout = 128;
}

struct Request {
    Code code = Code::signature;
    std::optional<std::uint32_t>
        value; ///< 4 bytes for baud, 1 for the others; absent where RFC or pyserial send none
    std::string text; ///< signature only
};

/// Nothing for a body that is no client command: an unknown code, a server's code
/// (100 and up), a wrong length. Such are ignored, not answered.
std::optional<Request> parse(std::span<const std::byte> body);

/// Append whole subnegotiations, escaped: IAC SB 44 code+100 value IAC SE.
void append_answer(Bytes& out, Code code, std::uint8_t value);
void append_baudrate_answer(Bytes& out, std::uint32_t baud);
void append_signature_answer(Bytes& out, std::string_view text);
/// FLOWCONTROL-SUSPEND/RESUME to the client carry no value.
void append_answer(Bytes& out, Code code);

} // namespace telnet::com_port
