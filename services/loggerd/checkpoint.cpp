#include "loggerd/checkpoint.hpp"

#include <limits>

#include "loggerd/board_record.hpp"
#include "loggerd/decoder.hpp"
#include "loggerd/encoder.hpp"

namespace loggerd {
namespace {

using contract::Fields;
using contract::Json;

constexpr int format = 1;

std::int64_t number(contract::Time time)
{
    return time.time_since_epoch().count();
}

contract::Time time_in(const Fields& fields, std::string_view key)
{
    return contract::Time{std::chrono::microseconds{fields.number<std::int64_t>(key)}};
}

// Bytes are stored as the log's own text: UTF-8 whatever they are.
Json to_json(const PendingLine& line)
{
    return {
        {"bytes", encode(line.bytes)}, {"first", number(line.first)}, {"last", number(line.last)}};
}

PendingLine pending_line(const Fields& fields)
{
    return {decode(fields.string("bytes")), time_in(fields, "first"), time_in(fields, "last")};
}

Json to_json(const HeldBytes& held)
{
    Json reads = Json::array();
    for (const auto& read : held.reads)
        reads.push_back(Json{{"offset", read.offset}, {"time", number(read.time)}});
    return {{"bytes", encode(held.bytes)}, {"reads", std::move(reads)}};
}

HeldBytes held_bytes(const Fields& fields)
{
    HeldBytes held{decode(fields.string("bytes")), {}};
    for (const auto& read : fields.array("reads")) {
        const Fields one{read, fields.where() + ": reads"};
        held.reads.push_back({one.counter("offset"), time_in(one, "time")});
    }
    return held;
}

Json to_json(const Unwritten& unwritten)
{
    Json json{{"rx_line", to_json(unwritten.rx_line)},
              {"tx_line", to_json(unwritten.tx_line)},
              {"rx_held", to_json(unwritten.rx_held)},
              {"tx_held", to_json(unwritten.tx_held)},
              {"baud", unwritten.baud},
              {"transfer", nullptr}};
    if (const auto& transfer = unwritten.transfer)
        json["transfer"] = Json{{"first", number(transfer->first)},
                                {"last", number(transfer->last)},
                                {"to_board", transfer->to_board},
                                {"from_board", transfer->from_board}};
    return json;
}

Unwritten unwritten(const Fields& fields)
{
    Unwritten found;
    found.rx_line = pending_line(fields.object("rx_line"));
    found.tx_line = pending_line(fields.object("tx_line"));
    found.rx_held = held_bytes(fields.object("rx_held"));
    found.tx_held = held_bytes(fields.object("tx_held"));
    found.baud = fields.number<std::uint32_t>("baud");
    if (!fields.has("transfer")) return found;
    const auto transfer = fields.object("transfer");
    found.transfer = Transfer{time_in(transfer, "first"), time_in(transfer, "last"),
                              transfer.counter("to_board"), transfer.counter("from_board")};
    return found;
}

Json to_json(const Cursor& cursor)
{
    return {{"epoch", cursor.stamp.epoch},
            {"seq", cursor.stamp.seq},
            {"rx_pos", cursor.rx_pos},
            {"tx_pos", cursor.tx_pos},
            {"time", number(cursor.time)}};
}

Cursor cursor(const Fields& fields)
{
    return {{fields.string("epoch"), fields.counter("seq")},
            fields.counter("rx_pos"),
            fields.counter("tx_pos"),
            time_in(fields, "time")};
}

Json to_json(const Counters& counters)
{
    return {{"lines", counters.lines},
            {"lost_bytes", counters.lost_bytes},
            {"boots", counters.boots},
            {"crashes", counters.crashes}};
}

Counters counters(const Fields& fields)
{
    return {fields.counter("lines"), fields.counter("lost_bytes"), fields.counter("boots"),
            fields.counter("crashes")};
}

} // namespace

std::string format_checkpoint(const Checkpoint& checkpoint)
{
    Json files = Json::array();
    for (const auto& [name, size] : checkpoint.files)
        files.push_back(Json{{"name", name}, {"size", size}});
    return contract::to_text(Json{{"format", format},
                                  {"cursor", to_json(checkpoint.cursor)},
                                  {"name", checkpoint.name},
                                  {"files", std::move(files)},
                                  {"counters", to_json(checkpoint.counters)},
                                  {"board", board_json(checkpoint.board)},
                                  {"unwritten", to_json(checkpoint.unwritten)}}) +
           "\n";
}

Checkpoint parse_checkpoint(std::string_view text, const std::string& where)
{
    const auto json = contract::parse_json(text, where);
    const Fields fields{json, where};
    if (fields.number<int>("format") != format) fields.fail("format", "is not known here");
    Checkpoint found;
    found.cursor = cursor(fields.object("cursor"));
    found.name = fields.string("name");
    for (const auto& file : fields.array("files")) {
        const Fields one{file, where + ": files"};
        found.files[one.string("name")] = one.counter("size");
    }
    found.counters = counters(fields.object("counters"));
    if (fields.has("board"))
        found.board = board_state(fields.object("board")); // older ones have none
    found.unwritten = unwritten(fields.object("unwritten"));
    return found;
}

} // namespace loggerd
