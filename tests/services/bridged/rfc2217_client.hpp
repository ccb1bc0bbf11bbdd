#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "services/bridged/bridge_fixture.hpp"

namespace bridged_tests {

inline std::string bytes(std::initializer_list<int> values)
{
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

inline std::string sub(std::initializer_list<int> body)
{
    return bytes({0xFF, 0xFA, 44}) + bytes(body) + bytes({0xFF, 0xF0});
}

/// RFC 2217 over TCP, with a tty without a kernel behind it.
class AnRfc2217Client : public OnASlot {
protected:
    void SetUp() override
    {
        plug_in_at_once();
        client = connect();
        agree(*client);
    }
    void agree(Client& with)
    {
        with.send(bytes({0xFF, 0xFB, 44})); // WILL COM-PORT
        const auto agreed = bytes({0xFF, 0xFD, 44}) + sub({107, 0});
        ASSERT_TRUE(run_until([&] { return with.received.size() >= agreed.size(); }));
        EXPECT_EQ(with.received, agreed);
        with.received.clear();
    }
    /// Sends, and gives what was answered until the bytes were as many as expected.
    void expect(Client& from, const std::string& request, const std::string& answer)
    {
        from.received.clear();
        from.send(request);
        EXPECT_TRUE(run_until([&] { return from.received.size() >= answer.size(); }));
        run_what_is_ready();
        EXPECT_EQ(from.received, answer);
    }
    void expect(const std::string& request, const std::string& answer)
    {
        expect(*client, request, answer);
    }
    /// What is told without being asked for.
    void expect_told(const std::string& told)
    {
        EXPECT_TRUE(run_until([&] { return client->received.size() >= told.size(); }));
        EXPECT_EQ(client->received, told);
        client->received.clear();
    }

    std::unique_ptr<Client> client;
};

} // namespace bridged_tests
