#include "serial/interruption.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <future>

#include <gtest/gtest.h>
#include <unistd.h>

namespace serial {

using namespace std::chrono_literals;

namespace {

/// A pipe that nobody writes to, in place of a UART that flow control holds off.
class EmptyPipe {
public:
    EmptyPipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    ~EmptyPipe()
    {
        for (const int end : ends_) ::close(end);
    }
    int wait_for_a_byte()
    {
        char byte = 0;
        return static_cast<int>(::read(ends_[0], &byte, 1));
    }

private:
    std::array<int, 2> ends_{};
};

} // namespace

TEST(Interruption, EndsACallThatIsStuckInTheKernel)
{
    EmptyPipe pipe;
    Interruption interruption;
    auto result = std::async(std::launch::async, [&] {
        return interruption.run([&] { return pipe.wait_for_a_byte(); });
    });
    do {
        interruption.request();
    } while (result.wait_for(10ms) == std::future_status::timeout);

    EXPECT_EQ(result.get(), EINTR);
    EXPECT_FALSE(interruption.request()) << "there is nothing to repeat for";
}

TEST(Interruption, ThatCameBeforeTheCallPreventsIt)
{
    Interruption interruption;
    EXPECT_FALSE(interruption.request());
    EXPECT_EQ(interruption.run([] {
        ADD_FAILURE() << "called";
        return 0;
    }),
              EINTR);
}

TEST(Interruption, ByAnythingElseOnlyRepeatsTheCall)
{
    Interruption interruption;
    int calls = 0;
    const int result = interruption.run([&] {
        errno = EINTR;
        return ++calls < 3 ? -1 : 0;
    });
    EXPECT_EQ(result, 0);
    EXPECT_EQ(calls, 3);
}

TEST(Interruption, PassesTheErrorOfTheCall)
{
    Interruption interruption;
    EXPECT_EQ(interruption.run([] {
        errno = EIO;
        return -1;
    }),
              EIO);
}

} // namespace serial
