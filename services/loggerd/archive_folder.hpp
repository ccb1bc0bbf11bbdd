#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "loggerd/archive_plan.hpp"
#include "loggerd/disk.hpp"

namespace loggerd {

/// What lies in the log folder and is ours by its name: regular files, no links.
/// @throws DiskError; a folder that is absent is empty
std::vector<FoundFile> list_logs(const std::filesystem::path& folder);

/// Deletes what a killed loggerd left half compressed; while none is being compressed.
/// @throws DiskError
void remove_unfinished(const std::filesystem::path& folder);

/// One that is absent is as good as deleted.
/// @throws DiskError
void remove_log(const std::filesystem::path& folder, const std::string& file);

} // namespace loggerd
