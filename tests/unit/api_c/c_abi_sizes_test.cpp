// Callers that were compiled with an older or a newer header: their structs are shorter or longer.
#include <array>
#include <cstddef>
#include <cstring>

#include "c_fixture.hpp"

namespace {

/// A newer header's struct: ours and then more.
template <class T>
struct newer {
  T known;
  uint64_t more[4];
};

template <class T>
newer<T> sized_newer() {
  newer<T> out{};
  out.known.struct_size = sizeof(newer<T>);
  return out;
}

TEST(c_abi_sizes, a_size_that_no_header_can_have_is_refused) {
  for (const uint32_t size : {0u, 4u, 12u, 4104u, UINT32_MAX}) {
    auto options = sized<mr_options>();
    options.struct_size = size;
    mr_engine* engine = nullptr;
    EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_ARGUMENT) << size;
  }
}

TEST(c_abi_sizes, options_of_an_older_caller_take_the_defaults_for_the_rest) {
  auto options = sized<mr_options>();
  options.struct_size = offsetof(mr_options, memory_max);
  options.clock = MR_CLOCK_VIRTUAL;
  options.data_dir = "must not be read";
  mr_engine* engine = nullptr;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  EXPECT_EQ(mr_engine_advance(engine, 1), MR_OK) << "what the size covers is read";
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
}

TEST(c_abi_sizes, options_of_a_newer_caller_are_fine_unless_they_ask_for_more) {
  auto options = sized_newer<mr_options>();
  mr_engine* engine = nullptr;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options.known, &engine), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
  options.more[3] = 1;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options.known, &engine), MR_NOT_SUPPORTED);
}

TEST_F(c_engine, an_older_callers_struct_is_not_written_beyond_its_end) {
  send("a");
  mr_received* held = nullptr;
  ASSERT_EQ(mr_receive(client_, queue_, nullptr, &held), 1);
  mr_message message;
  std::memset(&message, 0x5a, sizeof message);
  message.struct_size = offsetof(mr_message, attributes);
  ASSERT_EQ(mr_received_message(held, 0, &message), MR_OK);
  EXPECT_EQ(text_of(message.body), "a");
  EXPECT_EQ(message.struct_size, offsetof(mr_message, attributes));
  EXPECT_EQ(message.sent_at_ms, 0x5a5a5a5a5a5a5a5a);
  message.struct_size = 0;
  EXPECT_EQ(mr_received_message(held, 0, &message), MR_INVALID_ARGUMENT);
  mr_received_release(held);
}

TEST_F(c_engine, what_a_newer_caller_knows_and_we_do_not_is_zero) {
  auto statistics = sized_newer<mr_statistics>();
  statistics.more[0] = 7;
  ASSERT_EQ(mr_lane_statistics(client_, 0, &statistics.known), MR_OK);
  EXPECT_EQ(statistics.known.queues, 1u);
  EXPECT_EQ(statistics.more[0], 0u);
}

TEST_F(c_engine, entries_of_a_newer_caller_lie_further_apart) {
  std::array<newer<mr_send_entry>, 2> entries{sized_newer<mr_send_entry>(),
                                              sized_newer<mr_send_entry>()};
  entries[0].known.body = bytes_of("first");
  entries[1].known.body = bytes_of("second");
  EXPECT_EQ(mr_send_batch(client_, queue_, &entries[0].known, 2, nullptr, nullptr), 2);
  entries[1].known.struct_size = sizeof(mr_send_entry);
  EXPECT_EQ(mr_send_batch(client_, queue_, &entries[0].known, 2, nullptr, nullptr),
            MR_INVALID_ARGUMENT)
      << "one stride for all";

  auto options = sized<mr_receive_options>();
  options.max_messages = 10;
  mr_received* held = nullptr;
  ASSERT_EQ(mr_receive(client_, queue_, &options, &held), 2);
  auto second = sized<mr_message>();
  ASSERT_EQ(mr_received_message(held, 1, &second), MR_OK);
  EXPECT_EQ(text_of(second.body), "second");
  mr_received_release(held);
}

/// What mr_completion might have been in an older header.
struct older_completion {
  uint32_t struct_size;
  int32_t status;
  uint64_t token;
};

TEST_F(c_engine, completions_are_as_far_apart_as_the_caller_has_them) {
  for (uint64_t token = 1; token <= 3; ++token) {
    ASSERT_EQ(mr_submit_purge_queue(client_, queue_, token), MR_OK);
  }
  ASSERT_EQ(mr_client_flush(client_), MR_OK);
  mr_engine_poll(engine_, 0, 256);
  std::array<older_completion, 4> completions{};
  completions[0].struct_size = sizeof(older_completion);
  completions[3].token = 99;
  ASSERT_EQ(mr_client_poll(client_, reinterpret_cast<mr_completion*>(completions.data()), 4), 3);
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(completions[i].token, i + 1);
  EXPECT_EQ(completions[3].token, 99u);

  ASSERT_EQ(mr_submit_purge_queue(client_, queue_, 4), MR_OK);
  std::array<mr_completion, 1> sizeless{};
  EXPECT_EQ(mr_client_poll(client_, sizeless.data(), 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(complete().token, 4u) << "a refused poll loses nothing";
}

}  // namespace
