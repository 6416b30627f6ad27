#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "c_fixture.hpp"

namespace {

TEST_F(c_engine, a_message_is_sent_received_and_deleted) {
  mr_message_id id{};
  ASSERT_EQ(mr_send(client_, queue_, "espresso", 8, &id), MR_OK);
  mr_received* held = nullptr;
  const mr_message message = receive_one(held);
  EXPECT_EQ(mr_received_count(held), 1);
  EXPECT_EQ(text_of(message.body), "espresso");
  EXPECT_EQ(std::memcmp(&message.id, &id, sizeof id), 0);
  EXPECT_EQ(message.receive_count, 1u);
  EXPECT_EQ(message.sent_at_ms, mr_engine_now_ms(engine_));
  EXPECT_EQ(message.body_digest, nullptr);
  EXPECT_EQ(message.dead_letter_source.size, 0u);
  char text[MR_MESSAGE_ID_TEXT + 1];
  mr_message_id_text(&id, text);
  EXPECT_EQ(std::strlen(text), 36u);
  auto other = sized<mr_message>();
  EXPECT_EQ(mr_received_message(held, 1, &other), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_received_message(nullptr, 0, &other), MR_INVALID_ARGUMENT);

  EXPECT_EQ(mr_delete(client_, queue_, &message.receipt), MR_OK);
  mr_received_release(held);
  advance(31'000);
  EXPECT_EQ(mr_receive(client_, queue_, nullptr, &held), 0);
  EXPECT_EQ(held, nullptr);
}

TEST_F(c_engine, visibility_is_given_changed_and_over) {
  send("a");
  auto options = sized<mr_receive_options>();
  options.given = MR_RECEIVE_VISIBILITY_TIMEOUT;
  options.visibility_timeout = 5;
  mr_received* held = nullptr;
  mr_message message = receive_one(held, &options);
  EXPECT_EQ(mr_change_visibility(client_, queue_, &message.receipt, 100), MR_OK);
  EXPECT_EQ(mr_change_visibility(client_, queue_, &message.receipt, 50'000),
            MR_INVALID_VISIBILITY_TIMEOUT);
  EXPECT_EQ(mr_change_visibility(client_, queue_, nullptr, 0), MR_INVALID_ARGUMENT);
  mr_received_release(held);
  advance(99'000);
  EXPECT_EQ(mr_receive(client_, queue_, nullptr, &held), 0);
  advance(2'000);
  message = receive_one(held);
  EXPECT_EQ(message.receive_count, 2u);
  mr_received_release(held);
}

TEST_F(c_engine, a_batch_has_a_status_for_each_entry) {
  std::array<mr_send_entry, 3> entries{};
  for (auto& e : entries) e = sized<mr_send_entry>();
  entries[0].body = bytes_of("one");
  entries[2].body = bytes_of("three");
  std::array<int32_t, 3> statuses{};
  std::array<mr_message_id, 3> ids{};
  EXPECT_EQ(mr_send_batch(client_, queue_, entries.data(), 3, statuses.data(), ids.data()), 2);
  EXPECT_EQ(statuses, (std::array<int32_t, 3>{MR_OK, MR_EMPTY_MESSAGE, MR_OK}));
  EXPECT_EQ(mr_send_batch(client_, queue_, entries.data(), 0, nullptr, nullptr), MR_EMPTY_BATCH);
  EXPECT_EQ(mr_send_batch(client_, queue_, entries.data(), 11, nullptr, nullptr),
            MR_TOO_MANY_ENTRIES);

  auto options = sized<mr_receive_options>();
  options.max_messages = 10;
  mr_received* held = nullptr;
  ASSERT_EQ(mr_receive(client_, queue_, &options, &held), 2);
  std::array<mr_receipt, 2> receipts{};
  std::array<mr_visibility_entry, 2> changes{};
  for (std::size_t i = 0; i < 2; ++i) {
    auto message = sized<mr_message>();
    ASSERT_EQ(mr_received_message(held, i, &message), MR_OK);
    receipts[i] = message.receipt;
    changes[i] = sized<mr_visibility_entry>();
    changes[i].receipt = message.receipt;
    changes[i].visibility_timeout = 60;
  }
  changes[1].visibility_timeout = -1;
  EXPECT_EQ(mr_change_visibility_batch(client_, queue_, changes.data(), 2, statuses.data()), 1);
  EXPECT_EQ(statuses[1], MR_INVALID_VISIBILITY_TIMEOUT);
  receipts[0].bytes[5] ^= 1;
  EXPECT_EQ(mr_delete_batch(client_, queue_, receipts.data(), 2, statuses.data()), 1);
  EXPECT_EQ(statuses[0], MR_RECEIPT_HANDLE_IS_INVALID);
  EXPECT_EQ(mr_delete(client_, queue_, &receipts[0]), MR_RECEIPT_HANDLE_IS_INVALID);
  EXPECT_EQ(mr_delete(client_, queue_, nullptr), MR_INVALID_ARGUMENT);
  mr_received_release(held);
}

TEST_F(c_engine, attributes_digest_and_delay_travel_with_the_message) {
  auto color = sized<mr_attribute>();
  color.name = bytes_of("color");
  color.data_type = bytes_of("String");
  color.value = bytes_of("red");
  std::array<char, 64> encoded{};
  EXPECT_EQ(mr_attribute_encode(&color, encoded.data(), 3), 8 + 5 + 6 + 3);
  EXPECT_EQ(encoded[0], 0) << "too small a buffer is not written to";
  const int32_t size = mr_attribute_encode(&color, encoded.data(), encoded.size());
  const std::array<uint8_t, 16> digest{1, 2, 3};

  auto entry = sized<mr_send_entry>();
  entry.body = bytes_of("a");
  entry.attributes = {encoded.data(), static_cast<std::size_t>(size)};
  entry.body_digest = digest.data();
  entry.delay_given = 1;
  entry.delay_seconds = 10;
  ASSERT_EQ(mr_send_message(client_, queue_, &entry, nullptr), MR_OK);
  mr_received* held = nullptr;
  EXPECT_EQ(mr_receive(client_, queue_, nullptr, &held), 0);
  advance(10'000);
  mr_message message = receive_one(held);
  ASSERT_NE(message.body_digest, nullptr);
  EXPECT_EQ(std::memcmp(message.body_digest, digest.data(), 16), 0);

  auto read = sized<mr_attribute>();
  EXPECT_EQ(mr_attribute_next(&message.attributes, &read), 1);
  EXPECT_EQ(text_of(read.name), "color");
  EXPECT_EQ(text_of(read.data_type), "String");
  EXPECT_EQ(text_of(read.value), "red");
  EXPECT_EQ(mr_attribute_next(&message.attributes, &read), 0);
  mr_received_release(held);
}

TEST_F(c_engine, malformed_attributes_are_refused) {
  auto bad = sized<mr_attribute>();
  EXPECT_EQ(mr_attribute_encode(&bad, nullptr, 0), MR_INVALID_MESSAGE_ATTRIBUTES);
  mr_bytes garbage = bytes_of("garbage");
  EXPECT_EQ(mr_attribute_next(&garbage, &bad), MR_INVALID_MESSAGE_ATTRIBUTES);
  auto entry = sized<mr_send_entry>();
  entry.body = bytes_of("a");
  entry.attributes = bytes_of("garbage");
  EXPECT_EQ(mr_send_message(client_, queue_, &entry, nullptr), MR_INVALID_MESSAGE_ATTRIBUTES);
}

TEST_F(c_engine, wrong_calls_are_errors) {
  mr_received* held = reinterpret_cast<mr_received*>(1);
  auto options = sized<mr_receive_options>();
  options.max_messages = 11;
  EXPECT_EQ(mr_receive(client_, queue_, &options, &held), MR_INVALID_MAX_MESSAGES);
  EXPECT_EQ(held, nullptr);
  options = sized<mr_receive_options>();
  options.given = MR_RECEIVE_WAIT_TIME;
  options.wait_time_seconds = -1;
  EXPECT_EQ(mr_receive(client_, queue_, &options, &held), MR_INVALID_WAIT_TIME);
  options.wait_time_seconds = 21;
  EXPECT_EQ(mr_receive(client_, queue_, &options, &held), MR_INVALID_WAIT_TIME);
  options.given = 4;
  EXPECT_EQ(mr_receive(client_, queue_, &options, &held), MR_NOT_SUPPORTED);
  EXPECT_EQ(mr_receive(client_, queue_, nullptr, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_send(client_, queue_, nullptr, 4, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_send(client_, queue_, "", 0, nullptr), MR_EMPTY_MESSAGE);
  EXPECT_EQ(mr_send_message(client_, queue_, nullptr, nullptr), MR_INVALID_ARGUMENT);
  auto entry = sized<mr_send_entry>();
  entry.body = bytes_of("a");
  entry.delay_given = 1;
  entry.delay_seconds = -1;
  EXPECT_EQ(mr_send_message(client_, queue_, &entry, nullptr), MR_INVALID_DELAY);
}

TEST_F(c_engine, handles_of_received_messages_are_used_again) {
  send("a");
  mr_received* first = nullptr;
  receive_one(first);
  mr_received_release(first);
  advance(31'000);
  mr_received* second = nullptr;
  receive_one(second);
  EXPECT_EQ(first, second);
  mr_received_release(second);
}

TEST_F(c_engine, messages_are_released_on_any_thread) {
  constexpr int rounds = 200;
  for (int i = 0; i < rounds; ++i) send("a");
  std::vector<mr_received*> held(rounds);
  for (auto& h : held) ASSERT_EQ(mr_receive(client_, queue_, nullptr, &h), 1);
  const auto release_some = [&held](std::size_t from) {
    for (std::size_t i = from; i < held.size(); i += 2) mr_received_release(held[i]);
  };
  std::thread other(release_some, 1);
  release_some(0);
  other.join();
}

}  // namespace
