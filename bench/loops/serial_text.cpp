#include "loops/serial_text.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace bench {

std::string text(std::size_t size)
{
    constexpr std::array said{
        "wifi: state run, bb0, rssi -", "http: GET /api/state 200 in ",
        "app: heap free, bytes: ", "sensor: bme280 humidity and pressure in Pa: ",
        "mqtt: published board/telemetry, message number "};
    std::mt19937 random{1};
    std::string all;
    all.reserve(size + 128);
    for (std::size_t line = 0; all.size() < size; ++line) {
        all += "I (" + std::to_string(1000 + line * 10) + ") ";
        all += said[random() % said.size()];
        all += std::to_string(random()) + std::string(random() % 32, '.') + "\r\n";
    }
    all.resize(size);
    return all;
}

std::string noise(std::size_t size)
{
    std::mt19937 random{2};
    std::string all(size, '\0');
    std::ranges::generate(all, [&] { return static_cast<char>(random() & 0xff); });
    return all;
}

} // namespace bench
