#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/json.hpp"

namespace ctl {

/// What a ser2net.yaml (ser2net 4, ser2net.yaml(5)) becomes here.
struct Imported {
    contract::Json document;        ///< a slots.json
    std::vector<std::string> notes; ///< what has no counterpart, each with its line
    std::size_t left_out = 0;       ///< connections that became no slot; their notes say why
};

/// Each connection of a serial port to a TCP port becomes a slot. Nothing is lost silently: what
/// means something to ser2net and nothing here is noted.
/// @throws contract::BadMessage for what is no YAML or no configuration of ser2net
Imported import_ser2net(const std::string& text, const std::string& file_name);

} // namespace ctl
