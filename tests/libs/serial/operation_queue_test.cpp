#include "serial/operation_queue.hpp"

#include <gtest/gtest.h>

#include "libs/serial/pty.hpp"
#include "serial/tty.hpp"

namespace serial {

namespace {

OperationQueue::Call call()
{
    return {[](Tty&) { return Outcome{}; }, [](std::error_code) {}, nullptr};
}

} // namespace

TEST(OperationQueue, JoinsSmallWrites)
{
    OperationQueue queue;
    queue.add(test::bytes_of("one "));
    queue.add(test::bytes_of("two"));

    EXPECT_EQ(test::text_of(queue.next_bytes()), "one two");
    EXPECT_EQ(queue.bytes(), 7u);
}

TEST(OperationQueue, KeepsBytesAfterACallApartFromThoseBefore)
{
    OperationQueue queue;
    queue.add(test::bytes_of("before"));
    queue.add(call());
    queue.add(test::bytes_of("after"));

    EXPECT_EQ(test::text_of(queue.next_bytes()), "before");
    EXPECT_FALSE(queue.take_call());
    queue.written(6);
    EXPECT_TRUE(queue.next_bytes().empty());
    EXPECT_TRUE(queue.take_call());
    EXPECT_EQ(test::text_of(queue.next_bytes()), "after");
}

TEST(OperationQueue, RemembersWhereAPartialWriteStopped)
{
    OperationQueue queue;
    queue.add(test::bytes_of("hello"));
    queue.written(2);
    queue.add(test::bytes_of("!"));

    EXPECT_EQ(test::text_of(queue.next_bytes()), "llo!");
    EXPECT_EQ(queue.bytes(), 4u);
}

TEST(OperationQueue, DropsBytesButKeepsCalls)
{
    OperationQueue queue;
    queue.add(test::bytes_of("lost"));
    queue.add(call());
    queue.add(test::bytes_of("lost too"));
    queue.drop_bytes();

    EXPECT_EQ(queue.bytes(), 0u);
    EXPECT_TRUE(queue.take_call());
    EXPECT_TRUE(queue.next_bytes().empty());
    EXPECT_FALSE(queue.take_call());
}

TEST(OperationQueue, HandsOutAllCallsWhenItIsDropped)
{
    OperationQueue queue;
    queue.add(call());
    queue.add(test::bytes_of("lost"));
    queue.add(call());

    EXPECT_EQ(queue.drop_all().size(), 2u);
    EXPECT_EQ(queue.bytes(), 0u);
    EXPECT_FALSE(queue.take_call());
}

} // namespace serial
