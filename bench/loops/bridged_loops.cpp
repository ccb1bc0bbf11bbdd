#include <array>
#include <memory>

#include "bridged/send_queue.hpp"
#include "contract/envelope.hpp"
#include "loops/loop.hpp"
#include "loops/serial_record.hpp"
#include "loops/serial_text.hpp"
#include "telnet/decoder.hpp"

namespace bench {

namespace {

constexpr std::size_t turn_bytes = 256 << 10;
constexpr std::size_t socket_read = 16384;

Loop decode(const std::string& name, const std::string& data)
{
    telnet::Bytes wire;
    bridged::SendQueue queue;
    queue.escape(true);
    queue.board_output(std::as_bytes(std::span{data}));
    queue.take(wire, 2 * data.size());
    return {name, data.size(), [wire = std::move(wire), decoder = telnet::Decoder{}]() mutable {
                std::span<const std::byte> all{wire};
                while (!all.empty()) {
                    auto part = all.first(std::min(all.size(), socket_read));
                    all = all.subspan(part.size());
                    while (decoder.next(part)) continue;
                }
            }};
}

/// Board output on its way to a telnet client.
Loop encode(const std::string& name, const std::string& data)
{
    auto queue = std::make_shared<bridged::SendQueue>();
    queue->escape(true);
    return {name, data.size(), [data, queue, out = telnet::Bytes{}]() mutable {
                auto all = std::as_bytes(std::span{data});
                while (!all.empty()) {
                    const auto part = all.first(std::min(all.size(), bulk_read));
                    all = all.subspan(part.size());
                    queue->board_output(part);
                    out.clear();
                    queue->take(out, 64 * 1024);
                }
            }};
}

Loop ring(const std::string& name, std::size_t read)
{
    auto record = std::make_shared<SerialRecord>();
    return {name, turn_bytes, [record, data = text(turn_bytes), read] { record->put(data, read); }};
}

/// What bridged does for loggerd.
Loop replay(const std::string& name, const std::string& data, std::size_t read)
{
    auto record = std::make_shared<SerialRecord>();
    record->put(data, read);
    return {name, data.size(), [record, events = bridged::SerialEvents{"demo"}] {
                std::vector<std::string> frames;
                contract::ReplayArgs args;
                args.max_bytes = 2 * turn_bytes;
                bridged::replay(record->history(), events, args, frames);
            }};
}

} // namespace

std::vector<Loop> bridged_loops()
{
    const auto plain = text(turn_bytes);
    const auto random = noise(turn_bytes);
    return {decode("telnet decode, text", plain),
            decode("telnet decode, random", random),
            encode("telnet encode, text", plain),
            encode("telnet encode, random", random),
            ring("ring, bulk", bulk_read),
            ring("ring, 92 bytes a read", paced_read),
            replay("replay, bulk", plain, bulk_read),
            replay("replay, 92 bytes a read", plain, paced_read)};
}

} // namespace bench
