#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "loop/asio.hpp"
#include "serial/input_watch.hpp"
#include "serial/operation_queue.hpp"
#include "serial/port.hpp"
#include "serial/postbox.hpp"
#include "serial/tty.hpp"
#include "serial/worker.hpp"

namespace serial {

/// What is behind a Port. All of it is on the loop's thread, except what Tty does inside
/// call(); a handler of the caller never travels to the worker. Shared, so that a Port may be
/// destroyed by one of its own handlers: whoever calls one holds this meanwhile.
class Port::Core : public std::enable_shared_from_this<Core> {
public:
    Core(asio::io_context& io, Events events, std::shared_ptr<DescriptorStore> store);

    void open(const std::string& devnode, const Settings& settings, const LineChange& lines,
              Handler done);
    void close(const LineChange& lines, Handler done);
    void shut_down(); ///< the Port is gone: nothing is told any more
    void write(std::span<const std::byte> bytes);
    void enqueue(OperationQueue::Call next);
    void hold_reading(bool hold);
    void receive_now();
    void purge_transmit();
    std::size_t unsent_before_call() const;
    void purge_before_call();
    void read_inputs(std::function<void(std::optional<ModemInputs>)> done);
    void watch_inputs(bool on);

    bool is_open() const { return state_ == State::open || state_ == State::lost; }
    std::size_t queued() const { return queue_.bytes(); }
    std::size_t unsent() const;
    const Settings& settings() const { return settings_; }

private:
    void purge_taken();
    enum class State { closed, opening, open, lost };

    // port_core.cpp: opening, closing, the worker
    void opened(Outcome outcome);
    void let_go(const LineChange& lines, std::function<void(const Outcome&)> then);
    void call(std::function<Outcome(Tty&)> job, std::function<void(const Outcome&)> then);
    void answered(std::uint64_t ticket, const Outcome& outcome);
    void start(OperationQueue::Call next);
    void finished(const Outcome& outcome);
    void cancel_queue(std::error_code reason);
    void poll_inputs();
    void wait_to_poll();

    // port_transfer.cpp: bytes
    void wait_readable();
    void read_available();
    bool read_once();
    bool tty_is_locked() const;
    void wait_writable();
    void pump();
    bool write_available();
    void tell_writable();
    void lose(std::error_code reason);

    /// Runs on the loop, not inside the present call, and only if this still exists.
    void later(std::function<void()> call);
    /// The same, and only if nobody has closed the port since.
    void later_if_open(std::function<void()> call);
    void answer_later(Handler done, std::error_code error);

    static constexpr std::size_t read_bytes = 4095; ///< a tty gives no more at once

    asio::io_context& io_;
    Events events_;
    std::shared_ptr<DescriptorStore> store_;
    std::shared_ptr<Postbox> postbox_; // with the worker's thread
    State state_ = State::closed;
    std::uint64_t generation_ = 0; // of opens and closes: tells answers that come too late
    std::error_code lost_;
    std::string devnode_;
    std::shared_ptr<Worker> worker_; // also closing_worker_, see open()
    std::weak_ptr<Worker> closing_worker_;
    std::shared_ptr<Tty> tty_; // with jobs on the worker's thread
    asio::posix::stream_descriptor stream_;
    std::map<std::uint64_t, std::function<void(const Outcome&)>> tickets_; // calls under way
    std::uint64_t next_ticket_ = 0;
    /// Keeps io.run() going while there are any.
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    Settings settings_;

    OperationQueue queue_;
    std::optional<OperationQueue::Call> in_flight_; // at most one of the queue's
    bool reading_held_ = false;
    bool waiting_readable_ = false;
    bool waiting_writable_ = false; // the queue waits
    bool wait_pending_ = false;     // the stream does; at most one, however often it is purged
    bool above_low_water_ = false;
    std::array<std::byte, read_bytes> read_buffer_;

    InputWatch input_watch_;
    asio::steady_timer poll_timer_;
    bool polling_ = false;
};

} // namespace serial
