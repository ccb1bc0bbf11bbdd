#include "daemonkit/private_file.hpp"

#include <cerrno>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "contract/json.hpp"
#include "daemonkit/files.hpp"

namespace daemonkit {

namespace {

void check(const struct stat& its, const std::string& name)
{
    if (!S_ISREG(its.st_mode)) throw contract::BadMessage(name + ": is no file");
    if (its.st_uid != 0 && its.st_uid != ::geteuid())
        throw contract::BadMessage(name + ": is neither root's nor this daemon's: chown root " +
                                   name);
    if ((its.st_mode & (S_IWGRP | S_IRWXO)) != 0)
        throw contract::BadMessage(name + ": others can read or change it: chmod 640 " + name);
}

} // namespace

std::string read_private_file(const std::filesystem::path& file)
try {
    const auto opened = daemonkit::open_to_read(file);
    struct stat its = {};
    if (::fstat(opened.get(), &its) != 0)
        throw std::system_error(errno, std::generic_category(), "read " + file.string());
    check(its, file.string());
    return daemonkit::read_file(opened, file, 64 * 1024);
} catch (const std::system_error& fault) {
    throw contract::BadMessage(fault.what()); // wrong configuration: not to be tried again
}

} // namespace daemonkit
