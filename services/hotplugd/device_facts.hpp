#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "contract/messages.hpp"
#include "hotplugd/udev_event.hpp"

namespace hotplugd {

/// Longest text that is taken from a device, in bytes. A USB string descriptor has at most
/// 126 UTF-16 units; anything longer is no name.
inline constexpr std::size_t most_text_bytes = 256;

/// A text from a device as it may go on: at most most_text_bytes (cut between
/// characters), control characters left out, bytes that are not UTF-8 as U+FFFD.
std::string clean_text(std::string_view text);

/// Takes back what udev does to ID_MODEL_ENC and the like: "\x20" for a byte that it thinks odd.
std::string without_escapes(std::string_view text);

/// Whether udevd read this ID_PATH from a sysfs that was being taken down: it names no USB
/// interface
/// ("…-usb-0:1.2:1.0"), on which every tty is, but something above it ("…-usb-0:1"), or twice the
/// bus.
bool is_torn(std::string_view id_path);

/// The device that an event is about. slot_key is ID_PATH, which stays with the
/// connector, else DEVPATH. An interface with several ttys (mos7840) has one ID_PATH for all:
/// from the second on "-port1" … follows, as in /dev/serial/by-path.
/// seq and time are left for whoever announces it.
contract::Device describe(const UdevEvent& event);

} // namespace hotplugd
