#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

/// What somebody types into a console: bytes for the board, and keys for the console itself, as
/// idf_monitor has them: Ctrl-] quits, Ctrl-T and a letter does what help() says.
class EscapeKeys {
public:
    enum class Act { reset, bootloader, send_break, help, quit };
    struct Typed {
        std::string bytes;
        std::optional<Act> act; ///< after the bytes
    };

    /// In the order in which it was typed. A key sequence may be cut anywhere.
    std::vector<Typed> type(std::string_view input);

    static std::string_view help();

private:
    bool escaped_ = false; // Ctrl-T was the last key
};

} // namespace ctl
