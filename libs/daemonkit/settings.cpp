#include "daemonkit/settings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "daemonkit/files.hpp"

namespace daemonkit {

namespace {

constexpr std::array<std::string_view, 7> sections = {"access", "alerts", "bus",   "hotplug",
                                                      "bridge", "log",    "portal"};

std::string known_sections()
{
    std::string names;
    for (const auto name : sections) names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

void check_section(const std::string& name, const contract::Json& value,
                   const std::string& file_name)
{
    if (name.starts_with('_')) return; // a person's comment
    if (std::find(sections.begin(), sections.end(), name) == sections.end())
        throw contract::BadMessage(file_name + ": " + name + ": unknown section; there are " +
                                   known_sections());
    if (!value.is_object())
        throw contract::BadMessage(file_name + ": " + name + ": must be an object");
}

/// Settings say who may reach us, and which commands run. So they are root's word, or that of
/// whoever runs us, or of the owner of the folder, who could put any file there. But /etc/rfc2217
/// is writable for bridged, and what bridged puts there is not ours to obey.
void check_owner(const Descriptor& opened, const std::filesystem::path& file)
{
    struct stat its = {};
    struct stat folders = {};
    if (::fstat(opened.get(), &its) != 0 ||
        ::stat(std::filesystem::absolute(file).parent_path().c_str(), &folders) != 0)
        throw std::system_error(errno, std::generic_category(), "read " + file.string());
    if (its.st_uid == 0 || its.st_uid == ::geteuid() || its.st_uid == folders.st_uid) return;
    throw contract::BadMessage(
        file.string() + ": is owned by user " + std::to_string(its.st_uid) +
        ", who is neither root nor this daemon's nor its folder's: look at it, then chown root " +
        file.string());
}

} // namespace

Settings Settings::read(const std::filesystem::path& file)
{
    try {
        const auto opened = open_to_read(file);
        check_owner(opened, file);
        return parse(read_file(opened, file), file.string());
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::no_such_file_or_directory) throw;
    }
    Settings defaults;
    defaults.file_name_ = file.string();
    return defaults;
}

Settings Settings::parse(std::string_view text, const std::string& file_name)
{
    Settings settings;
    settings.file_name_ = file_name;
    settings.document_ = contract::parse_json(text, file_name);
    if (!settings.document_.is_object())
        throw contract::BadMessage(file_name + ": must be an object");
    for (const auto& [name, value] : settings.document_.items())
        check_section(name, value, file_name);
    return settings;
}

contract::Fields Settings::section(std::string_view name) const
{
    static const contract::Json absent = contract::Json::object();
    const auto found = document_.find(std::string(name));
    return {found == document_.end() ? absent : *found, file_name_ + ": " + std::string(name)};
}

} // namespace daemonkit
