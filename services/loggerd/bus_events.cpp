#include "loggerd/bus_events.hpp"

#include "contract/log_fault.hpp"
#include "contract/names.hpp"
#include "daemonkit/log.hpp"

namespace loggerd {

void BusEvents::line(const std::string& slot, const std::string& epoch, const Line& line)
{
    const auto topic = contract::topics::log_line(slot);
    if (!publisher_.wanted(topic)) return;
    publisher_.publish(contract::streams::log(slot), topic,
                       contract::LogLine{to_string(line.kind), line.text, line.seq, epoch});
}

void BusEvents::boot(const std::string& slot, const contract::BootReport& boot)
{
    reports_.boot(slot, boot);
    publisher_.publish(contract::streams::log(slot), contract::topics::log_boot(slot), boot);
    daemonkit::slot_log(slot)->info("booted: {}", boot.banner);
}

void BusEvents::alert(const std::string& slot, const contract::AlertReport& alert)
{
    reports_.alert(slot, alert); // first: who hears the event may ask for it
    publisher_.publish(contract::streams::log(slot), contract::topics::log_alert(slot), alert);
    daemonkit::slot_log(slot)->info("{}: {}", alert.rule, alert.text);
}

void BusEvents::fault(const std::string& slot, const std::string& text)
{
    publisher_.publish(contract::streams::log(slot), contract::topics::log_fault(slot),
                       contract::LogFault{text});
    daemonkit::slot_log(slot)->error("{}", text);
}

void BusEvents::fault_over(const std::string& slot)
{
    publisher_.publish(contract::streams::log(slot), contract::topics::log_fault(slot),
                       contract::LogFault{});
    daemonkit::slot_log(slot)->info("writing again");
}

void BusEvents::removed(const std::string& slot)
{
    publisher_.end_stream(contract::streams::log(slot));
}

} // namespace loggerd
