#include "bridged/send_queue.hpp"

#include <algorithm>
#include <bit>

#include "telnet/encoder.hpp"

namespace bridged {

void SendQueue::grow(std::size_t needed)
{
    if (needed <= ring_.size()) return;
    std::vector<std::byte> larger(
        std::min(std::bit_ceil(std::max<std::size_t>(needed, 4096)), board_capacity));
    for (auto at = head_; at != tail_; ++at)
        larger[at & (larger.size() - 1)] = ring_[at & (ring_.size() - 1)];
    ring_ = std::move(larger);
}

void SendQueue::board_output(std::span<const std::byte> bytes)
{
    if (bytes.size() > board_capacity) {
        dropped_ += bytes.size() - board_capacity;
        bytes = bytes.last(board_capacity);
    }
    grow(std::min(board_bytes() + bytes.size(), board_capacity));
    if (const auto free = ring_.size() - board_bytes(); bytes.size() > free) {
        dropped_ += bytes.size() - free;
        head_ += bytes.size() - free;
    }
    const auto at = static_cast<std::size_t>(tail_ & (ring_.size() - 1));
    const auto first = std::min(bytes.size(), ring_.size() - at);
    std::copy_n(bytes.begin(), first, ring_.begin() + static_cast<std::ptrdiff_t>(at));
    std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(first), bytes.end(), ring_.begin());
    tail_ += bytes.size();
}

void SendQueue::answer(std::span<const std::byte> bytes)
{
    if (bytes.empty()) return;
    answers_.insert(answers_.end(), bytes.begin(), bytes.end());
    if (!marks_.empty() && marks_.back().position == tail_)
        marks_.back().size += bytes.size();
    else
        marks_.push_back({tail_, bytes.size()});
}

void SendQueue::take(telnet::Bytes& out, std::size_t most)
{
    while (out.size() < most) {
        if (!marks_.empty() && (suspended_ || marks_.front().position <= head_)) {
            take_answer(out);
            continue;
        }
        if (suspended_ || head_ == tail_) return;
        const auto until = marks_.empty() ? tail_ : marks_.front().position;
        head_ += take_board_output(out, until, most - out.size());
    }
}

void SendQueue::take_answer(telnet::Bytes& out)
{
    const auto begin = answers_.begin() + static_cast<std::ptrdiff_t>(answers_taken_);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(marks_.front().size));
    answers_taken_ += marks_.front().size;
    marks_.pop_front();
    if (answers_taken_ < answers_.size() && answers_taken_ < answer_capacity) return;
    answers_.erase(answers_.begin(),
                   answers_.begin() + static_cast<std::ptrdiff_t>(answers_taken_));
    answers_taken_ = 0;
}

std::size_t SendQueue::take_board_output(telnet::Bytes& out, std::uint64_t until, std::size_t most)
{
    const auto at = static_cast<std::size_t>(head_ & (ring_.size() - 1));
    const auto size = std::min({static_cast<std::size_t>(until - head_), ring_.size() - at, most});
    const auto bytes = std::span{ring_}.subspan(at, size);
    if (escape_)
        telnet::append_data(out, bytes);
    else
        out.insert(out.end(), bytes.begin(), bytes.end());
    return size;
}

} // namespace bridged
