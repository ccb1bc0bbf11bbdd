#include <utility>

#include "bridged/slot.hpp"

/// The half of Slot that does what is asked for over the bus.
namespace bridged {

std::optional<std::string> Slot::held_against(std::string_view owner) const
{
    if (!claim_.admits(owner)) return claim_.held()->owner;
    if (client_ && !claim_.held()) return client_info_.address;
    return std::nullopt;
}

/// And nobody else has a claim.
bool Slot::is_client_from(const std::optional<std::string>& address) const
{
    return client_ && !claim_.held() && address == client_ip_;
}

void Slot::kick()
{
    if (client_ || !observers_.empty()) info("Client kicked");
    if (client_) {
        info("Client disconnected");
        log_->info("client {} kicked", client_info_.address);
        count_drops(*client_);
        std::exchange(client_, nullptr)->close();
        machine_.client_left(Clock::now());
        restore_line();
    }
    drop_observers();
    settle();
}

void Slot::claim(contract::Claim claim, std::chrono::seconds ttl)
{
    if (client_ && claim.address != client_ip_) kick();
    claim_.take(std::move(claim), Clock::now() + ttl);
    arm_claim_timer();
    changed_(News::now);
}

void Slot::release()
{
    claim_.release();
    arm_claim_timer();
    changed_(News::now);
}

void Slot::arm_claim_timer()
{
    claim_timer_.cancel();
    const auto at = claim_.wake_at();
    if (!at) return;
    claim_timer_.expires_at(*at);
    claim_timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive) return;
        claim_.time_passed(Clock::now());
        changed_(News::now);
    });
}

void Slot::write(std::span<const std::byte> bytes)
{
    machine_.touched(Clock::now());
    line_.write(bytes);
}

void Slot::set_lines(serial::LineChange change, Done done)
{
    machine_.touched(Clock::now());
    line_.set_outputs_exactly(change, std::move(done));
}

void Slot::reset(Done done)
{
    machine_.touched(Clock::now());
    info("Reset");
    line_.run(profile().reset, std::move(done));
}

void Slot::enter_bootloader(Done done)
{
    machine_.touched(Clock::now());
    info("Reset into the bootloader");
    line_.run(profile().bootloader, std::move(done));
}

void Slot::send_break(std::chrono::milliseconds length, Done done)
{
    machine_.touched(Clock::now());
    break_runs_ = true;
    line_.set_break(
        true, [this, alive = alive_, length, done = std::move(done)](std::error_code fault) {
            if (!*alive) return;
            if (fault) {
                break_runs_ = false;
                return done(fault);
            }
            break_timer_.expires_after(length);
            break_timer_.async_wait([this, alive, done](boost::system::error_code cancelled) {
                if (cancelled || !*alive) return;
                break_runs_ = false;
                line_.set_break(false, done);
            });
        });
}

void Slot::forget_history()
{
    std::error_code ignored; // it is in memory, and gone with the next boot anyway
    std::filesystem::remove(context_.history_dir / (config_.id + ".ring"), ignored);
}

} // namespace bridged
