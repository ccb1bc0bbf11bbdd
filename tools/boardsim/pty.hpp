#pragma once

#include <filesystem>

namespace boardsim {

/// A pseudo-terminal that others find at a path: plugging in a board is making the path,
/// unplugging is removing it.
class Pty {
public:
    /// Opens a pty in raw mode and makes `path` a symlink to its tty, replacing a symlink
    /// that is there, never a file.
    /// @throws std::system_error
    explicit Pty(std::filesystem::path path);
    ~Pty(); ///< removes the symlink, if it is still ours
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;

    int board_end() const { return board_end_; } ///< non-blocking; the board reads and writes here
    const std::filesystem::path& tty() const { return tty_; }

private:
    void make_link() const;

    std::filesystem::path path_;
    std::filesystem::path tty_;
    int board_end_ = -1;
    int kept_open_ = -1; // so that reads do not fail with EIO while nobody has the tty open
};

} // namespace boardsim
