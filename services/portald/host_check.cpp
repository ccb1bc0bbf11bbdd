#include "portald/host_check.hpp"

#include <algorithm>

#include "loop/asio.hpp"

namespace portald {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

/// "host:port", "[::1]:80" or "host" without its port and brackets.
std::string_view name_of(std::string_view authority)
{
    if (!authority.empty() && authority.front() == '[') {
        return authority.substr(1, authority.find(']') - 1);
    }
    return authority.substr(0, authority.find(':'));
}

/// The authority without the port that its scheme implies.
std::string_view without_port(std::string_view authority, std::string_view default_port)
{
    if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
    return authority;
}

bool same_origin(const std::string& origin, const std::string& host)
{
    for (const auto& [scheme, port] :
         {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}}) {
        if (origin.starts_with(scheme)) {
            return without_port(std::string_view(origin).substr(scheme.size()), port) ==
                   without_port(host, port);
        }
    }
    return false; // "null" (a sandboxed page, a file) and extensions
}

} // namespace

HostCheck::HostCheck(std::string hostname, std::vector<std::string> more) : names_(std::move(more))
{
    names_.push_back(std::move(hostname));
    names_.emplace_back("localhost");
    for (auto& name : names_) name = lower(name);
}

std::optional<std::string> HostCheck::refusal(const std::string& host,
                                              const std::optional<std::string>& origin) const
{
    if (host.empty()) return "no Host header";
    const auto authority = lower(host);
    const std::string name(name_of(authority));
    if (!knows(name)) {
        return "this portal is not known as \"" + name +
               "\"; call it by its address, or add the name to portal.hosts in settings.json";
    }
    if (origin && !same_origin(lower(*origin), authority)) {
        return "a page of " + *origin + " may not do this";
    }
    return std::nullopt;
}

bool HostCheck::knows(std::string_view name) const
{
    if (name.empty()) return false;
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) return true;
    if (name.ends_with(".local") && name.size() > 6) return true;
    boost::system::error_code fault;
    asio::ip::make_address(std::string(name), fault);
    return !fault;
}

} // namespace portald
