#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridged/config.hpp"
#include "bridged/line_restore.hpp"
#include "bridged/listener.hpp"
#include "bridged/profile.hpp"
#include "bridged/recorder.hpp"
#include "bridged/refusals.hpp"
#include "bridged/serial_line.hpp"
#include "bridged/session.hpp"
#include "bridged/slot_claim.hpp"
#include "bridged/slot_machine.hpp"
#include "contract/messages.hpp"
#include "contract/slots_file.hpp"
#include "daemonkit/access_list.hpp"
#include "daemonkit/log.hpp"

namespace bridged {

/// What all slots are made with. References and pointers outlive them.
struct SlotContext {
    asio::io_context& io;
    bus::Publisher& publisher;
    const Config& config;
    std::filesystem::path history_dir; ///< of the ring files; exists
    SerialLine::PortFactory make_port;
};

/// One connector: its tty, its TCP port, its client, its record. Does what its SlotMachine
/// says: settle() makes what is open agree with what the machine wants open.
class Slot {
public:
    /// @param changed  state() may differ now; called often, so compare and coalesce
    /// @throws std::system_error when there can be no ring file
    Slot(SlotContext context, contract::SlotConfig config, std::function<void(News)> changed);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    const contract::SlotConfig& config() const { return config_; }
    contract::Slot state() const;
    contract::Json counters() const;

    /// What hotplugd says. A device that is known and whose tty is open stays as it is.
    void device_added(const contract::Device& device);
    void device_removed(const contract::Device& device);

    /// The reason when it did not start; nothing when it runs or waits for a device.
    using Started = std::function<void(std::optional<std::string> fault)>;
    void start(Started done);
    void stop(std::function<void()> done); ///< when the tty is closed

    /// Who else may write: the owner of a claim, or the address of the client, "192.168.1.7:50123".
    /// Nothing when `owner` may.
    std::optional<std::string> held_against(std::string_view owner) const;
    bool is_client_from(const std::optional<std::string>& address) const;
    void kick(); ///< client and observers
    /// Whoever else is connected is kicked.
    void claim(contract::Claim claim, std::chrono::seconds ttl);
    void release();

    using Done = SerialLine::Handler;
    void write(std::span<const std::byte> bytes);
    void set_lines(serial::LineChange change, Done done);
    void reset(Done done);
    void enter_bootloader(Done done); ///< only where the profile can
    /// Done when it has ended, also by a close. One at a time.
    void send_break(std::chrono::milliseconds length, Done done);
    bool is_breaking() const { return break_runs_ || line_.breaking(); }
    bool can_enter_bootloader() const { return !profile().bootloader.empty(); }

    const SerialLine& line() const { return line_; }
    Recorder& recorder() { return recorder_; }
    void forget_history(); ///< the slot will not come back

private:
    using Clock = std::chrono::steady_clock;

    SerialLine::Events line_events();
    void settle(News news = News::now);
    void settle_once();
    void settle_listener();
    void settle_tty();
    void open_tty();
    void plan_next_try();
    void arm_timer();
    void arm_claim_timer();
    void answer_starts();
    void failed(const std::string& reason);
    std::string why_not_open(std::error_code fault) const;

    void connected(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
    void take_over();
    std::string why_not(bool is_admitted) const;
    void welcome(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
    void let_observe(asio::ip::tcp::socket socket, const std::string& address);
    void client_gone(Session::End end);
    void drop_client();
    void drop_observers();
    void restore_line();
    std::string signature() const;
    void prune_leaving();
    void count_drops(const Session& session);

    void from_board(std::span<const std::byte> bytes, SerialLine::Time time);
    void info(const std::string& text, News news = News::now);
    const Profile& profile() const { return profile_of(config_.profile, device_); }
    serial::Settings idle_settings() const;

    SlotContext context_;
    contract::SlotConfig config_;
    std::function<void(News)> changed_;
    std::shared_ptr<spdlog::logger> log_;
    daemonkit::AccessList access_;
    SlotMachine machine_;
    Recorder recorder_;
    SerialLine line_;
    LineRestore restore_;
    SlotClaim claim_;
    asio::steady_timer claim_timer_;
    asio::steady_timer break_timer_;
    bool break_runs_ = false;
    Listener listener_;
    Refusals refusals_;
    asio::steady_timer timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // posted work may outlive us

    std::optional<contract::Device> device_;
    std::optional<std::string> devnode_; // stays after a removal
    std::optional<contract::Time> last_event_;
    std::optional<std::string> last_action_;
    std::optional<std::string> last_error_;
    std::optional<SlotMachine::TimePoint> next_try_steady_;
    std::optional<contract::Time> next_try_; // the same on the wall clock
    std::uint64_t hotplug_seq_ = 0;

    std::shared_ptr<Session> client_;
    contract::Client client_info_;
    std::string client_ip_;
    std::vector<std::shared_ptr<Session>> leaving_; // gone, still sent to for a second
    std::vector<std::shared_ptr<Session>> observers_;
    std::vector<Started> starts_; // waiting for the outcome

    std::uint64_t opening_begun_ = 0;    // of machine_.openings()
    bool tty_used_ = false;              // open, or being opened
    bool resumes_ = recorder_.resumed(); // until that is said
    bool settling_ = false;
    bool settle_again_ = false;
    std::uint64_t clients_ = 0, drops_ = 0, ignored_ = 0, opens_ = 0;
};

} // namespace bridged
