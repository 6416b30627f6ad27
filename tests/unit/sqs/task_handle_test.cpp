#include "sqs/task_handle.hpp"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

constexpr const char* arn = "arn:aws:sqs:us-east-1:000000000000:dead";

// Shows: move.handle
TEST(task_handle, is_read_as_it_was_written) {
  task_handle made{{}, arn};
  for (std::uint8_t i = 0; i < 16; ++i) made.task.bytes[i] = static_cast<std::uint8_t>(i * 17);
  task_handle got;
  ASSERT_TRUE(read_task_handle(task_handle_text(made), got));
  EXPECT_EQ(got.task, made.task);
  EXPECT_EQ(got.source_arn, arn);
}

TEST(task_handle, other_texts_are_none) {
  task_handle got;
  for (const char* text : {"", "foobared", "e30=", "eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoieSJ9",
                           "not base64!", "bnVsbA=="}) {
    EXPECT_FALSE(read_task_handle(text, got)) << text;
  }
}

}  // namespace
}  // namespace millrace::sqs
