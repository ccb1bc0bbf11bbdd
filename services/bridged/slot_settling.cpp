#include "bridged/slot.hpp"

#include <utility>

/// The half of Slot that follows its machine: tty, TCP port and timer.
namespace bridged {

/// What is done here may tell the machine something new, so until nothing is left.
void Slot::settle(News news)
{
    if (std::exchange(settling_, true)) {
        settle_again_ = true;
        return;
    }
    do {
        settle_again_ = false;
        settle_once();
    } while (settle_again_);
    settling_ = false;
    changed_(news);
}

void Slot::settle_once()
{
    if (!machine_.client_kept()) drop_client();
    if (!machine_.port_open()) drop_observers();
    line_.watch_inputs(client_ != nullptr || !observers_.empty());
    settle_listener();
    settle_tty();
    arm_timer();
    answer_starts();
}

void Slot::settle_tty()
{
    if (machine_.tty_wanted()) {
        if (std::exchange(opening_begun_, machine_.openings()) != machine_.openings()) open_tty();
    } else if (std::exchange(tty_used_, false)) {
        if (machine_.present())
            line_.close(profile().idle_lines, [] {});
        else
            line_.abandon();
    }
}

/// Who it is, only root can see.
std::string Slot::why_not_open(std::error_code fault) const
{
    if (fault != std::errc::device_or_resource_busy) return fault.message();
    return "held by another process; see: sudo rfc2217ctl doctor " + config_.id;
}

/// The TCP port first: a board is not to be touched for a port that is not to be had.
void Slot::open_tty()
{
    const asio::ip::tcp::endpoint endpoint{context_.config.bind, config_.tcp_port};
    if (const auto fault = listener_.bind(endpoint))
        return failed("TCP port " + std::to_string(config_.tcp_port) + ": " + fault.message());

    const bool returning = machine_.client_kept();
    const auto idle = profile().idle_lines;
    tty_used_ = true;
    // What the kernel and the adapter held when bridged ended is gone, and nobody can count it.
    if (std::exchange(resumes_, false)) info("Record resumed; what came in between may be missing");
    line_.open(*devnode_, returning ? line_.asked() : idle_settings(), profile(),
               returning ? line_.outputs() : idle, [this](std::error_code fault) {
                   if (fault) {
                       tty_used_ = false;
                       return failed("open " + *devnode_ + ": " + why_not_open(fault));
                   }
                   ++opens_;
                   last_error_.reset();
                   machine_.opened(Clock::now());
                   log_->info("opened {}, port {}", *devnode_, config_.tcp_port);
                   settle();
               });
}

void Slot::failed(const std::string& reason)
{
    if (last_error_ != reason) log_->warn("{}", reason); // not again at each retry
    last_error_ = reason;
    machine_.failed(reason, Clock::now());
    settle();
}

void Slot::settle_listener()
{
    const bool taken = machine_.state() == SlotMachine::State::opening && !listener_.is_listening();
    if (!machine_.port_open()) {
        if (!taken) listener_.close();
        return;
    }
    const auto fault = listener_.listen();
    if (!fault) return;
    const auto reason = "TCP port " + std::to_string(config_.tcp_port) + ": " + fault.message();
    last_error_ = reason;
    machine_.lost(reason, Clock::now());
    settle();
}

/// next_try() on the wall clock, and the story of a port that is left alone in its log.
void Slot::plan_next_try()
{
    if (std::exchange(next_try_steady_, machine_.next_try()) == machine_.next_try()) return;
    next_try_.reset();
    if (!next_try_steady_) return;
    const auto pause = *next_try_steady_ - Clock::now();
    next_try_ = contract::wall_now() + std::chrono::duration_cast<std::chrono::microseconds>(pause);
    if (machine_.state() != SlotMachine::State::flapping) return;
    const auto seconds = std::chrono::round<std::chrono::seconds>(pause).count();
    const auto text = "Left alone for " + std::to_string(seconds) + " s: " + machine_.reason();
    info(text);
    log_->warn("{}", text);
}

void Slot::arm_timer()
{
    plan_next_try();
    timer_.cancel();
    const auto at = machine_.wake_at();
    if (!at) return;
    timer_.expires_at(*at);
    timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive) return;
        machine_.time_passed(Clock::now());
        settle();
    });
}

void Slot::answer_starts()
{
    const auto state = machine_.state();
    if (state == SlotMachine::State::opening) return;
    const bool is_fault = state == SlotMachine::State::error;
    for (const auto& done : std::exchange(starts_, {}))
        done(is_fault ? std::optional{machine_.reason()} : std::nullopt);
}

} // namespace bridged
