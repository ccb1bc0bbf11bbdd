#include "portald/tokens.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "contract/json.hpp"

namespace portald {

namespace {

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest_of(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
    return {digest.begin(), digest.begin() + size};
}

/// Made from the token alone, so that a browser is still known when portald was started again.
std::string cookie_of(std::string_view token)
{
    static constexpr std::string_view purpose = "rfc2217 portal cookie";
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), token.data(), static_cast<int>(token.size()), bytes_of(purpose),
             purpose.size(), mac.data(), &size) == nullptr)
        throw std::runtime_error("OpenSSL has no HMAC");
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += digits[mac[i] >> 4];
        text += digits[mac[i] & 15];
    }
    return text;
}

bool all_of(std::string_view text, std::string_view more)
{
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               more.find(c) != more.npos;
    });
}

[[noreturn]] void fail(const std::string& where, const std::string& fault)
{
    throw contract::BadMessage(where + ": " + fault);
}

} // namespace

Tokens Tokens::parse(std::string_view text, const std::string& file_name)
{
    Tokens tokens;
    std::istringstream lines{std::string(text)};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto where = file_name + ":" + std::to_string(number);
        std::istringstream words(line);
        std::string name, role, token, more;
        if (!(words >> name) || name.front() == '#') continue;
        if (!(words >> role >> token) || words >> more) fail(where, "is not NAME ROLE TOKEN");
        if (role != "read" && role != "operate") fail(where, "the role is read or operate");
        tokens.add({name, role == "read" ? Role::read : Role::operate}, token, where);
    }
    if (!tokens.asked_for()) fail(file_name, "has no token, so nobody could use the portal");
    return tokens;
}

void Tokens::add(Holder holder, std::string_view token, const std::string& where)
{
    if (holder.name.size() > 64 || !all_of(holder.name, "-_.@"))
        fail(where, "a name is at most 64 letters, digits, '-', '_', '.' and '@'");
    // RFC 6750's b64token
    if (token.size() < least_length || token.size() > most_length || !all_of(token, "-._~+/="))
        fail(where, "a token is 16 to 256 letters, digits and -._~+/=; `openssl rand -hex 24` "
                    "makes a good one");
    if (entries_.size() == most_tokens) fail(where, "256 tokens are the most");
    Entry entry{std::move(holder), digest_of(token), digest_of(cookie_of(token))};
    for (const auto& other : entries_) {
        if (other.holder.name == entry.holder.name) fail(where, "that name has a token already");
        if (other.token_digest == entry.token_digest)
            fail(where, "the same token as that of " + other.holder.name);
    }
    entries_.push_back(std::move(entry));
}

const Holder* Tokens::find(std::string Entry::*digest, std::string_view presented) const
{
    const auto wanted = digest_of(presented);
    const Holder* found = nullptr;
    for (const auto& entry : entries_) { // all of them, always
        const auto& known = entry.*digest;
        if (CRYPTO_memcmp(known.data(), wanted.data(), wanted.size()) == 0) found = &entry.holder;
    }
    return found;
}

const Holder* Tokens::by_token(std::string_view token) const
{
    return find(&Entry::token_digest, token);
}

const Holder* Tokens::by_cookie(std::string_view value) const
{
    return find(&Entry::cookie_digest, value);
}

std::string Tokens::cookie_for(std::string_view token) const
{
    return by_token(token) ? cookie_of(token) : "";
}

} // namespace portald
