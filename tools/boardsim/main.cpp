// boardsim: an ESP32 made of software on a pty, for the demo and for tests.
#include <array>
#include <chrono>
#include <deque>
#include <iostream>

#include <CLI/CLI.hpp>

#include "boardsim/board.hpp"
#include "boardsim/pty.hpp"
#include "loop/asio.hpp"

namespace {

using Clock = std::chrono::steady_clock;

/// The board on its pty. Like a UART without flow control it loses ticks when nobody reads, but
/// answers to commands wait: whoever asked for a flood wants all of it.
class Runner {
public:
    Runner(asio::io_context& io, boardsim::Board& board, const boardsim::Pty& pty,
           std::chrono::milliseconds tick)
        : board_(board), tty_(io, ::dup(pty.board_end())), timer_(io), tick_(tick)
    {
        say(board_.boot());
        read();
        wait_tick();
    }

private:
    void read()
    {
        tty_.async_read_some(asio::buffer(input_),
                             [this](boost::system::error_code fault, std::size_t size) {
                                 if (fault) return;
                                 say(board_.receive({input_.data(), size}));
                                 if (output_.size() < most_waiting) read();
                             });
    }

    void wait_tick()
    {
        timer_.expires_after(tick_);
        timer_.async_wait([this](boost::system::error_code fault) {
            if (fault) return;
            const auto uptime =
                std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - booted_);
            if (output_.empty()) say(board_.tick(uptime));
            wait_tick();
        });
    }

    void say(std::string text)
    {
        if (board_.take_rebooted()) booted_ = Clock::now();
        if (text.empty()) return;
        output_.push_back(std::move(text));
        if (output_.size() == 1) write();
    }

    void write()
    {
        asio::async_write(tty_, asio::buffer(output_.front()),
                          [this](boost::system::error_code fault, std::size_t) {
                              output_.pop_front();
                              if (output_.size() + 1 == most_waiting) read();
                              if (!fault && !output_.empty()) write();
                          });
    }

    static constexpr std::size_t most_waiting = 8; // answers; then commands wait in the pty

    boardsim::Board& board_;
    asio::posix::stream_descriptor tty_;
    asio::steady_timer timer_;
    std::chrono::milliseconds tick_;
    Clock::time_point booted_ = Clock::now();
    std::array<char, 256> input_{};
    std::deque<std::string> output_;
};

} // namespace

int main(int argc, char** argv)
try {
    CLI::App app{"An ESP32 made of software: a pty at PATH that boots, ticks, echoes, crashes."};
    std::string path;
    std::string name;
    double tick_s = 1.0;
    app.set_version_flag("--version", "boardsim (rfc2217) " RFC2217_VERSION);
    app.add_option("PATH", path, "Where the board's tty appears, as a symlink")->required();
    app.add_option("--name", name, "What its boot log calls it (default: the path's last part)");
    app.add_option("--tick", tick_s, "Seconds between the app's lines")
        ->check(CLI::Range(0.001, 3600.0));
    CLI11_PARSE(app, argc, argv);
    if (name.empty()) name = std::filesystem::path(path).filename();

    asio::io_context io{1};
    boardsim::Pty pty{path};
    boardsim::Board board{name};
    Runner runner{io, board, pty,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::duration<double>(tick_s))};
    std::cout << path << " is " << pty.tty().string() << std::endl;

    asio::signal_set signals{io, SIGINT, SIGTERM};
    signals.async_wait([&io](auto, auto) { io.stop(); });
    io.run();
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "boardsim: " << error.what() << '\n';
    return EXIT_FAILURE;
}
