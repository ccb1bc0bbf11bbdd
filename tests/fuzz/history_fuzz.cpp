// A ring file may hold anything. The input is where the ring begins and ends and what is in it; the
// part that a checksum guards is made sound, or hardly any input would get past it.

#include <algorithm>
#include <cstring>
#include <vector>

#include "bridged/history.hpp"
#include "fuzz/fuzz.hpp"

namespace {

constexpr std::size_t ring_bytes = bridged::History::least_memory + 1000;

std::vector<std::uint64_t> memory_of(std::span<const std::byte> input)
{
    using bridged::layout::Control;
    std::vector<std::uint64_t> words(ring_bytes / 8);
    const auto memory = std::as_writable_bytes(std::span{words});
    Control control{};
    control.magic = bridged::layout::magic;
    control.version = bridged::layout::version;
    control.capacity = memory.size() - sizeof(Control);
    control.epoch.fill('a');
    control.checksum = bridged::layout::checksum(control);
    const auto offsets =
        std::as_writable_bytes(std::span{&control, 1}).subspan(offsetof(Control, oldest));
    const auto given = input.first(std::min(input.size(), offsets.size()));
    std::ranges::copy(given, offsets.begin());
    std::memcpy(memory.data(), &control, sizeof control);

    const auto rest = input.subspan(given.size());
    bridged::layout::Ring ring{memory.subspan(sizeof(Control))};
    ring.put(control.oldest, rest.first(std::min<std::size_t>(rest.size(), control.capacity)));
    return words;
}

void read_all(const bridged::History& history)
{
    bridged::Record record;
    std::uint64_t seq = history.first_seq();
    for (auto at = history.after(0); at; at = history.following(*at)) {
        history.read(*at, record);
        require(record.seq == seq++);
        require(!record.body.empty() && record.body.size() <= bridged::History::max_body);
    }
    require(seq == (history.last_seq() == 0 ? 0 : history.last_seq() + 1));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = bytes_of_input(data, size);
    auto words = memory_of(input);
    const auto memory = std::as_writable_bytes(std::span{words});
    const std::vector<std::byte> body(bridged::History::max_body);
    bridged::History history{memory, "bbbbbbbbbbbbbbbb"};
    read_all(history);
    for (int records = 0; records < 12; ++records) {
        history.begin(bridged::Kind::rx, body, {}, {});
        read_all(history);
    }
    bridged::History again{memory, "cccccccccccccccc"};
    require(again.last_seq() == history.last_seq() && again.total() == history.total());
    read_all(again);
    return 0;
}
