#include "portald/tls_front.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "contract/json.hpp"
#include "portald/tls_identity.hpp"
#include "test_server.hpp"

namespace {

namespace fs = std::filesystem;
using portald::TlsFiles;
using portald::TlsFront;
using testing::HasSubstr;

/// A certificate for 127.0.0.1, and the key of another one.
class TlsFrontTest : public testing::Test {
protected:
    TlsFrontTest()
    {
        std::string made = (fs::temp_directory_path() / "tls-XXXXXX").string();
        folder_ = mkdtemp(made.data());
        make("own");
        make("other");
    }
    ~TlsFrontTest() override { fs::remove_all(folder_); }

    void make(const std::string& name) const
    {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 "
            "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " +
            (folder_ / (name + ".key")).string() + " -out " + (folder_ / (name + ".crt")).string() +
            " 2>/dev/null";
        ASSERT_EQ(std::system(command.c_str()), 0);
        chmod((folder_ / (name + ".key")).c_str(), 0640);
    }
    TlsFiles files(const std::string& certificate, const std::string& key) const
    {
        return {folder_ / certificate, folder_ / key};
    }
    std::string fault_of(const TlsFiles& files) const
    {
        try {
            portald::tls_identity(files);
        } catch (const contract::BadMessage& bad) {
            return bad.what();
        }
        return "none";
    }

    fs::path folder_;
};

/// What a client that trusts `certificate` is told, or why it is told nothing.
std::string ask(std::uint16_t port, const fs::path& certificate, const std::string& request)
try {
    asio::io_context io;
    asio::ssl::context trust(asio::ssl::context::tls_client);
    trust.load_verify_file(certificate.string());
    trust.set_verify_mode(asio::ssl::verify_peer);
    asio::ssl::stream<asio::ip::tcp::socket> stream(io, trust);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream.handshake(asio::ssl::stream_base::client);
    asio::write(stream, asio::buffer(request));
    std::string answer;
    boost::system::error_code fault;
    asio::read(stream, asio::dynamic_buffer(answer), fault);
    return fault == asio::error::eof ? answer : "cut: " + fault.message();
} catch (const std::exception& fault) {
    return fault.what();
}

TEST_F(TlsFrontTest, SaysWhichFileIsWrong)
{
    EXPECT_EQ(fault_of(files("own.crt", "own.key")), "none");
    EXPECT_THAT(fault_of(files("none.crt", "own.key")),
                testing::AllOf(HasSubstr("none.crt"), HasSubstr("No such file")));
    EXPECT_THAT(fault_of(files("own.crt", "none.key")), HasSubstr("none.key"));
    EXPECT_THAT(fault_of(files("own.key", "own.key")), HasSubstr("own.key: is no certificate"));
    EXPECT_THAT(fault_of(files("own.crt", "other.key")),
                testing::AllOf(HasSubstr("other.key: is no private key in PEM that belongs to"),
                               HasSubstr("own.crt")));
    chmod((folder_ / "own.key").c_str(), 0644);
    EXPECT_THAT(fault_of(files("own.crt", "own.key")), HasSubstr("chmod 640"));
}

struct Served {
    explicit Served(const TlsFiles& files, bool allows = true)
        : web(
              {.bind = "127.0.0.1", .patience = std::chrono::seconds{5}, .peers = &peers}, door,
              [](const portald::Request& request) -> portald::Response {
                  return {200, "text/plain", request.peer + " " + request.body};
              },
              feed),
          front({"127.0.0.1", 0, web.port(), files}, peers,
                [allows](const std::string&) { return allows; })
    {
    }
    portald::TlsPeers peers;
    portald::LiveFeed feed{[](auto) {}, [] {}};
    portald::FrontDoor door{daemonkit::AccessList::parse({"127.0.0.0/8"}, "test"), {"pi", {}}};
    portald::WebServer web;
    TlsFront front;
};

std::string post(const std::string& body)
{
    return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

TEST_F(TlsFrontTest, CarriesRequestsAndKnowsWhoAsks)
{
    const Served served(files("own.crt", "own.key"));
    const std::string body(300'000, 'x');
    const auto answer = ask(served.front.port(), folder_ / "own.crt", post(body));
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(answer.ends_with("127.0.0.1 " + body)) << answer.size();
    EXPECT_THAT(ask(served.front.port(), folder_ / "other.crt", post("x")),
                HasSubstr("certificate verify failed"));
}

TEST_F(TlsFrontTest, RefusesWhoGoesAroundIt)
{
    const Served served(files("own.crt", "own.key"));
    EXPECT_THAT(HttpPeer(served.web.port()).ask(post("x")), testing::StartsWith("HTTP/1.1 403 "));
}

TEST_F(TlsFrontTest, ClosesBeforeTheHandshakeOnWhoIsNotAllowed)
{
    const Served served(files("own.crt", "own.key"), false);
    EXPECT_EQ(HttpPeer(served.front.port()).rest(), "");
    EXPECT_THAT(ask(served.front.port(), folder_ / "own.crt", post("x")),
                testing::Not(HasSubstr("200")));
}

TEST_F(TlsFrontTest, OutlivesWhoSpeaksNoTls)
{
    const Served served(files("own.crt", "own.key"));
    EXPECT_THAT(HttpPeer(served.front.port()).ask(post("x")), testing::Not(HasSubstr("200")));
    HttpPeer silent(served.front.port());
    EXPECT_THAT(ask(served.front.port(), folder_ / "own.crt", post("y")), HasSubstr(" y"));
}

} // namespace
