#include "serial/operation_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "serial/tty.hpp"

namespace serial {

namespace {

// Small writes join the last one until it has this size: pyserial sends byte by byte.
constexpr std::size_t joined_bytes = 16 * 1024;

} // namespace

void OperationQueue::add(std::span<const std::byte> bytes)
{
    if (bytes.empty()) return;
    bytes_ += bytes.size();
    if (steps_.empty() || steps_.back().call || steps_.back().bytes.size() > joined_bytes)
        steps_.emplace_back();
    auto& last = steps_.back().bytes;
    last.insert(last.end(), bytes.begin(), bytes.end());
}

void OperationQueue::add(Call call)
{
    steps_.push_back({{}, 0, std::move(call)});
}

std::span<const std::byte> OperationQueue::next_bytes() const
{
    if (steps_.empty() || steps_.front().call) return {};
    return std::span(steps_.front().bytes).subspan(steps_.front().done);
}

void OperationQueue::written(std::size_t count)
{
    auto& step = steps_.front();
    step.done += count;
    bytes_ -= count;
    if (step.done == step.bytes.size()) steps_.pop_front();
}

std::optional<OperationQueue::Call> OperationQueue::take_call()
{
    if (steps_.empty() || !steps_.front().call) return std::nullopt;
    auto call = std::move(steps_.front().call);
    steps_.pop_front();
    return call;
}

void OperationQueue::drop_bytes()
{
    std::erase_if(steps_, [](const Step& step) { return !step.call; });
    bytes_ = 0;
}

bool OperationQueue::has_call() const
{
    return std::ranges::any_of(steps_, [](const Step& step) { return step.call.has_value(); });
}

std::size_t OperationQueue::bytes_before_call() const
{
    std::size_t bytes = 0;
    for (const auto& step : steps_) {
        if (step.call) break;
        bytes += step.bytes.size() - step.done;
    }
    return bytes;
}

void OperationQueue::drop_bytes_before_call()
{
    bytes_ -= bytes_before_call();
    while (!steps_.empty() && !steps_.front().call) steps_.pop_front();
}

std::vector<OperationQueue::Call> OperationQueue::drop_all()
{
    std::vector<Call> calls;
    for (auto& step : steps_)
        if (step.call) calls.push_back(std::move(*step.call));
    steps_.clear();
    bytes_ = 0;
    return calls;
}

} // namespace serial
