#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <grp.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/commands.hpp"
#include "ctl/self_signed.hpp"
#include "daemonkit/files.hpp"

namespace ctl {
namespace {

namespace fs = std::filesystem;

constexpr int days = 825;
constexpr mode_t not_for_others = 0137; // a key is 0640
constexpr mode_t usual_umask = 022;

struct Wanted {
    fs::path certificate = "/etc/rfc2217/tls.crt";
    fs::path key = "/etc/rfc2217/tls.key";
    std::vector<std::string> names;
    bool force = false;
};

std::string address_text(const sockaddr* address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address->sa_family == AF_INET)
        bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    else if (address->sa_family == AF_INET6)
        bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (bytes == nullptr) return {};
    ::inet_ntop(address->sa_family, bytes, text.data(), text.size());
    return text.data();
}

bool is_link_local(const std::string& address)
{
    return address.starts_with("fe80:") || address.starts_with("169.254.");
}

/// How this machine is called on the network: its name, with and without .local, its addresses.
std::vector<std::string> own_names()
{
    std::array<char, 65> host{};
    ::gethostname(host.data(), host.size() - 1);
    const std::string name = host.data();
    std::vector<std::string> names{name};
    if (name.find('.') == std::string::npos) names.push_back(name + ".local");
    names.emplace_back("localhost");
    ifaddrs* interfaces = nullptr;
    if (::getifaddrs(&interfaces) != 0)
        throw std::system_error(errno, std::generic_category(), "addresses of this machine");
    for (const auto* one = interfaces; one != nullptr; one = one->ifa_next) {
        const auto address = one->ifa_addr == nullptr ? "" : address_text(one->ifa_addr);
        if (!address.empty() && !is_link_local(address)) names.push_back(address);
    }
    ::freeifaddrs(interfaces);
    return names;
}

/// A file of its own beside the one that it replaces: an old key may be readable for all. And
/// the old pair stays until the new one is whole.
class Beside {
public:
    /// @throws WrongUsage when it is there and may not be replaced
    Beside(fs::path file, bool force) : file_(std::move(file)), made_(file_)
    {
        if (!force && fs::exists(fs::symlink_status(file_)))
            throw commandkit::WrongUsage(file_.string() + " is there already: --force");
        made_ += ".new";
        fs::remove(made_); // of one that was killed
    }
    ~Beside()
    {
        std::error_code fault;
        fs::remove(made_, fault);
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;

    const fs::path& path() const { return made_; }
    void take_place() const { fs::rename(made_, file_); }

private:
    fs::path file_;
    fs::path made_;
};

/// portald reads it, and nobody else.
void give_to_the_daemons(const fs::path& key)
{
    const auto* group = ::getgrnam("rfc2217");
    if (group == nullptr || ::geteuid() != 0) return;
    if (::lchown(key.c_str(), static_cast<uid_t>(-1), group->gr_gid) != 0)
        throw std::system_error(errno, std::generic_category(), "chgrp rfc2217 " + key.string());
}

int make(const Session& session, const Wanted& wanted)
{
    if (fs::weakly_canonical(wanted.certificate) == fs::weakly_canonical(wanted.key))
        throw commandkit::WrongUsage("certificate and key would be one file, " +
                                     wanted.key.string());
    auto names = own_names();
    names.insert(names.begin(), wanted.names.begin(), wanted.names.end());
    const auto made = make_self_signed(names, days);
    const Beside certificate{wanted.certificate, wanted.force};
    const Beside key{wanted.key, wanted.force};
    ::umask(not_for_others);
    daemonkit::write_file_atomically(key.path(), made.key);
    give_to_the_daemons(key.path());
    ::umask(usual_umask);
    daemonkit::write_file_atomically(certificate.path(), made.certificate);
    key.take_place();
    certificate.take_place();

    const Json settings{{"portal",
                         {{"tls",
                           {{"certificate", fs::absolute(wanted.certificate).string()},
                            {"key", fs::absolute(wanted.key).string()}}}}}};
    if (session.common().json) {
        const Json said{{"certificate", wanted.certificate.string()},
                        {"key", wanted.key.string()},
                        {"names", names},
                        {"days", days},
                        {"sha256", made.fingerprint}};
        std::cout << contract::to_text(said) << "\n";
        return commandkit::exit_ok;
    }
    std::cout << wanted.certificate.string() << " and " << wanted.key.string() << " are for";
    for (const auto& name : names) std::cout << " " << name;
    std::cout << ", for " << days << " days.\n"
              << "Into /etc/rfc2217/settings.json: " << contract::to_text(settings) << "\n"
              << "Then: systemctl restart rfc2217-portal\n"
              << "A browser warns once; what it shows has to be, as SHA-256,\n"
              << made.fingerprint << "\n";
    return commandkit::exit_ok;
}

} // namespace

void add_cert(CLI::App& app, Command& chosen)
{
    auto* command =
        app.add_subcommand("cert", "Makes a self-signed certificate for the portal, and its key");
    const auto wanted = std::make_shared<Wanted>();
    command->add_option(
        "NAME", wanted->names,
        "More names or addresses than this machine's own; the first is its subject");
    command->add_option("--certificate", wanted->certificate, "Where it goes")
        ->capture_default_str();
    command->add_option("--key", wanted->key, "Where the key goes, readable for the group rfc2217")
        ->capture_default_str();
    command->add_flag("--force", wanted->force, "Replace what is there");
    command->footer("Example: sudo rfc2217ctl cert bench-pi.example.org");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return make(session, *wanted); };
    });
}

} // namespace ctl
