#include "serial/port_core.hpp"

#include <chrono>
#include <utility>

namespace serial {

namespace {

constexpr auto poll_period = std::chrono::milliseconds{250};
constexpr auto interrupt_period = std::chrono::milliseconds{20};

std::string file_name(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

/// Until the call is over, also when the Port is not there any more: it holds the tty.
void interrupt(asio::io_context& io, const std::shared_ptr<Interruption>& interruption)
{
    if (!interruption || !interruption->request()) return;
    auto timer = std::make_shared<asio::steady_timer>(io, interrupt_period);
    timer->async_wait([timer, interruption, &io](auto error) {
        if (!error) interrupt(io, interruption);
    });
}

} // namespace

Port::Core::Core(asio::io_context& io, Events events, std::shared_ptr<DescriptorStore> store)
    : io_(io),
      events_(std::move(events)),
      store_(std::move(store)),
      postbox_(std::make_shared<Postbox>(io)),
      stream_(io),
      poll_timer_(io)
{
}

void Port::Core::open(const std::string& devnode, const Settings& settings, const LineChange& lines,
                      Handler done)
{
    if (state_ != State::closed)
        return answer_later(std::move(done), std::make_error_code(std::errc::already_connected));
    // After a close of the same node, which may hold it exclusively until it is through;
    // another one need not wait for that.
    worker_ = devnode == devnode_ ? closing_worker_.lock() : nullptr;
    try {
        if (!worker_) worker_ = std::make_shared<Worker>(file_name(devnode));
    } catch (const std::system_error& no_thread) {
        return answer_later(std::move(done), no_thread.code());
    }
    devnode_ = devnode;
    tty_ = std::make_shared<Tty>(store_);
    state_ = State::opening;
    ++generation_;
    lost_.clear();
    in_flight_ = OperationQueue::Call{{}, std::move(done), {}};
    call([=](Tty& tty) { return tty.open(devnode, settings, lines); },
         [this, generation = generation_](const Outcome& outcome) {
             if (generation == generation_) opened(outcome);
         });
}

void Port::Core::opened(Outcome outcome)
{
    const Handler done = std::exchange(in_flight_, {})->done;
    boost::system::error_code assigned;
    if (!outcome.error) stream_.assign(tty_->descriptor(), assigned);
    if (assigned) outcome.error = assigned;
    if (outcome.error) {
        cancel_queue(outcome.error);
        let_go({}, [](const Outcome&) {});
    } else {
        settings_ = *outcome.settings;
        state_ = State::open;
        wait_readable();
        input_watch_.start_over();
        poll_inputs();
        later_if_open([this] { pump(); });
    }
    if (done) done(outcome.error);
}

void Port::Core::close(const LineChange& lines, Handler done)
{
    if (state_ == State::closed) return answer_later(std::move(done), {});
    cancel_queue(std::make_error_code(std::errc::operation_canceled));
    let_go(lines, [done = std::move(done)](const Outcome& outcome) {
        if (done) done(outcome.error);
    });
}

void Port::Core::shut_down()
{
    postbox_->close();
    if (in_flight_) interrupt(io_, in_flight_->interruption);
    if (state_ != State::closed) let_go({}, {});
    tickets_.clear();
    work_.reset();
}

/// From here on the tty is the worker's alone.
void Port::Core::let_go(const LineChange& lines, std::function<void(const Outcome&)> then)
{
    ++generation_;
    state_ = State::closed;
    poll_timer_.cancel();
    polling_ = false;
    if (stream_.is_open()) {
        stream_.cancel();
        stream_.release();
    }
    waiting_readable_ = waiting_writable_ = wait_pending_ = false;
    // The worker is kept until it is through, for an open() that has to come after it.
    call([=](Tty& tty) { return tty.close(lines); },
         [worker = worker_, then = std::move(then)](const Outcome& outcome) {
             if (then) then(outcome);
         });
    closing_worker_ = worker_;
    worker_.reset();
    tty_.reset();
}

void Port::Core::call(std::function<Outcome(Tty&)> job, std::function<void(const Outcome&)> then)
{
    const auto ticket = next_ticket_++;
    tickets_[ticket] = std::move(then);
    if (!work_) work_.emplace(io_.get_executor());
    worker_->post(
        [tty = tty_, postbox = postbox_, self = weak_from_this(), ticket, job = std::move(job)] {
            const Outcome outcome = job(*tty);
            postbox->post([self, ticket, outcome] {
                if (const auto core = self.lock()) core->answered(ticket, outcome);
            });
        });
}

void Port::Core::answered(std::uint64_t ticket, const Outcome& outcome)
{
    auto found = tickets_.extract(ticket);
    if (tickets_.empty()) work_.reset();
    if (found) found.mapped()(outcome);
}

void Port::Core::enqueue(OperationQueue::Call next)
{
    if (state_ == State::closed)
        return answer_later(std::move(next.done),
                            std::make_error_code(std::errc::bad_file_descriptor));
    if (state_ == State::lost) return answer_later(std::move(next.done), lost_);
    queue_.add(std::move(next));
    pump();
}

void Port::Core::start(OperationQueue::Call next)
{
    in_flight_ = std::move(next);
    call(in_flight_->call, [this, generation = generation_](const Outcome& outcome) {
        if (generation == generation_ && in_flight_) finished(outcome);
    });
}

void Port::Core::finished(const Outcome& outcome)
{
    if (outcome.settings) settings_ = *outcome.settings;
    const Handler done = std::exchange(in_flight_, {})->done;
    const auto generation = generation_;
    if (state_ == State::open) wait_readable();
    if (done) done(outcome.error);
    if (generation == generation_) pump();
}

void Port::Core::cancel_queue(std::error_code reason)
{
    if (in_flight_) {
        interrupt(io_, in_flight_->interruption);
        answer_later(std::move(in_flight_->done), reason);
        in_flight_.reset();
    }
    for (auto& next : queue_.drop_all()) answer_later(std::move(next.done), reason);
    above_low_water_ = false;
}

void Port::Core::purge_transmit()
{
    if (state_ == State::closed) return;
    queue_.drop_bytes();
    purge_taken();
}

std::size_t Port::Core::unsent_before_call() const
{
    if (in_flight_) return unsent() - queue_.bytes();
    return queue_.has_call() ? unsent() - queue_.bytes() + queue_.bytes_before_call() : 0;
}

void Port::Core::purge_before_call()
{
    if (state_ == State::closed || (!in_flight_ && !queue_.has_call())) return;
    if (!in_flight_) queue_.drop_bytes_before_call();
    purge_taken();
}

/// What the kernel has; what waited for it goes on.
void Port::Core::purge_taken()
{
    if (state_ == State::open) tty_->flush_transmit();
    if (in_flight_) interrupt(io_, in_flight_->interruption);
    waiting_writable_ = false; // what comes next need not wait for room
    tell_writable();
    pump();
}

void Port::Core::read_inputs(std::function<void(std::optional<ModemInputs>)> done)
{
    if (state_ != State::open) return later([done = std::move(done)] { done(std::nullopt); });
    call([](Tty& tty) { return tty.inputs(); },
         [done = std::move(done)](const Outcome& outcome) { done(outcome.inputs); });
}

void Port::Core::watch_inputs(bool on)
{
    input_watch_.turn(on);
    if (on && poll_timer_.cancel() > 0) polling_ = false; // not at the end of the old period
    poll_inputs();
}

void Port::Core::poll_inputs()
{
    if (!input_watch_.is_on() || polling_ || state_ != State::open) return;
    polling_ = true;
    call([](Tty& tty) { return tty.inputs(); },
         [this, generation = generation_](const Outcome& outcome) {
             if (generation != generation_) return;
             // A tty without lines is not asked again; polling_ stays, until it is closed.
             if (outcome.error == std::errc::inappropriate_io_control_operation ||
                 outcome.error == std::errc::invalid_argument)
                 return;
             wait_to_poll();
             if (!outcome.inputs) return;
             const auto errors =
                 outcome.counts ? input_watch_.polled(*outcome.counts) : std::nullopt;
             const auto news = input_watch_.polled(*outcome.inputs);
             if (news && events_.inputs_changed) events_.inputs_changed(*news);
             // Unless that handler has closed or destroyed the port.
             if (errors && events_.line_errors && generation == generation_)
                 events_.line_errors(*errors);
         });
}

void Port::Core::wait_to_poll()
{
    poll_timer_.expires_after(poll_period);
    poll_timer_.async_wait([self = weak_from_this(), generation = generation_](auto error) {
        const auto core = self.lock();
        if (error || !core || generation != core->generation_) return;
        core->polling_ = false;
        core->poll_inputs();
    });
}

void Port::Core::later(std::function<void()> call)
{
    asio::post(io_, [self = weak_from_this(), call = std::move(call)] {
        if (const auto core = self.lock()) call();
    });
}

void Port::Core::later_if_open(std::function<void()> call)
{
    later([this, generation = generation_, call = std::move(call)] {
        if (generation == generation_) call();
    });
}

void Port::Core::answer_later(Handler done, std::error_code error)
{
    if (!done) return;
    later([done = std::move(done), error] { done(error); });
}

} // namespace serial
