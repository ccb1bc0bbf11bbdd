#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "fakes/fake_tty.hpp"
#include "loop/asio.hpp"
#include "serial/port_interface.hpp"

namespace fakes {

/// Behaves as serial::Port does on a tty, without a kernel: one queue, handlers by post,
/// reading that never stops. Everything happens when the io_context runs.
class FakePort final : public serial::PortInterface {
public:
    FakePort(asio::io_context& io, FakeTtys& ttys, Events events)
        : io_(io), ttys_(ttys), events_(std::make_shared<Events>(std::move(events)))
    {
    }
    ~FakePort() override { detach(); }
    FakePort(const FakePort&) = delete;
    FakePort& operator=(const FakePort&) = delete;

    void open(const std::string& devnode, const serial::Settings& settings,
              serial::LineChange idle_lines, Handler done) override
    {
        if (tty_) return later(std::move(done), error(std::errc::already_connected));
        auto tty = ttys_.find(devnode);
        if (!tty) return later(std::move(done), error(std::errc::no_such_file_or_directory));
        if (tty->open_error) return later(std::move(done), tty->open_error);
        if (tty->is_open) return later(std::move(done), error(std::errc::device_or_resource_busy));
        attach(std::move(tty));
        queue_.push_back({Kind::open, "", settings, idle_lines, std::move(done)});
        pump_later();
    }
    bool is_open() const override { return opened_; }
    void close(serial::LineChange lines, Handler done) override
    {
        if (!tty_) return later(std::move(done), {});
        apply(lines);
        tty_->break_on = false;
        tty_->history.push_back("close" + to_text(lines));
        cancel_queue(error(std::errc::operation_canceled));
        detach();
        later(std::move(done), {});
    }

    void write(std::span<const std::byte> bytes) override
    {
        if (!tty_ || lost_ || bytes.empty()) return;
        queued_ += bytes.size();
        above_ = above_ || queued_ > low_water;
        std::string text(bytes.size(), '\0');
        std::transform(bytes.begin(), bytes.end(), text.begin(),
                       [](std::byte byte) { return static_cast<char>(byte); });
        queue_.push_back({Kind::write, std::move(text), {}, {}, {}});
        pump_later();
    }
    std::size_t queued() const override { return queued_; }
    std::size_t unsent() const override { return queued_; }
    void configure(const serial::Settings& settings, Handler done) override
    {
        enqueue({Kind::configure, "", settings, {}, std::move(done)});
    }
    serial::Settings settings() const override
    {
        return tty_ ? tty_->settings : serial::Settings{};
    }
    void set_lines(serial::LineChange change, Handler done) override
    {
        enqueue({Kind::lines, "", {}, change, std::move(done)});
    }
    void set_break(bool on, Handler done) override
    {
        enqueue({Kind::breaks, on ? "on" : "off", {}, {}, std::move(done)});
    }
    void drain(Handler done) override { enqueue({Kind::drain, "", {}, {}, std::move(done)}); }
    void hold_reading(bool hold) override
    {
        held_ = hold;
        if (!hold) receive(std::exchange(unread_, {}));
    }
    void receive_now() override
    {
        if (tty_) tty_->history.emplace_back("receive now");
    }
    void purge_transmit() override
    {
        if (!tty_) return;
        tty_->history.emplace_back("purge tx");
        std::erase_if(queue_, [](const Operation& next) { return next.kind == Kind::write; });
        unsent_ = false;
        took(queued_);
        pump_later();
    }
    std::size_t unsent_before_call() const override
    {
        const auto call = first_call();
        if (call == queue_.end()) return 0;
        std::size_t bytes = unsent_ ? 1 : 0; // in the kernel: how many, nobody has counted
        for (auto next = queue_.begin(); next != call; ++next) bytes += next->text.size();
        return bytes;
    }
    void purge_before_call() override
    {
        const auto call = first_call();
        if (!tty_ || call == queue_.end()) return;
        tty_->history.emplace_back("purge before call");
        std::size_t bytes = 0;
        for (auto next = queue_.begin(); next != call; ++next) bytes += next->text.size();
        queue_.erase(queue_.begin(), call);
        unsent_ = false;
        took(bytes);
        pump_later();
    }

    void read_inputs(std::function<void(std::optional<serial::ModemInputs>)> done) override
    {
        post(
            [this, done = std::move(done)] { done(tty_ && !lost_ ? tty_->inputs : std::nullopt); });
    }
    void watch_inputs(bool on) override
    {
        watching_ = on;
        if (on) tell_inputs();
    }

private:
    enum class Kind { open, write, configure, lines, breaks, drain };
    struct Operation {
        Kind kind;
        std::string text;
        serial::Settings settings;
        serial::LineChange lines;
        Handler done;
    };

