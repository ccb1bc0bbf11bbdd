#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hotplugd {

/// The way from "/" to what a path means, symlinks followed: each name that was looked up
/// in each folder on the way. Whatever makes the path mean something else happens to one
/// of these names.
struct PathTrail {
    struct Step {
        std::string folder; ///< without symlinks
        std::string name;
        bool operator==(const Step&) const = default;
    };
    std::vector<Step> steps; ///< ends at the first name that is missing
    bool exists = false;
    bool is_character_device = false;
    std::string target;   ///< the path without symlinks; "" when it does not exist
    std::string identity; ///< of the target and of each symlink on the way, by inode

    bool operator==(const PathTrail&) const = default;
};

/// Looks; a loop of symlinks counts as not existing. A relative path starts at
/// the working folder.
PathTrail follow(const std::filesystem::path& path);

} // namespace hotplugd
