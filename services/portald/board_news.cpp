#include "portald/board_news.hpp"

#include <algorithm>

#include "contract/board_reports.hpp"
#include "contract/names.hpp"

namespace portald {

namespace {

using contract::Json;

constexpr std::size_t most_context = 10, most_dump = 40; // lines
constexpr std::size_t most_of_each = 4096;               // bytes

Json message_of(const contract::Event& event)
{
    Json json{{"type", "alert"}, {"slot", contract::topics::slot_of(event.topic)}};
    if (contract::topics::kind_of(event.topic) == "log.alert") {
        const auto report = contract::body<contract::AlertReport>(event);
        json["kind"] = "alert";
        json["id"] = report.id();
        json.update(Json(report));
    } else {
        const auto report = contract::body<contract::BootReport>(event);
        json["kind"] = "boot";
        json["id"] = report.serial_epoch + "-" + std::to_string(report.serial_seq) + "-boot";
        json["time"] = contract::format_time(event.header.time);
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
    auto json = message_of(event);
    const auto is_it = [&](const Json& known) { return known.at("id") == json.at("id"); };
    if (std::ranges::any_of(news_, is_it)) return std::nullopt;
    news_.push_front(json);
    if (news_.size() > most) news_.pop_back();
    return json;
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
