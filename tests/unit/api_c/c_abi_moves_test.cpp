// Message moves through millrace.h.
#include "c_fixture.hpp"

#include <cstring>

namespace {

class c_moves : public c_engine {
 protected:
  static constexpr int letters = 3;

  /// `orders` is the source; its three messages are dead letters.
  c_moves() {
    EXPECT_EQ(mr_create_queue(client_, "dead", nullptr, &dead_), MR_OK);
    auto wanted = sized<mr_queue_attributes>();
    wanted.given = MR_GIVEN_REDRIVE | MR_GIVEN_VISIBILITY_TIMEOUT;
    wanted.dead_letter_queue = "dead";
    wanted.max_receive_count = 1;
    EXPECT_EQ(mr_set_queue_attributes(client_, queue_, &wanted), MR_OK);
    for (int i = 0; i < letters; ++i) send("letter");
    mr_received* held = nullptr;
    for (int i = 0; i < letters; ++i) {
      receive_one(held);
      mr_received_release(held);
    }
    EXPECT_EQ(mr_receive(client_, queue_, nullptr, &held), 0);
    advance(1);
  }
  mr_message_move latest() {
    auto move = sized<mr_message_move>();
    mr_answer* answer = nullptr;
    EXPECT_GE(mr_list_message_moves(client_, dead_, &answer), 1);
    EXPECT_EQ(mr_answer_message_move(answer, 0, &move), MR_OK);
    mr_answer_release(answer);
    return move;
  }
  mr_queue dead_ = 0;
};

TEST_F(c_moves, a_task_goes_back_to_the_source_and_is_listed) {
  mr_message_id task{};
  const int64_t now = mr_engine_now_ms(engine_);
  ASSERT_EQ(mr_start_message_move(client_, dead_, nullptr, 0, &task), MR_OK);
  advance(1);
  const mr_message_move move = latest();
  EXPECT_EQ(move.status, uint32_t{MR_MOVE_COMPLETED});
  EXPECT_EQ(std::memcmp(&move.id, &task, sizeof task), 0);
  EXPECT_EQ(move.moved, 3u);
  EXPECT_EQ(move.to_move, 3u);
  EXPECT_EQ(move.started_at_ms, now);
  mr_received* held = nullptr;
  receive_one(held);
  mr_received_release(held);
}

TEST_F(c_moves, a_task_with_a_rate_to_another_queue_is_cancelled) {
  mr_queue other = 0;
  ASSERT_EQ(mr_create_queue(client_, "other", nullptr, &other), MR_OK);
  mr_message_id task{};
  ASSERT_EQ(mr_start_message_move(client_, dead_, "other", 1, &task), MR_OK);
  EXPECT_EQ(mr_start_message_move(client_, dead_, "other", 1, &task), MR_MESSAGE_MOVE_RUNNING);
  advance(1000);
  mr_answer* answer = nullptr;
  auto move = sized<mr_message_move>();
  ASSERT_EQ(mr_list_message_moves(client_, dead_, &answer), 1);
  ASSERT_EQ(mr_answer_message_move(answer, 0, &move), MR_OK);
  EXPECT_STREQ(move.target_queue, "other");
  EXPECT_STREQ(move.failure_reason, "");
  EXPECT_EQ(move.messages_per_second, 1u);
  EXPECT_EQ(mr_answer_message_move(answer, 1, &move), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_answer_name(answer, 0), nullptr);
  mr_answer_release(answer);

  uint64_t moved = 99;
  ASSERT_EQ(mr_cancel_message_move(client_, dead_, &task, &moved), MR_OK);
  EXPECT_GE(moved, 1u);
  EXPECT_LT(moved, 3u);
  EXPECT_EQ(latest().status, uint32_t{MR_MOVE_CANCELLED});
  EXPECT_EQ(mr_cancel_message_move(client_, dead_, &task, nullptr), MR_MESSAGE_MOVE_NOT_RUNNING);
  task.bytes[0] ^= 1;
  EXPECT_EQ(mr_cancel_message_move(client_, dead_, &task, nullptr), MR_MESSAGE_MOVE_DOES_NOT_EXIST);
}

TEST_F(c_moves, what_is_wrong_is_refused) {
  EXPECT_EQ(mr_start_message_move(client_, 0, nullptr, 0, nullptr), MR_QUEUE_DOES_NOT_EXIST);
  EXPECT_EQ(mr_start_message_move(client_, dead_, "dead", 0, nullptr), MR_INVALID_QUEUE_NAME);
  EXPECT_EQ(mr_start_message_move(client_, dead_, nullptr, 501, nullptr),
            MR_INVALID_ATTRIBUTE_VALUE);
  EXPECT_EQ(mr_start_message_move(nullptr, dead_, nullptr, 0, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_cancel_message_move(client_, dead_, nullptr, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_submit_cancel_message_move(client_, dead_, nullptr, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_list_message_moves(client_, dead_, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_answer_message_move(nullptr, 0, nullptr), MR_INVALID_ARGUMENT);
}

TEST_F(c_moves, submitted_ones_are_answered_with_their_task) {
  ASSERT_EQ(mr_submit_start_message_move(client_, dead_, nullptr, 1, 7), MR_OK);
  mr_completion done = complete();
  EXPECT_EQ(done.kind, uint32_t{MR_OPERATION_START_MESSAGE_MOVE});
  EXPECT_EQ(done.token, 7u);
  ASSERT_EQ(done.count, 1u);
  auto move = sized<mr_message_move>();
  ASSERT_EQ(mr_answer_message_move(done.answer, 0, &move), MR_OK);
  EXPECT_EQ(move.status, uint32_t{MR_MOVE_RUNNING});
  ASSERT_EQ(mr_submit_cancel_message_move(client_, dead_, &move.id, 8), MR_OK);
  EXPECT_EQ(complete().kind, uint32_t{MR_OPERATION_CANCEL_MESSAGE_MOVE});
  ASSERT_EQ(mr_submit_list_message_moves(client_, dead_, 9), MR_OK);
  done = complete();
  EXPECT_EQ(done.kind, uint32_t{MR_OPERATION_LIST_MESSAGE_MOVES});
  ASSERT_EQ(mr_answer_message_move(done.answer, 0, &move), MR_OK);
  EXPECT_EQ(move.status, uint32_t{MR_MOVE_CANCELLED});
  ASSERT_EQ(mr_submit_cancel_message_move(client_, dead_, &move.id, 10), MR_OK);
  EXPECT_EQ(complete().status, MR_MESSAGE_MOVE_NOT_RUNNING);
}

}  // namespace
