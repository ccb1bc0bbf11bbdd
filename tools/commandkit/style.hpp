#pragma once

#include <string>

namespace commandkit {

/// Colours, or none.
class Style {
public:
    explicit Style(bool coloured) : coloured_(coloured) {}
    /// For stdout: colours on a terminal that has them, unless NO_COLOR is set.
    static Style of_stdout();

    std::string strong(const std::string& text) const { return with("1", text); }
    std::string faint(const std::string& text) const { return with("2", text); }
    std::string good(const std::string& text) const { return with("32", text); }
    std::string bad(const std::string& text) const { return with("1;31", text); }

private:
    std::string with(const char* code, const std::string& text) const;

    bool coloured_;
};

} // namespace commandkit
