#include "portald/board_news.hpp"

#include <algorithm>

#include "contract/board_reports.hpp"
#include "contract/names.hpp"

namespace portald {

namespace {

using contract::Json;

constexpr std::size_t most_context = 10, most_dump = 40; // lines
constexpr std::size_t most_of_each = 4096;               // bytes

Json message_of(std::string_view kind, std::string_view slot, contract::Time time, const Json& body)
{
    Json json{{"type", "alert"}, {"slot", slot}, {"kind", kind}};
    if (kind == "alert") {
        const auto report = body.get<contract::AlertReport>();
        json["id"] = report.id();
        json.update(Json(report));
    } else {
        auto report = body.get<contract::BootReport>();
        if (report.time == contract::Time{}) report.time = time;
        json["id"] = report.serial_epoch + "-" + std::to_string(report.serial_seq) + "-boot";
        json.update(Json(report));
    }
    return json;
}

/// The lines from `first` on, while there is room. True: that is not all.
bool clip(Json& lines, std::size_t first, std::size_t most)
{
    Json kept = Json::array();
    std::size_t bytes = 0;
    for (auto at = first; at < lines.size() && kept.size() < most; ++at) {
        bytes += lines[at].get_ref<const std::string&>().size();
        if (bytes > most_of_each) break;
        kept.push_back(lines[at]);
    }
    const bool clipped = kept.size() < lines.size();
    lines = std::move(kept);
    return clipped;
}

} // namespace

std::optional<Json> BoardNews::take(const contract::Event& event)
{
    const auto topic = contract::topics::kind_of(event.topic);
    return take(message_of(topic == "log.alert" ? "alert" : "boot",
                           contract::topics::slot_of(event.topic), event.header.time,
                           contract::parse_json(event.body, std::string(topic))));
}

std::optional<Json> BoardNews::take(std::string_view kind, const contract::LogReport& report)
{
    return take(news_of(kind, report));
}

std::optional<Json> BoardNews::take(Json news)
{
    const auto is_it = [&](const Json& known) { return known.at("id") == news.at("id"); };
    if (std::ranges::any_of(news_, is_it)) return std::nullopt;
    const auto is_older = [&](const Json& known) { return known.at("time") <= news.at("time"); };
    news_.insert(std::ranges::find_if(news_, is_older), news);
    if (news_.size() > most) news_.pop_back();
    return news;
}

Json BoardNews::list(const std::optional<std::string>& slot) const
{
    Json list = Json::array();
    for (const auto& news : news_) {
        if (!slot || news.at("slot") == *slot) list.push_back(in_short(news));
    }
    return list;
}

Json BoardNews::whole(const std::string& id) const
{
    const auto found =
        std::ranges::find_if(news_, [&](const Json& news) { return news.at("id") == id; });
    return found == news_.end() ? Json(nullptr) : *found;
}

Json news_of(std::string_view kind, const contract::LogReport& report)
{
    return message_of(kind, report.slot, report.time, report.report);
}

Json in_short(Json news)
{
    bool clipped = false;
    if (news.contains("context")) {
        auto& context = news["context"];
        const auto lines = context.size();
        clipped = clip(context, lines > most_context ? lines - most_context : 0, most_context);
    }
    if (news.contains("dump")) clipped = clip(news["dump"], 0, most_dump) || clipped;
    if (clipped) news["clipped"] = true;
    return news;
}

} // namespace portald
