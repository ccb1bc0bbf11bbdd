#include "commandkit/device_text.hpp"

#include "daemonkit/escape.hpp"

namespace commandkit {

using daemonkit::escape_control_bytes;

std::string model_of(const contract::Device& device)
{
    if (!device.product.empty()) return escape_control_bytes(device.product);
    if (!device.manufacturer.empty())
        return escape_control_bytes(device.manufacturer) + " serial device";
    return "serial device";
}

std::string device_text(const contract::Device& device)
{
    std::string text = model_of(device);
    if (!device.vid.empty())
        text += " (" + escape_control_bytes(device.vid + ":" + device.pid) + ")";
    if (!device.serial.empty()) text += ", serial " + escape_control_bytes(device.serial);
    return text;
}

} // namespace commandkit
