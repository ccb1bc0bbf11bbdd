#pragma once

#include <filesystem>
#include <string>

#include "contract/json.hpp"

namespace daemonkit {

/// settings.json: root's, optional, one object per section; every key has a default in the
/// daemon's own config struct. docs/settings.md lists them all.
class Settings {
public:
    Settings() = default; ///< all defaults

    /// A file that is absent gives all defaults.
    /// @throws contract::BadMessage naming the file for a section that no daemon knows, and when
    /// it is neither root's, nor its folder's owner's, nor of the user that we run as
    static Settings read(const std::filesystem::path& file);
    static Settings parse(std::string_view text, const std::string& file_name);

    /// A section's members ("access", "alerts", "bus", "hotplug", "bridge", "log", "portal"); an
    /// empty object when it is absent. Errors name "settings.json: bridge: …". The Fields refer to
    /// this object, which has to stay where it is while they are used.
    contract::Fields section(std::string_view name) const;

private:
    contract::Json document_ = contract::Json::object();
    std::string file_name_ = "settings.json";
};

} // namespace daemonkit
