#include "bridged/curve_keys.hpp"

#include <sstream>

#include "bus/curve.hpp"
#include "contract/json.hpp"

namespace bridged {

namespace {

std::string first_word(const std::string& text)
{
    std::string word;
    std::istringstream{text} >> word;
    return word;
}

std::map<std::string, std::string> clients_in(const std::string& text, const std::string& file)
{
    std::map<std::string, std::string> clients;
    std::istringstream lines{text};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto where = file + ":" + std::to_string(number) + ": ";
        std::istringstream words{line};
        std::string name, key, more;
        if (!(words >> name) || name.front() == '#') continue;
        if (!(words >> key) || words >> more || !bus::is_curve_key(key))
            throw contract::BadMessage(where + "is not NAME and a public key of 40 characters");
        if (!clients.emplace(key, name).second)
            throw contract::BadMessage(where + "is the key of " + clients[key] + " already");
    }
    if (clients.empty())
        throw contract::BadMessage(file + ": has no key, so nobody could subscribe");
    return clients;
}

} // namespace

CurveKeys CurveKeys::parse(const std::string& secret, const std::string& secret_file,
                           const std::string& clients, const std::string& clients_file)
{
    CurveKeys keys{first_word(secret), {}};
    if (!bus::curve_public_key(keys.secret))
        throw contract::BadMessage(secret_file + ": is no secret key of 40 characters");
    keys.clients = clients_in(clients, clients_file);
    return keys;
}

} // namespace bridged
