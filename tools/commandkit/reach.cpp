#include "commandkit/reach.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include "contract/names.hpp"
#include "daemonkit/descriptor.hpp"

namespace commandkit {
namespace {

/// errno of a connect() to the path; 0 when it was taken.
int connect_fault(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
    std::memcpy(address.sun_path, path.data(), path.size());
    // Not blocking: a daemon that is stopped with a full backlog would hold us.
    const daemonkit::Descriptor socket{
        ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) return errno;
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket.get(), generic, sizeof address) == 0) return 0;
    return errno == EAGAIN ? 0 : errno;
}

} // namespace

std::optional<std::string> why_unreachable(const std::string& runtime_dir, std::string_view daemon)
{
    auto path = contract::requests_endpoint(runtime_dir, daemon);
    path.erase(0, std::string_view{"ipc://"}.size());
    const int fault = connect_fault(path);
    if (fault == 0) return std::nullopt;
    if (fault == EACCES || fault == EPERM)
        return path +
               ": permission denied; run this with sudo, or as a member of the group rfc2217";
    if (fault == ENOENT || fault == ECONNREFUSED)
        return std::string(daemon) + " does not run (nobody listens at " + path +
               "); start it: sudo systemctl start rfc2217.target";
    return path + ": " + std::strerror(fault);
}

std::string no_answer(std::string_view daemon)
{
    const auto unit = daemon.substr(0, daemon.size() - 1); // bridged is rfc2217-bridge
    return std::string(daemon) + " does not answer; see: systemctl status rfc2217-" +
           std::string(unit);
}

} // namespace commandkit
