#pragma once

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "bridged/history.hpp"

/// Memory for a ring, and a copy of it: what a killed writer leaves behind.
class Memory {
public:
    explicit Memory(std::size_t bytes) : words_(bytes / 8) {}
    std::span<std::byte> bytes() { return std::as_writable_bytes(std::span{words_}); }

private:
    std::vector<std::uint64_t> words_; // for the alignment
};

inline std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span{text});
}

inline const std::string first_epoch = "00000000000000aa";
inline const std::string other_epoch = "00000000000000bb";

/// All that the history still has, oldest first.
inline std::vector<bridged::Record> records_of(const bridged::History& history)
{
    std::vector<bridged::Record> records;
    for (auto at = history.after(0); at; at = history.following(*at))
        history.read(*at, records.emplace_back());
    return records;
}

/// What a history of endless memory would hold.
class HistoryModel {
public:
    std::deque<bridged::Record> records;
    bridged::Positions total;
    bool open = false;

    /// Does one random thing to both.
    void step(std::mt19937& random, bridged::History& history)
    {
        const auto dice = random() % 10;
        if (dice < 5 && can_extend())
            extend(random, history);
        else if (dice < 9)
            begin(random, history);
        else
            close(history);
    }
    void close(bridged::History& history)
    {
        history.close();
        open = false;
    }
    std::vector<bridged::Record> newest(std::size_t count) const
    {
        return {records.end() - static_cast<std::ptrdiff_t>(count), records.end()};
    }

private:
    static std::string random_text(std::mt19937& random, std::size_t most)
    {
        std::string text(
            1 + random() % (random() % 4 == 0 ? most : std::min<std::size_t>(most, 80)), '\0');
        for (char& c : text) c = static_cast<char>(random());
        return text;
    }
    bool can_extend() const
    {
        return open && records.back().kind != bridged::Kind::info &&
               records.back().body.size() < bridged::History::max_body &&
               records.back().reads.size() < bridged::History::max_reads;
    }
    void begin(std::mt19937& random, bridged::History& history)
    {
        bridged::Record record;
        record.kind = static_cast<bridged::Kind>(1 + random() % 3);
        record.seq = records.empty() ? 1 : records.back().seq + 1;
        record.before = total;
        record.time = contract::Time{std::chrono::microseconds{random()}};
        record.mono = contract::Monotonic{random()};
        record.reads = {{0, 0}};
        record.body = random_text(random, bridged::History::max_body);
        history.begin(record.kind, bytes_of(record.body), record.time, record.mono);
        count(record.kind, record.body.size());
        records.push_back(std::move(record));
        open = true;
    }
    void extend(std::mt19937& random, bridged::History& history)
    {
        auto& record = records.back();
        const auto more = random_text(random, bridged::History::max_body - record.body.size());
        const auto after_us = static_cast<std::uint32_t>(random());
        history.extend(bytes_of(more), after_us);
        record.reads.push_back({static_cast<std::uint32_t>(record.body.size()), after_us});
        record.body += more;
        count(record.kind, more.size());
    }
    void count(bridged::Kind kind, std::size_t bytes)
    {
        if (kind == bridged::Kind::rx) total.rx += bytes;
        if (kind == bridged::Kind::tx) total.tx += bytes;
    }
};

inline std::ostream& operator<<(std::ostream& out, const contract::ReadTime& read)
{
    return out << "[" << read.offset << "," << read.after_us << "]";
}

namespace bridged {
inline std::ostream& operator<<(std::ostream& out, const Record& record)
{
    return out << "seq " << record.seq << " kind " << static_cast<unsigned>(record.kind) << " at "
               << record.before.rx << "/" << record.before.tx << ", " << record.body.size()
               << " bytes in " << record.reads.size() << " reads";
}
} // namespace bridged
