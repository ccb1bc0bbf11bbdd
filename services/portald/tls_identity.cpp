#include "portald/tls_identity.hpp"

#include "contract/json.hpp"
#include "daemonkit/files.hpp"
#include "daemonkit/private_file.hpp"

namespace portald {

namespace {

void check(const boost::system::error_code& fault, const std::filesystem::path& file,
           const std::string& what)
{
    if (fault) throw contract::BadMessage(file.string() + ": " + what + ": " + fault.message());
}

std::string read(const std::filesystem::path& file)
try {
    return daemonkit::read_file(file);
} catch (const std::system_error& fault) {
    throw contract::BadMessage(fault.what());
}

} // namespace

asio::ssl::context tls_identity(const TlsFiles& files)
{
    asio::ssl::context context(asio::ssl::context::tls_server);
    boost::system::error_code fault;
    context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
    const auto certificate = read(files.certificate);
    context.use_certificate_chain(asio::buffer(certificate), fault);
    check(fault, files.certificate, "is no certificate in PEM");
    const auto key = daemonkit::read_private_file(files.key);
    // One with a passphrase would be asked for on the terminal.
    context.set_password_callback([](std::size_t, auto) { return std::string(); });
    // Refuses a key that is not the certificate's.
    context.use_private_key(asio::buffer(key), asio::ssl::context::pem, fault);
    check(fault, files.key,
          "is no private key in PEM that belongs to " + files.certificate.string());
    return context;
}

} // namespace portald