    static std::error_code error(std::errc code) { return std::make_error_code(code); }
    /// Runs only while this port exists.
    void post(std::function<void()> call)
    {
        asio::post(io_, [alive = std::weak_ptr<int>(alive_), call = std::move(call)] {
            if (!alive.expired()) call();
        });
    }
    void later(Handler done, std::error_code result)
    {
        post([done = std::move(done), result] {
            if (done) done(result);
        });
    }
    void enqueue(Operation operation)
    {
        if (!tty_ || lost_)
            return later(std::move(operation.done),
                         lost_ ? lost_ : error(std::errc::bad_file_descriptor));
        queue_.push_back(std::move(operation));
        pump_later();
    }
    void pump_later()
    {
        post([this] { pump(); });
    }

    void attach(std::shared_ptr<FakeTty> tty)
    {
        tty_ = std::move(tty);
        lost_.clear();
        tty_->is_open = true;
        tty_->port_ = {.release = [this] { pump_later(); },
                       .receive = [this](std::string_view bytes) { receive(bytes); },
                       .inputs = [this] { tell_inputs(); },
                       .line_errors = [this](const auto& errors) { tell_line_errors(errors); },
                       .failure = [this](std::error_code reason) { lose(reason); }};
    }
    void detach()
    {
        if (!tty_) return;
        tty_->is_open = false;
        tty_->port_ = {};
        tty_.reset();
        opened_ = false;
        unsent_ = false;
    }
    void cancel_queue(std::error_code reason)
    {
        for (auto& operation : queue_)
            if (operation.done) later(std::move(operation.done), reason);
        queue_.clear();
        queued_ = 0;
        above_ = false;
    }

    void pump()
    {
        while (tty_ && !lost_ && !queue_.empty() && !is_stuck(queue_.front())) {
            auto operation = std::move(queue_.front());
            queue_.pop_front();
            const auto result = perform(operation);
            if (operation.kind == Kind::open && result) detach();
            if (operation.done) later(std::move(operation.done), result);
        }
    }
    bool is_stuck(const Operation& next) const
    {
        if (next.kind == Kind::open) return tty_->open_is_stuck;
        if (next.kind == Kind::write) return !tty_->takes_bytes;
        const bool waits = next.kind == Kind::configure || next.kind == Kind::drain;
        return waits && tty_->drain_is_stuck && unsent_;
    }
    std::error_code perform(const Operation& operation);

    std::deque<Operation>::const_iterator first_call() const
    {
        return std::find_if(queue_.begin(), queue_.end(),
                            [](const Operation& next) { return next.kind != Kind::write; });
    }
    void apply(const serial::LineChange& change)
    {
        if (change.dtr) tty_->dtr = *change.dtr;
        if (change.rts) tty_->rts = *change.rts;
    }
    void took(std::size_t bytes)
    {
        queued_ -= bytes;
        if (!above_ || queued_ > low_water) return;
        above_ = false;
        post([this, events = events_] {
            if (tty_ && events->writable) events->writable();
        });
    }
    void receive(std::string_view bytes)
    {
        if (held_) return void(unread_ += bytes);
        static constexpr std::size_t most = 4096;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
            post([this, events = events_, chunk = std::string(bytes.substr(0, most))] {
                if (!opened_ || lost_ || !events->received) return;
                events->received(std::as_bytes(std::span(chunk)), std::chrono::system_clock::now());
            });
    }
    void lose(std::error_code reason)
    {
        if (!tty_ || lost_) return;
        cancel_queue(reason);
        if (!opened_) return detach();
        lost_ = reason;
        post([this, events = events_, reason] {
            if (lost_ && tty_ && events->lost) events->lost(reason);
        });
    }
    void tell_inputs()
    {
        post([this, events = events_] {
            if (opened_ && !lost_ && watching_ && tty_->inputs && events->inputs_changed)
                events->inputs_changed(*tty_->inputs);
        });
    }
    void tell_line_errors(const serial::LineErrors& errors)
    {
        if (!opened_ || !watching_) return;
        post([this, events = events_, errors] {
            if (opened_ && !lost_ && watching_ && events->line_errors) events->line_errors(errors);
        });
    }

    asio::io_context& io_;
    FakeTtys& ttys_;
    std::shared_ptr<Events> events_; // shared with its own call, in which we may be destroyed
    std::shared_ptr<FakeTty> tty_;   // the test's too, past unplug
    std::deque<Operation> queue_;
    std::size_t queued_ = 0;
    bool opened_ = false, above_ = false;
    bool unsent_ = false; // written, and not yet drained
    bool watching_ = false, held_ = false;
    std::string unread_; // in the kernel, while held
    std::error_code lost_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

} // namespace fakes

#include "fakes/fake_port_operations.hpp"
