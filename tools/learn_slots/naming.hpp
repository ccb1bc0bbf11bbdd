#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/envelope.hpp"
#include "contract/messages.hpp"
#include "contract/verbs.hpp"

namespace learn_slots {

/// The conversation of --watch, without I/O: which connector is asked about, what is asked,
/// what is to be written. One connector at a time; those that appear meanwhile wait.
class Naming {
public:
    struct Voice {
        std::function<void(const std::string&)> say;    ///< lines, each with its newline
        std::function<void(const std::string&)> prompt; ///< line() is then expected
        std::function<void()> settle; ///< settled() in a moment: auto_assign may be giving a slot
        std::function<void(const contract::SlotAssign&)> assign; ///< assigned() or refused() then
    };
    explicit Naming(Voice voice) : voice_(std::move(voice)) {}

    /// All devices that there are: those that were not there before, or were plugged in again
    /// meanwhile, are asked about.
    void present(const contract::HotplugSnapshot& devices);
    /// As present(), but none is asked about: what was there at the beginning.
    void begin(const contract::HotplugSnapshot& devices);
    void plugged(const contract::Device& device);
    void unplugged(const std::string& slot_key);
    /// All slots that there are.
    void slots(std::vector<contract::Slot> slots);

    void settled();
    void line(const std::string& text);
    void assigned(const contract::SlotAssigned& slot);
    void refused(const contract::Error& error);

    bool asks() const { return step_ == Step::label || step_ == Step::port; }
    bool is_writing() const { return step_ == Step::writing; }
    /// What was written, or that nothing was.
    std::string summary() const;

private:
    enum class Step { none, settling, label, port, writing };

    void next();
    void introduce();
    void ask_label();
    void ask_port();
    void take_label(const std::string& text);
    void take_port(const std::string& text);
    void write();
    void done();
    const contract::Slot* slot() const; // the one that the connector has now

    Voice voice_;
    std::string epoch_;                            // in which these seqs count
    std::map<std::string, std::uint64_t> present_; // slot_key, and the seq of its event
    std::vector<contract::Slot> slots_;
    std::deque<contract::Device> waiting_;
    Step step_ = Step::none;
    contract::Device device_; // asked about; what follows is about it
    std::optional<std::string> label_;
    std::optional<std::uint16_t> port_;
    std::map<std::string, contract::SlotAssigned> written_; // by slot_key
};

} // namespace learn_slots
