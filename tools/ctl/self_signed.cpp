#include "ctl/self_signed.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace ctl {
namespace {

template<auto release>
struct Releases {
    template<typename Thing>
    void operator()(Thing* thing) const
    {
        release(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Releases<BN_free>>;
using Buffer = std::unique_ptr<BIO, Releases<BIO_free_all>>;

[[noreturn]] void fail(const char* what)
{
    std::array<char, 256> reason{};
    ::ERR_error_string_n(::ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error(std::string(what) + ": " + reason.data());
}

void need(bool done, const char* what)
{
    if (!done) fail(what);
}

bool is_address(const std::string& name)
{
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

/// OpenSSL reads them as one text, in which a comma would begin another.
std::string alternative_names(const std::vector<std::string>& names)
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789.:*-_"; // _ as in names of containers
    std::string text;
    for (const auto& name : names) {
        if (name.empty() || name.find_first_not_of(allowed) != std::string::npos)
            throw std::runtime_error("\"" + name + "\" is no host name and no address");
        text += (text.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
    }
    return text;
}

void add_extension(X509* certificate, int which, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{::X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str())};
    need(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

/// Random, so that a browser does not take the next certificate for a forged one of the same
/// number.
void set_serial_number(X509* certificate)
{
    constexpr int bits = 127; // RFC 5280 §4.1.2.2: positive, at most 20 bytes
    const Number number{::BN_new()};
    need(number && ::BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
             ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr,
         "serial number");
}

template<typename Write>
std::string pem(Write write)
{
    const Buffer buffer{::BIO_new(::BIO_s_mem())};
    need(buffer && write(buffer.get()) == 1, "PEM");
    char* text = nullptr;
    const long size = BIO_get_mem_data(buffer.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string fingerprint_of(const X509* certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    need(::X509_digest(certificate, ::EVP_sha256(), digest.data(), &size) == 1, "fingerprint");
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        if (i != 0) text += ':';
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 0xf];
    }
    return text;
}

} // namespace

SelfSigned make_self_signed(const std::vector<std::string>& names, int days)
{
    constexpr std::size_t longest_subject = 64; // ub-common-name of RFC 5280
    const Key key{EVP_EC_gen("P-256")};
    const Certificate certificate{::X509_new()};
    need(key && certificate, "key");
    auto* x509 = certificate.get();
    need(::X509_set_version(x509, X509_VERSION_3) == 1, "version");
    set_serial_number(x509);
    need(::X509_gmtime_adj(X509_getm_notBefore(x509), 0) != nullptr &&
             ::X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, nullptr) != nullptr,
         "dates");
    const auto subject = names.at(0).substr(0, longest_subject);
    auto* name = ::X509_get_subject_name(x509);
    need(::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(subject.data()),
                                      static_cast<int>(subject.size()), -1, 0) == 1 &&
             ::X509_set_issuer_name(x509, name) == 1 && ::X509_set_pubkey(x509, key.get()) == 1,
         "subject");
    add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x509, NID_key_usage, "critical,digitalSignature");
    add_extension(x509, NID_ext_key_usage, "serverAuth");
    add_extension(x509, NID_subject_alt_name, alternative_names(names));
    need(::X509_sign(x509, key.get(), ::EVP_sha256()) != 0, "signature");
    return {pem([&](BIO* to) { return ::PEM_write_bio_X509(to, x509); }), pem([&](BIO* to) {
                return ::PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr,
                                                  nullptr);
            }),
            fingerprint_of(x509)};
}

} // namespace ctl
