#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/// A client of the web server on loopback, close enough to the wire to misbehave. Whatever takes
/// longer than 20 s ends as if the server had closed.
class HttpPeer {
public:
    explicit HttpPeer(std::uint16_t port, int receive_buffer = 0, const char* from = "127.0.0.1")
        : socket_(socket(AF_INET, SOCK_STREAM, 0))
    {
        const timeval patience{20, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0) {
            setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        inet_pton(AF_INET, from, &address.sin_addr);
        if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("no such address");
        }
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("no server");
        }
    }
    ~HttpPeer() { close(socket_); }
    HttpPeer(const HttpPeer&) = delete;
    HttpPeer& operator=(const HttpPeer&) = delete;

    /// What could be sent before the server closed.
    std::size_t send(std::string_view text)
    {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const auto size = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (size <= 0) break;
            sent += static_cast<std::size_t>(size);
        }
        return sent;
    }
    std::string ask(const std::string& request)
    {
        send(request);
        return rest();
    }

    /// What has come, or comes next; "" when the server has closed.
    std::string some()
    {
        if (received_.empty()) receive();
        return std::exchange(received_, {});
    }
    /// Until the server closes.
    std::string rest()
    {
        while (receive()) {
        }
        return std::exchange(received_, {});
    }
    /// Through the empty line.
    std::string head()
    {
        for (;;) {
            const auto end = received_.find("\r\n\r\n");
            if (end != std::string::npos) return take(end + 4);
            if (!receive()) return std::exchange(received_, {});
        }
    }

    /// Asks for a WebSocket and returns the head of the answer.
    std::string upgrade(const std::string& more_headers = {})
    {
        send("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
             more_headers + "\r\n");
        return head();
    }

    struct Frame {
        int opcode = -1; ///< -1: the server closed, or was silent for 20 s
        std::string payload;
    };
    /// Answers pings, as every client must, unless it is told not to.
    Frame frame()
    {
        if (!have(2)) return {};
        const int opcode = received_[0] & 0x0f;
        std::size_t size = static_cast<unsigned char>(received_[1]);
        std::size_t bytes = 0;
        if (size == 126) bytes = 2;
        if (size == 127) bytes = 8;
        if (!have(2 + bytes)) return {};
        if (bytes > 0) size = 0;
        for (std::size_t i = 0; i < bytes; ++i) {
            size = size * 256 + static_cast<unsigned char>(received_[2 + i]);
        }
        if (!have(2 + bytes + size)) return {};
        take(2 + bytes);
        Frame frame{opcode, take(size)};
        if (opcode == 9 && answers_pings) send_frame(10, frame.payload);
        return frame;
    }
    /// The next text, "" when there is none.
    std::string text()
    {
        for (;;) {
            const auto next = frame();
            if (next.opcode == 1) return next.payload;
            if (next.opcode == 8 || next.opcode == -1) return {};
        }
    }
    void send_frame(int opcode, const std::string& payload)
    {
        std::string bytes;
        bytes += static_cast<char>(0x80 | opcode);
        bytes += static_cast<char>(0x80 | static_cast<int>(payload.size())); // masked with zeros
        send(bytes + std::string(4, '\0') + payload);
    }

    bool answers_pings = true;

private:
    bool receive()
    {
        char buffer[65536];
        const auto size = recv(socket_, buffer, sizeof buffer, 0);
        if (size <= 0) return false;
        received_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }
    bool have(std::size_t size)
    {
        while (received_.size() < size) {
            if (!receive()) return false;
        }
        return true;
    }
    std::string take(std::size_t size)
    {
        auto taken = received_.substr(0, size);
        received_.erase(0, size);
        return taken;
    }

    int socket_;
    std::string received_;
};
