#include "c_fixture.hpp"

namespace {

TEST_F(c_engine, a_queue_is_found_by_name_until_it_is_deleted) {
  mr_queue found = 0;
  EXPECT_EQ(mr_find_queue(client_, "orders", &found), MR_OK);
  EXPECT_EQ(found, queue_);
  EXPECT_EQ(mr_delete_queue(client_, queue_), MR_OK);
  EXPECT_EQ(mr_find_queue(client_, "orders", &found), MR_QUEUE_DOES_NOT_EXIST);
  EXPECT_EQ(found, 0u);
  EXPECT_EQ(mr_purge_queue(client_, queue_), MR_QUEUE_DOES_NOT_EXIST);
}

TEST_F(c_engine, no_queue_and_wrong_names_are_errors) {
  mr_queue queue = 7;
  EXPECT_EQ(mr_create_queue(client_, "no spaces", nullptr, &queue), MR_INVALID_QUEUE_NAME);
  EXPECT_EQ(queue, 0u);
  EXPECT_EQ(mr_create_queue(client_, nullptr, nullptr, &queue), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_delete_queue(client_, 0), MR_QUEUE_DOES_NOT_EXIST);
  EXPECT_EQ(mr_send(client_, 0, "a", 1, nullptr), MR_QUEUE_DOES_NOT_EXIST);
  EXPECT_EQ(mr_send(client_, UINT64_MAX / 3, "a", 1, nullptr), MR_QUEUE_DOES_NOT_EXIST);
}

TEST_F(c_engine, attributes_without_their_bit_are_not_given) {
  auto wanted = sized<mr_queue_attributes>();
  wanted.visibility_timeout = 77;
  wanted.delay_seconds = 5;
  wanted.given = MR_GIVEN_VISIBILITY_TIMEOUT;
  ASSERT_EQ(mr_set_queue_attributes(client_, queue_, &wanted), MR_OK);

  mr_answer* answer = nullptr;
  ASSERT_EQ(mr_describe_queue(client_, queue_, &answer), MR_OK);
  auto has = sized<mr_queue_attributes>();
  ASSERT_EQ(mr_answer_attributes(answer, &has), MR_OK);
  EXPECT_EQ(has.visibility_timeout, 77);
  EXPECT_EQ(has.delay_seconds, 0);
  EXPECT_EQ(has.maximum_message_size, 1048576u);
  EXPECT_STREQ(has.dead_letter_queue, "");
  mr_answer_release(answer);
}

TEST_F(c_engine, creation_with_other_attributes_is_refused_with_equal_ones_not) {
  auto wanted = sized<mr_queue_attributes>();
  wanted.given = MR_GIVEN_DELAY_SECONDS;
  mr_queue again = 0;
  EXPECT_EQ(mr_create_queue(client_, "orders", &wanted, &again), MR_OK);
  EXPECT_EQ(again, queue_);
  wanted.delay_seconds = 9;
  EXPECT_EQ(mr_create_queue(client_, "orders", &wanted, &again), MR_QUEUE_NAME_EXISTS);
  EXPECT_EQ(mr_create_queue(client_, "orders", nullptr, &again), MR_OK);
  wanted.delay_seconds = 901;
  EXPECT_EQ(mr_create_queue(client_, "other", &wanted, &again), MR_INVALID_ATTRIBUTE_VALUE);
  wanted.given = 1u << 30;
  EXPECT_EQ(mr_create_queue(client_, "other", &wanted, &again), MR_NOT_SUPPORTED);
}

TEST_F(c_engine, stored_attributes_and_redrive_policy_come_back) {
  const mr_pair stored[] = {{"tag:team", "blue"}, {"Policy", "{}"}};
  auto wanted = sized<mr_queue_attributes>();
  wanted.given = MR_GIVEN_REDRIVE;
  wanted.dead_letter_queue = "orders";
  wanted.max_receive_count = 3;
  wanted.stored = stored;
  wanted.stored_count = 2;
  mr_queue queue = 0;
  ASSERT_EQ(mr_create_queue(client_, "source", &wanted, &queue), MR_OK);

  mr_answer* answer = nullptr;
  ASSERT_EQ(mr_describe_queue(client_, queue, &answer), MR_OK);
  auto has = sized<mr_queue_attributes>();
  auto description = sized<mr_queue_description>();
  ASSERT_EQ(mr_answer_attributes(answer, &has), MR_OK);
  ASSERT_EQ(mr_answer_description(answer, &description), MR_OK);
  EXPECT_STREQ(description.name, "source");
  EXPECT_EQ(description.queue, queue);
  EXPECT_EQ(description.created_at_ms, mr_engine_now_ms(engine_));
  EXPECT_STREQ(has.dead_letter_queue, "orders");
  EXPECT_EQ(has.max_receive_count, 3u);
  ASSERT_EQ(has.stored_count, 2u);
  EXPECT_STREQ(has.stored[0].name, "Policy");
  EXPECT_STREQ(has.stored[1].value, "blue");
  EXPECT_EQ(mr_answer_name(answer, 0), nullptr);
  auto statistics = sized<mr_statistics>();
  EXPECT_EQ(mr_answer_statistics(answer, &statistics), MR_INVALID_ARGUMENT);
  mr_answer_release(answer);

  const mr_pair nameless[] = {{"", "x"}};
  wanted.stored = nameless;
  wanted.stored_count = 1;
  EXPECT_EQ(mr_set_queue_attributes(client_, queue, &wanted), MR_INVALID_ATTRIBUTE_NAME);
  wanted.stored = nullptr;
  EXPECT_EQ(mr_set_queue_attributes(client_, queue, &wanted), MR_INVALID_ARGUMENT);
}

TEST_F(c_engine, the_counters_of_a_queue_follow_its_messages) {
  send("a");
  send("b");
  mr_received* held = nullptr;
  receive_one(held);
  mr_received_release(held);
  mr_answer* answer = nullptr;
  ASSERT_EQ(mr_describe_queue(client_, queue_, &answer), MR_OK);
  auto description = sized<mr_queue_description>();
  ASSERT_EQ(mr_answer_description(answer, &description), MR_OK);
  EXPECT_EQ(description.messages, 1u);
  EXPECT_EQ(description.messages_not_visible, 1u);
  mr_answer_release(answer);

  ASSERT_EQ(mr_purge_queue(client_, queue_), MR_OK);
  auto statistics = sized<mr_statistics>();
  ASSERT_EQ(mr_lane_statistics(client_, 0, &statistics), MR_OK);
  EXPECT_EQ(statistics.messages_sent, 2u);
  EXPECT_EQ(statistics.messages_received, 1u);
  EXPECT_EQ(statistics.messages, 0u);
  EXPECT_EQ(statistics.now_ms, mr_engine_now_ms(engine_));
  EXPECT_EQ(mr_lane_statistics(client_, 1, &statistics), MR_INVALID_ARGUMENT);
}

TEST_F(c_engine, queues_are_listed_by_prefix_sorted_and_in_pages) {
  mr_queue queue = 0;
  for (const char* name : {"b2", "b1", "b3"}) {
    ASSERT_EQ(mr_create_queue(client_, name, nullptr, &queue), MR_OK);
  }
  mr_answer* answer = nullptr;
  ASSERT_EQ(mr_list_queues(client_, nullptr, nullptr, 0, &answer), 4);
  EXPECT_STREQ(mr_answer_name(answer, 3), "orders");
  EXPECT_EQ(mr_answer_name(answer, 4), nullptr);
  auto description = sized<mr_queue_description>();
  EXPECT_EQ(mr_answer_description(answer, &description), MR_INVALID_ARGUMENT);
  mr_answer_release(answer);
  ASSERT_EQ(mr_list_queues(client_, "b", "b1", 1, &answer), 1);
  EXPECT_STREQ(mr_answer_name(answer, 0), "b2");
  mr_answer_release(answer);
}

}  // namespace
