#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portald {

enum class Role { read, operate };

/// Whom a token was given to.
struct Holder {
    std::string name;
    Role role = Role::read;
};

/// The bearer tokens of access.tokens_file, kept as digests. No I/O. Looking one up takes as long
/// whichever it is, and whether it is there.
class Tokens {
public:
    static constexpr std::size_t least_length = 16, most_length = 256, most_tokens = 256;

    /// None: nobody is asked for one.
    Tokens() = default;

    /// Lines of "NAME read|operate TOKEN"; empty ones and those that begin with # are skipped.
    /// @throws contract::BadMessage "<file>:3: …", which never says a token; also when there is
    /// none
    static Tokens parse(std::string_view text, const std::string& file_name);

    bool asked_for() const { return !entries_.empty(); }
    /// Null: there is no such token.
    const Holder* by_token(std::string_view token) const;
    /// The same for a cookie's value.
    const Holder* by_cookie(std::string_view value) const;
    /// What a browser is given for a token: nobody can tell the token from it, and it is void when
    /// the token is taken out of the file. "" for a token that there is not.
    std::string cookie_for(std::string_view token) const;

private:
    struct Entry {
        Holder holder;
        std::string token_digest;
        std::string cookie_digest;
    };

    void add(Holder holder, std::string_view token, const std::string& where);
    const Holder* find(std::string Entry::*digest, std::string_view presented) const;

    std::vector<Entry> entries_;
};

} // namespace portald
