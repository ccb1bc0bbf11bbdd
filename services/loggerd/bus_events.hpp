#pragma once

#include "bus/publisher.hpp"
#include "loggerd/reports.hpp"
#include "loggerd/slot_log.hpp"

namespace loggerd {

/// What went into a log, as log.* events and reports; faults to the journal.
class BusEvents : public LogEvents {
public:
    BusEvents(bus::Publisher& publisher, Reports& reports)
        : publisher_(publisher), reports_(reports)
    {
    }

    void line(const std::string& slot, const std::string& epoch, const Line& line) override;
    void boot(const std::string& slot, const contract::BootReport& boot) override;
    void alert(const std::string& slot, const contract::AlertReport& alert) override;
    void fault(const std::string& slot, const std::string& text) override;
    void fault_over(const std::string& slot) override;
    void removed(const std::string& slot) override;

private:
    bus::Publisher& publisher_;
    Reports& reports_;
};

} // namespace loggerd
