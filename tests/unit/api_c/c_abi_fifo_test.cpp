// FIFO queues in C: what the structs have for them, and what comes back.
#include <array>

#include "c_fixture.hpp"

namespace {

class c_fifo : public c_engine {
 protected:
  c_fifo() {
    auto wanted = sized<mr_queue_attributes>();
    wanted.given = MR_GIVEN_FIFO_QUEUE | MR_GIVEN_DEDUPLICATION_SCOPE;
    wanted.fifo_queue = 1;
    wanted.deduplication_scope = MR_DEDUPLICATION_MESSAGE_GROUP;
    EXPECT_EQ(mr_create_queue(client_, "orders.fifo", &wanted, &queue_), MR_OK);
  }
  static mr_send_entry entry(const char* body, const char* group, const char* id) {
    auto out = sized<mr_send_entry>();
    out.body = bytes_of(body);
    out.message_group_id = bytes_of(group);
    out.message_deduplication_id = bytes_of(id);
    return out;
  }
};

TEST_F(c_fifo, attributes_come_back) {
  mr_answer* answer = nullptr;
  ASSERT_EQ(mr_describe_queue(client_, queue_, &answer), MR_OK);
  auto has = sized<mr_queue_attributes>();
  ASSERT_EQ(mr_answer_attributes(answer, &has), MR_OK);
  EXPECT_EQ(has.fifo_queue, 1u);
  EXPECT_EQ(has.content_based_deduplication, 0u);
  EXPECT_EQ(has.deduplication_scope, static_cast<uint32_t>(MR_DEDUPLICATION_MESSAGE_GROUP));
  EXPECT_EQ(has.fifo_throughput_limit, static_cast<uint32_t>(MR_FIFO_PER_QUEUE));
  mr_answer_release(answer);

  auto wrong = sized<mr_queue_attributes>();
  wrong.given = MR_GIVEN_DEDUPLICATION_SCOPE;
  wrong.deduplication_scope = 2;
  EXPECT_EQ(mr_set_queue_attributes(client_, queue_, &wrong), MR_NOT_SUPPORTED);
  wrong.given = MR_GIVEN_FIFO_THROUGHPUT_LIMIT;
  wrong.fifo_throughput_limit = MR_FIFO_PER_MESSAGE_GROUP_ID;
  EXPECT_EQ(mr_set_queue_attributes(client_, queue_, &wrong), MR_OK);
}

TEST_F(c_fifo, results_have_sequence_numbers_and_a_duplicate_those_of_its_first) {
  const std::array<mr_send_entry, 3> entries = {entry("x", "g", "1"), entry("y", "g", "2"),
                                                entry("x", "g", "1")};
  std::array<mr_send_result, 3> results{};
  EXPECT_EQ(mr_send_batch_results(client_, queue_, entries.data(), 3, results.data()),
            MR_INVALID_ARGUMENT);
  results[0].struct_size = sizeof(mr_send_result);
  ASSERT_EQ(mr_send_batch_results(client_, queue_, entries.data(), 3, results.data()), 3);
  for (const mr_send_result& r : results) {
    EXPECT_EQ(r.struct_size, sizeof(mr_send_result));
    EXPECT_EQ(r.status, MR_OK);
  }
  EXPECT_GT(results[1].sequence, results[0].sequence);
  EXPECT_EQ(results[2].sequence, results[0].sequence);

  ASSERT_EQ(mr_submit_send(client_, queue_, &entries[1], 1, 7), MR_OK);
  const mr_completion done = complete();
  ASSERT_EQ(done.count, 1u);
  EXPECT_EQ(done.sequences[0], results[1].sequence);
}

TEST_F(c_fifo, messages_have_their_ids_and_an_attempt_is_repeated) {
  const mr_send_entry sent = entry("x", "g", "1");
  ASSERT_EQ(mr_send_message(client_, queue_, &sent, nullptr), MR_OK);
  auto options = sized<mr_receive_options>();
  options.receive_request_attempt_id = bytes_of("mine");
  mr_received* held = nullptr;
  const mr_message first = receive_one(held, &options);
  EXPECT_EQ(text_of(first.message_group_id), "g");
  EXPECT_EQ(text_of(first.message_deduplication_id), "1");
  EXPECT_GT(first.sequence, 0u);
  mr_received* again = nullptr;
  EXPECT_EQ(receive_one(again, &options).sequence, first.sequence);
  mr_received_release(again);
  mr_received_release(held);
}

TEST_F(c_fifo, a_missing_id_has_its_own_error) {
  mr_send_entry sent = entry("x", "", "1");
  EXPECT_EQ(mr_send_message(client_, queue_, &sent, nullptr), MR_MESSAGE_GROUP_ID_MISSING);
  sent = entry("x", "g", "");
  EXPECT_EQ(mr_send_message(client_, queue_, &sent, nullptr), MR_MESSAGE_DEDUPLICATION_ID_MISSING);
}

}  // namespace
