#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bus/publisher.hpp"
#include "contract/verbs.hpp"
#include "loop/asio.hpp"

namespace bridged {

enum class Direction : std::uint8_t { rx, tx }; ///< rx: from the board; tx: to the board

/// When others are told: soon (within 20 ms) where a client waits for us, and they would be woken
/// on the core that is to answer it.
enum class News : std::uint8_t { now, soon };

/// Everything that happens on one slot's serial line, in order: into the history ring, and onto
/// the bus for those who subscribed. Bytes are in the ring when data() returns, so that a
/// bridged that is killed then has lost none; they are published when the batch closes: after
/// 20 ms of quiet, 20 ms after the batch's first byte, at 4 KiB, at a change of direction or
/// an info.
class Recorder {
public:
    /// Opens the ring file, or makes it. What a killed bridged left in it is taken up: same
    /// epoch, same history. A file that is damaged or of another size begins anew.
    /// @param history_bytes  of the ring, 64 KiB … 64 MiB
    Recorder(asio::io_context& io, bus::Publisher& publisher, std::string slot,
             const std::filesystem::path& ring_file, std::size_t history_bytes);
    ~Recorder(); ///< closes the batch
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void data(Direction direction, std::span<const std::byte> bytes,
              std::chrono::system_clock::time_point time);
    void info(const std::string& text, News news = News::now);

    /// Called with true when input has to wait for the reader (reader_pace.hpp), and with
    /// false when it may go on; from data(), replay() and a timer.
    void on_hold(std::function<void(bool hold)> hold);

    /// The answer to serial.replay and its frames: header, body, header, body …
    contract::ReplayAnswer replay(const contract::ReplayArgs& args,
                                  std::vector<std::string>& frames);

    /// As serial.replay's arguments: where the last `tail` bytes begin.
    contract::ReplayArgs place_before(std::uint64_t tail);

    bool resumed() const;           ///< there was a history already when this was made
    std::uint64_t rx_bytes() const; ///< of this epoch
    std::uint64_t tx_bytes() const;

private:
    class Core;
    std::unique_ptr<Core> core_;
};

} // namespace bridged
