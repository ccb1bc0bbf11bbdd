#include "bridged/serial_line.hpp"

#include <utility>

/// The half of SerialLine that opens and closes.
namespace bridged {

SerialLine::SerialLine(asio::io_context& io, PortFactory make_port, Events events)
    : io_(io),
      make_port_(std::move(make_port)),
      events_(std::move(events)),
      outputs_(io, [this](auto change, Handler done) { apply(change, std::move(done)); },
               {.info = [this](const std::string& text) { events_.info(text); },
                .settled =
                    [this] {
                        if (open_) events_.writable();
                    }})
{
}

SerialLine::~SerialLine()
{
    *alive_ = false;
}

void SerialLine::open(const std::string& devnode, const serial::Settings& settings,
                      const Profile& profile, serial::LineChange lines, Handler done)
{
    if (port_) retire({}, [] {});
    Opening opening{devnode, settings, &profile, lines, std::move(done)};
    if (closing_ > 0)
        waiting_ = std::move(opening);
    else
        start(std::move(opening));
}

void SerialLine::start(Opening opening)
{
    port_ = make_port_(io_, port_events());
    devnode_ = opening.devnode;
    asked_ = held_ = opening.settings;
    outputs_.begin(*opening.profile, opening.lines);
    auto* const port = port_.get();
    port->open(opening.devnode, opening.settings, opening.lines,
               [this, alive = alive_, port, opening](std::error_code fault) {
                   if (*alive && port == port_.get()) opened(opening, fault);
               });
}

void SerialLine::opened(const Opening& opening, std::error_code fault)
{
    if (fault) {
        retire({}, [] {});
        return opening.done(fault);
    }
    open_ = true;
    configuring_ = 0;
    port_->watch_inputs(watching_);
    port_->hold_reading(input_held_);
    read_inputs();
    catch_up(opening);
    opening.done({});
    if (events_.info)
        events_.info("Opened " + devnode_ + " at " + std::to_string(held_.baud) + " baud");
    if (open_ && events_.writable) events_.writable();
}

/// With what was asked for while it was being opened.
void SerialLine::catch_up(const Opening& opening)
{
    if (const auto lines = outputs_.asked(); lines != opening.lines) {
        outputs_.begin(*opening.profile, opening.lines);
        set_outputs(lines, [](std::error_code) {});
    }
    if (asked_ != opening.settings) configure(asked_, [](std::error_code) {});
}

serial::PortInterface::Events SerialLine::port_events()
{
    const auto ours = [this, generation = ++generation_] {
        return open_ && generation == generation_;
    };
    return {
        .received =
            [this, ours](auto bytes, auto time) {
                if (ours()) events_.received(bytes, time);
            },
        .lost =
            [this, ours](std::error_code fault) {
                if (ours()) on_lost(fault);
            },
        .writable =
            [this, ours] {
                if (ours()) events_.writable();
            },
        .inputs_changed =
            [this, ours](const serial::ModemInputs& inputs) {
                if (!ours()) return;
                inputs_ = inputs;
                events_.inputs_changed();
            },
        .line_errors =
            [this, ours](const serial::LineErrors& errors) {
                if (ours()) events_.line_errors(errors);
            },
    };
}

void SerialLine::on_lost(std::error_code fault)
{
    retire({}, [] {});
    events_.lost(fault);
}

/// The port leaves at once for everybody else; it is destroyed when it is closed, and
/// never from within its own handler.
void SerialLine::retire(serial::LineChange lines, std::function<void()> done)
{
    if (std::exchange(open_, false) && events_.info) events_.info("Closed " + devnode_);
    outputs_.closed();
    breaking_ = break_told_ = false; // close() ends it
    inputs_.reset();
    retired_.push_back(std::move(port_));
    const auto place = std::prev(retired_.end());
    (*place)->close(lines, [this, alive = alive_, place, done = std::move(done)](std::error_code) {
        if (!*alive) return;
        asio::post(io_, [this, alive, place] {
            if (*alive) retired_.erase(place);
        });
        done();
    });
}

void SerialLine::close(serial::LineChange idle, std::function<void()> done)
{
    waiting_.reset();
    closed_.push_back(std::move(done));
    if (open_) {
        outputs_.hold(idle);
        ++closing_;
        return retire(idle, [this] {
            --closing_;
            all_closed();
        });
    }
    if (port_) retire(idle, [] {});
    all_closed();
}

void SerialLine::all_closed()
{
    if (closing_ > 0) return;
    if (waiting_) start(*std::exchange(waiting_, std::nullopt));
    for (const auto& done : std::exchange(closed_, {})) done();
}

void SerialLine::abandon()
{
    waiting_.reset();
    if (port_) retire({}, [] {});
}

} // namespace bridged
