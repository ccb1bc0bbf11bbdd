#include "portald/commands.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <system_error>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemonkit/descriptor.hpp"

namespace portald {

namespace {

using daemonkit::Descriptor;

[[noreturn]] void fail(int error, const std::string& what)
{
    throw std::system_error(error, std::generic_category(), what);
}

/// A file in memory, so that a program that reads nothing makes nobody wait.
Descriptor file_with(const std::string& text)
{
    Descriptor file{::memfd_create("alert", MFD_CLOEXEC)};
    if (!file) fail(errno, "memfd_create");
    for (std::string_view rest{text}; !rest.empty();) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno, "write");
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

struct Spawning {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;

    explicit Spawning(int input)
    {
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, input, 0);
        for (const int output : {1, 2})
            posix_spawn_file_actions_addopen(&files, output, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&files, 3);
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                  POSIX_SPAWN_SETPGROUP);
    }
    Spawning(const Spawning&) = delete;
    Spawning& operator=(const Spawning&) = delete;
    ~Spawning()
    {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
};

pid_t spawn(std::vector<std::string> command, const std::string& input)
{
    const auto file = file_with(input);
    const Spawning how{file.get()};
    std::vector<char*> words;
    for (auto& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
    std::string language = "LANG=C.UTF-8";
    char* environment[] = {path.data(), language.data(), nullptr};
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, words.front(), &how.files, &how.attributes, words.data(), environment);
    if (error != 0) fail(error, command.front());
    return pid;
}

} // namespace

struct Commands::Child {
    Child(asio::io_context& io, pid_t started, Done told)
        : pid(started), done(std::move(told)), ended(io), timer(io)
    {
        const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
        if (handle < 0) {
            const int error = errno;
            stop();
            fail(error, "pidfd_open");
        }
        ended.assign(handle);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void kill() const { ::kill(-pid, SIGKILL); }
    /// Waits at most for a SIGKILL to take effect.
    int reap() const
    {
        int status = 0;
        while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }
    void stop() const
    {
        kill();
        reap();
    }

    pid_t pid;
    Done done;
    asio::posix::stream_descriptor ended;
    asio::steady_timer timer;
    bool too_late = false;
};

Commands::Commands(asio::io_context& io, std::chrono::milliseconds timeout)
    : io_(io), timeout_(timeout)
{
}

Commands::~Commands()
{
    for (const auto& child : children_) {
        child->done = nullptr;
        child->ended.cancel();
        child->timer.cancel();
        child->stop();
    }
}

void Commands::run(const std::vector<std::string>& command, const std::string& input, Done done)
{
    std::shared_ptr<Child> child;
    try {
        child = std::make_shared<Child>(io_, spawn(command, input), done);
    } catch (const std::system_error& fault) {
        asio::post(io_, [done = std::move(done), text = std::string{fault.what()}] {
            done(Outbox::Outcome::failed, text);
        });
        return;
    }
    children_.push_back(child);
    child->timer.expires_after(timeout_);
    child->timer.async_wait([child](const boost::system::error_code& fault) {
        if (fault || !child->done) return;
        child->too_late = true;
        child->kill();
    });
    child->ended.async_wait(asio::posix::descriptor_base::wait_read,
                            [this, child](const boost::system::error_code& fault) {
                                if (fault || !child->done) return;
                                child->timer.cancel();
                                const int status = child->reap();
                                const auto told = std::exchange(child->done, nullptr);
                                forget(child);
                                if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                                    return told(Outbox::Outcome::delivered, "ended");
                                told(Outbox::Outcome::failed,
                                     child->too_late ? "took too long"
                                     : WIFEXITED(status)
                                         ? "exit code " + std::to_string(WEXITSTATUS(status))
                                         : "signal " + std::to_string(WTERMSIG(status)));
                            });
}

void Commands::forget(const std::shared_ptr<Child>& child)
{
    std::erase(children_, child);
}

} // namespace portald
