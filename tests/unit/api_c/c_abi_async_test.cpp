#include <array>
#include <cstring>
#include <set>
#include <vector>

#include "../sync/heap_counter.hpp"
#include "c_fixture.hpp"

namespace {

TEST_F(c_engine, a_pipeline_of_sends_completes_under_its_tokens) {
  auto entry = sized<mr_send_entry>();
  entry.body = bytes_of("a");
  for (uint64_t token = 0; token < window; ++token) {
    ASSERT_EQ(mr_submit_send(client_, queue_, &entry, 1, token), MR_OK);
  }
  EXPECT_EQ(mr_submit_send(client_, queue_, &entry, 1, 99), MR_WOULD_BLOCK);
  EXPECT_EQ(mr_client_outstanding(client_), static_cast<int32_t>(window));
  EXPECT_EQ(mr_client_flush(client_), MR_OK);
  EXPECT_GT(mr_engine_poll(engine_, 0, 256), 0);
  std::array<mr_completion, 2 * window> completions{};
  completions[0].struct_size = sizeof(mr_completion);
  ASSERT_EQ(mr_client_poll(client_, completions.data(), completions.size()),
            static_cast<int32_t>(window));
  std::set<uint64_t> tokens;
  for (std::size_t i = 0; i < window; ++i) {
    const mr_completion& c = completions[i];
    tokens.insert(c.token);
    EXPECT_EQ(c.struct_size, sizeof(mr_completion));
    EXPECT_EQ(c.kind, static_cast<uint32_t>(MR_OPERATION_SEND));
    ASSERT_EQ(c.count, 1u);
    EXPECT_EQ(c.statuses[0], MR_OK);
    EXPECT_NE(c.ids[0].bytes[0] | c.ids[0].bytes[1] | c.ids[0].bytes[2], 0);
  }
  EXPECT_EQ(tokens.size(), window);
  EXPECT_EQ(mr_client_outstanding(client_), 0);
}

TEST_F(c_engine, what_a_completion_shows_stays_until_the_next_poll) {
  send("one");
  ASSERT_EQ(mr_submit_receive(client_, queue_, nullptr, 1), MR_OK);
  const mr_completion completion = complete();
  ASSERT_EQ(completion.count, 1u);
  send("a synchronous call in between");
  auto message = sized<mr_message>();
  ASSERT_EQ(mr_received_message(completion.received, 0, &message), MR_OK);
  EXPECT_EQ(text_of(message.body), "one");
  EXPECT_EQ(mr_client_release_completions(client_), MR_OK);
  EXPECT_EQ(mr_received_count(completion.received), 0);
}

TEST_F(c_engine, messages_of_a_completion_are_taken_over_or_released_early) {
  send("one");
  send("two");
  ASSERT_EQ(mr_submit_receive(client_, queue_, nullptr, 1), MR_OK);
  mr_completion completion = complete();
  mr_received* taken = mr_received_take(completion.received);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(mr_received_take(completion.received), nullptr) << "there is nothing left";
  EXPECT_EQ(mr_received_take(taken), nullptr) << "it is the caller's already";
  ASSERT_EQ(mr_submit_receive(client_, queue_, nullptr, 2), MR_OK);
  completion = complete();
  mr_received_release(completion.received);
  EXPECT_EQ(mr_received_count(completion.received), 0);

  auto message = sized<mr_message>();
  ASSERT_EQ(mr_received_message(taken, 0, &message), MR_OK);
  EXPECT_EQ(text_of(message.body), "one");
  mr_received_release(taken);
}

TEST_F(c_engine, a_steady_state_allocates_nothing) {
  constexpr int rounds = 1000;
  auto entry = sized<mr_send_entry>();
  entry.body = bytes_of("a");
  auto message = sized<mr_message>();
  uint64_t before = 0;
  for (int i = -100; i < rounds; ++i) {
    if (i == 0) before = millrace::test::heap_allocations();
    ASSERT_EQ(mr_submit_send(client_, queue_, &entry, 1, 1), MR_OK);
    ASSERT_EQ(complete().status, MR_OK);
    ASSERT_EQ(mr_submit_receive(client_, queue_, nullptr, 2), MR_OK);
    mr_received* const taken = mr_received_take(complete().received);
    ASSERT_EQ(mr_received_message(taken, 0, &message), MR_OK);
    ASSERT_EQ(mr_submit_delete(client_, queue_, &message.receipt, 1, 3), MR_OK);
    ASSERT_EQ(complete().statuses[0], MR_OK);
    mr_received_release(taken);

    ASSERT_EQ(mr_send_batch(client_, queue_, &entry, 1, nullptr, nullptr), 1);
    mr_received* held = nullptr;
    ASSERT_EQ(mr_receive(client_, queue_, nullptr, &held), 1);
    ASSERT_EQ(mr_received_message(held, 0, &message), MR_OK);
    ASSERT_EQ(mr_delete(client_, queue_, &message.receipt), MR_OK);
    mr_received_release(held);
  }
  EXPECT_EQ(millrace::test::heap_allocations(), before);
}

TEST_F(c_engine, a_client_closes_while_completions_are_shown) {
  mr_client* other = nullptr;
  ASSERT_EQ(mr_client_connect(engine_, nullptr, &other), MR_OK);
  send("one");
  ASSERT_EQ(mr_submit_receive(other, queue_, nullptr, 1), MR_OK);
  ASSERT_EQ(mr_client_flush(other), MR_OK);
  mr_engine_poll(engine_, 0, 256);
  auto completion = sized<mr_completion>();
  ASSERT_EQ(mr_client_poll(other, &completion, 1), 1);
  ASSERT_NE(completion.received, nullptr);
  EXPECT_EQ(mr_client_close(other), MR_OK);
}

TEST_F(c_engine, deletes_and_changes_complete_with_a_status_an_entry) {
  send("one");
  mr_received* held = nullptr;
  const mr_message message = receive_one(held);
  auto change = sized<mr_visibility_entry>();
  change.receipt = message.receipt;
  change.visibility_timeout = 50'000;
  ASSERT_EQ(mr_submit_change_visibility(client_, queue_, &change, 1, 5), MR_OK);
  mr_completion completion = complete();
  EXPECT_EQ(completion.token, 5u);
  ASSERT_EQ(completion.count, 1u);
  EXPECT_EQ(completion.statuses[0], MR_INVALID_VISIBILITY_TIMEOUT);
  ASSERT_EQ(mr_submit_delete(client_, queue_, &message.receipt, 1, 6), MR_OK);
  completion = complete();
  EXPECT_EQ(completion.kind, static_cast<uint32_t>(MR_OPERATION_DELETE_MESSAGE));
  EXPECT_EQ(completion.statuses[0], MR_OK);
  EXPECT_EQ(completion.ids, nullptr);
  mr_received_release(held);
}

TEST_F(c_engine, calls_about_queues_complete_with_answers) {
  auto attributes = sized<mr_queue_attributes>();
  attributes.given = MR_GIVEN_REDRIVE;
  attributes.dead_letter_queue = "orders";
  ASSERT_EQ(mr_submit_create_queue(client_, "second", &attributes, 1), MR_OK);
  const mr_completion created = complete();
  ASSERT_EQ(created.status, MR_OK);
  ASSERT_NE(created.queue, 0u);

  ASSERT_EQ(mr_submit_describe_queue(client_, created.queue, 2), MR_OK);
  mr_completion completion = complete();
  auto description = sized<mr_queue_description>();
  ASSERT_EQ(mr_answer_description(completion.answer, &description), MR_OK);
  EXPECT_STREQ(description.name, "second");

  ASSERT_EQ(mr_submit_list_queues(client_, 0, nullptr, nullptr, 0, 3), MR_OK);
  completion = complete();
  ASSERT_EQ(completion.count, 2u);
  EXPECT_STREQ(mr_answer_name(completion.answer, 1), "second");

  ASSERT_EQ(mr_submit_list_sources(client_, 0, "orders", 4), MR_OK);
  completion = complete();
  ASSERT_EQ(completion.count, 1u);
  EXPECT_STREQ(mr_answer_name(completion.answer, 0), "second");

  ASSERT_EQ(mr_submit_statistics(client_, 0, 5), MR_OK);
  completion = complete();
  auto statistics = sized<mr_statistics>();
  ASSERT_EQ(mr_answer_statistics(completion.answer, &statistics), MR_OK);
  EXPECT_EQ(statistics.queues, 2u);

  attributes.dead_letter_queue = nullptr;
  ASSERT_EQ(mr_submit_set_queue_attributes(client_, created.queue, &attributes, 6), MR_OK);
  EXPECT_EQ(complete().status, MR_OK);
  ASSERT_EQ(mr_submit_purge_queue(client_, created.queue, 7), MR_OK);
  EXPECT_EQ(complete().status, MR_OK);
  ASSERT_EQ(mr_submit_delete_queue(client_, created.queue, 8), MR_OK);
  EXPECT_EQ(complete().status, MR_OK);
  ASSERT_EQ(mr_submit_describe_queue(client_, created.queue, 9), MR_OK);
  completion = complete();
  EXPECT_EQ(completion.status, MR_QUEUE_DOES_NOT_EXIST);
  EXPECT_EQ(completion.answer, nullptr);
}

TEST_F(c_engine, a_parked_receive_is_cancelled_or_released) {
  auto options = sized<mr_receive_options>();
  options.given = MR_RECEIVE_WAIT_TIME;
  options.wait_time_seconds = 20;
  EXPECT_EQ(mr_submit_cancel(client_, 1), MR_CANCELLED) << "nothing of that token";
  ASSERT_EQ(mr_submit_receive(client_, queue_, &options, 1), MR_OK);
  ASSERT_EQ(mr_client_flush(client_), MR_OK);
  mr_engine_poll(engine_, 0, 256);
  ASSERT_EQ(mr_submit_cancel(client_, 1), MR_OK);
  mr_completion completion = complete();
  EXPECT_EQ(completion.token, 1u);
  EXPECT_EQ(completion.status, MR_CANCELLED);

  ASSERT_EQ(mr_submit_receive(client_, queue_, &options, 2), MR_OK);
  ASSERT_EQ(mr_submit_release_waiters(client_, 0, 3), MR_OK);
  std::set<uint64_t> tokens{complete().token, complete().token};
  EXPECT_EQ(tokens, (std::set<uint64_t>{2, 3}));
}

TEST_F(c_engine, wrong_submissions_and_polls_are_errors) {
  auto completion = sized<mr_completion>();
  EXPECT_EQ(mr_submit_send(client_, queue_, nullptr, 1, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_submit_delete(client_, queue_, nullptr, 0, 1), MR_EMPTY_BATCH);
  EXPECT_EQ(mr_submit_create_queue(client_, nullptr, nullptr, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_submit_set_queue_attributes(client_, queue_, nullptr, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_submit_statistics(client_, 1, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_client_poll(client_, nullptr, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_client_poll(nullptr, &completion, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_client_poll(client_, nullptr, 0), 0);
  EXPECT_EQ(mr_client_outstanding(client_), 0);
}

}  // namespace
