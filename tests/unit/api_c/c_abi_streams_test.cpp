// Streams through millrace.h.
#include <vector>

#include "c_fixture.hpp"

namespace {

class c_streams : public c_engine {
 protected:
  c_streams() { EXPECT_EQ(mr_create_stream(client_, "clicks", nullptr, &stream_), MR_OK); }

  static mr_put_entry entry(std::string_view data, std::string_view key = "k") {
    auto out = sized<mr_put_entry>();
    out.data = bytes_of(data);
    out.partition_key = bytes_of(key);
    return out;
  }
  mr_sequence_number put(std::string_view data) {
    mr_sequence_number at{};
    const mr_put_entry one = entry(data);
    EXPECT_EQ(mr_put_record(client_, stream_, &one, &at), MR_OK);
    return at;
  }
  /// Data of what a read brings; `next` becomes its next position.
  std::vector<std::string> read(uint64_t& next, uint32_t shard = 0, uint32_t max = 0) {
    auto options = sized<mr_read_options>();
    options.shard = shard;
    options.position = next;
    options.max_records = max;
    mr_records* records = nullptr;
    const int32_t count = mr_read_records(client_, stream_, &options, &records);
    EXPECT_GE(count, 0);
    std::vector<std::string> out;
    for (int32_t i = 0; i < count; ++i) {
      auto record = sized<mr_record>();
      EXPECT_EQ(mr_records_record(records, static_cast<size_t>(i), &record), MR_OK);
      EXPECT_EQ(text_of(record.partition_key), "k");
      out.push_back(text_of(record.data));
    }
    auto summary = sized<mr_read_summary>();
    EXPECT_EQ(mr_records_summary(records, &summary), MR_OK);
    next = summary.next_position;
    mr_records_release(records);
    return out;
  }

  mr_stream stream_ = 0;
};

using texts = std::vector<std::string>;

TEST_F(c_streams, records_are_read_in_order_as_often_as_wanted) {
  put("one");
  put("two");
  for (int i = 0; i < 2; ++i) {
    uint64_t next = 0;
    EXPECT_EQ(read(next, 0, 1), texts{"one"});
    EXPECT_EQ(read(next), texts{"two"});
    EXPECT_EQ(read(next), texts{});
  }
}

TEST_F(c_streams, a_read_begins_where_the_iterator_says) {
  put("one");
  const mr_sequence_number second = put("two");
  uint64_t next = 0;
  auto start = sized<mr_shard_start>();
  start.type = MR_AFTER_SEQUENCE_NUMBER;
  start.sequence = second;
  ASSERT_EQ(mr_locate_record(client_, stream_, 0, &start, &next), MR_OK);
  EXPECT_EQ(read(next), texts{});
  start.type = MR_AT_SEQUENCE_NUMBER;
  ASSERT_EQ(mr_locate_record(client_, stream_, 0, &start, &next), MR_OK);
  EXPECT_EQ(read(next), texts{"two"});
  ASSERT_EQ(mr_locate_record(client_, stream_, 0, nullptr, &next), MR_OK);
  EXPECT_EQ(read(next), (texts{"one", "two"}));
  start.type = MR_LATEST;
  ASSERT_EQ(mr_locate_record(client_, stream_, 0, &start, &next), MR_OK);
  put("three");
  EXPECT_EQ(read(next), texts{"three"});
  start.type = MR_AT_TIMESTAMP + 1;
  EXPECT_EQ(mr_locate_record(client_, stream_, 0, &start, &next), MR_NOT_SUPPORTED);
  EXPECT_EQ(mr_locate_record(client_, stream_, 7, nullptr, &next), MR_SHARD_DOES_NOT_EXIST);
}

TEST_F(c_streams, each_record_of_a_batch_has_its_own_answer) {
  const std::string long_key(257, 'k');
  const mr_put_entry entries[] = {entry("one"), entry("two", long_key), entry("three")};
  mr_put_result results[3] = {};
  results[0].struct_size = sizeof results[0];
  EXPECT_EQ(mr_put_records(client_, stream_, entries, 3, results), 2);
  EXPECT_EQ(results[0].status, MR_OK);
  EXPECT_EQ(results[1].status, MR_INVALID_PARTITION_KEY);
  EXPECT_EQ(results[2].status, MR_OK);
  EXPECT_EQ(results[2].struct_size, sizeof results[2]);
  EXPECT_EQ(results[2].sequence.index, results[0].sequence.index + 1);
  EXPECT_EQ(mr_put_records(client_, stream_, entries, 0, results), MR_TOO_MANY_RECORDS);
  EXPECT_EQ(mr_put_records(client_, stream_, entries, 501, results), MR_TOO_MANY_RECORDS);
}

TEST_F(c_streams, a_hash_key_chooses_the_shard) {
  auto wanted = sized<mr_stream_settings>();
  wanted.given = MR_STREAM_SHARD_COUNT;
  wanted.shard_count = 2;
  ASSERT_EQ(mr_create_stream(client_, "two", &wanted, &stream_), MR_OK);
  mr_shard shards[2] = {};
  shards[0].struct_size = sizeof shards[0];
  ASSERT_EQ(mr_list_shards(client_, stream_, shards, 2), 2);
  EXPECT_EQ(mr_list_shards(client_, stream_, nullptr, 0), 2) << "how many there are";
  EXPECT_EQ(shards[1].number, 1u);
  EXPECT_EQ(shards[1].closed, 0u);
  EXPECT_EQ(shards[0].first.high, 0u);
  EXPECT_EQ(shards[1].first.high, shards[0].last.high + 1);
  mr_put_entry one = entry("one");
  one.hash = &shards[1].first;
  mr_sequence_number at{};
  ASSERT_EQ(mr_put_record(client_, stream_, &one, &at), MR_OK);
  EXPECT_EQ(at.shard, 1u);
  uint64_t next = 0;
  EXPECT_EQ(read(next, 1), texts{"one"});
}

TEST_F(c_streams, a_read_that_may_wait_does_not_where_something_is) {
  put("one");
  auto options = sized<mr_read_options>();
  options.wait_ms = 1'000;
  mr_records* records = nullptr;
  EXPECT_EQ(mr_read_records(client_, stream_, &options, &records), 1);
  mr_records_release(records);
  options.shard = 7;
  EXPECT_EQ(mr_read_records(client_, stream_, &options, &records), MR_SHARD_DOES_NOT_EXIST);
  EXPECT_EQ(records, nullptr);
}

TEST_F(c_streams, are_found_by_name_until_they_are_deleted) {
  mr_stream found = 0;
  ASSERT_EQ(mr_find_stream(client_, "clicks", &found), MR_OK);
  EXPECT_EQ(found, stream_);
  EXPECT_EQ(mr_create_stream(client_, "clicks", nullptr, &found), MR_STREAM_EXISTS);
  ASSERT_EQ(mr_delete_stream(client_, stream_), MR_OK);
  EXPECT_EQ(mr_find_stream(client_, "clicks", &found), MR_STREAM_DOES_NOT_EXIST);
  EXPECT_EQ(mr_delete_stream(client_, stream_), MR_STREAM_DOES_NOT_EXIST);
  EXPECT_EQ(mr_delete_stream(client_, 0), MR_STREAM_DOES_NOT_EXIST);
}

TEST_F(c_streams, settings_that_are_none_are_refused) {
  auto wanted = sized<mr_stream_settings>();
  mr_stream made = 0;
  wanted.given = 1u << 20;
  EXPECT_EQ(mr_create_stream(client_, "other", &wanted, &made), MR_NOT_SUPPORTED);
  wanted.given = MR_STREAM_RETENTION;
  wanted.retention_hours = 1;
  EXPECT_EQ(mr_create_stream(client_, "other", &wanted, &made), MR_INVALID_STREAM_SETTING);
  wanted.given = MR_STREAM_MODE;
  wanted.mode = 2;
  EXPECT_EQ(mr_create_stream(client_, "other", &wanted, &made), MR_NOT_SUPPORTED);
  EXPECT_EQ(made, 0u);
  EXPECT_EQ(mr_create_stream(client_, nullptr, nullptr, &made), MR_INVALID_ARGUMENT);
}

TEST_F(c_streams, a_sequence_number_has_the_text_that_clients_see) {
  char text[MR_SEQUENCE_NUMBER_TEXT + 1];
  const mr_sequence_number at = put("one");
  mr_sequence_number_text(&at, text);
  EXPECT_EQ(std::string(text).size(), size_t{MR_SEQUENCE_NUMBER_TEXT});
  EXPECT_EQ(std::string(text).substr(0, 2), "49");
}

TEST_F(c_streams, records_that_are_held_keep_the_engine_open) {
  put("one");
  auto options = sized<mr_read_options>();
  mr_records* records = nullptr;
  ASSERT_EQ(mr_read_records(client_, stream_, &options, &records), 1);
  ASSERT_EQ(mr_client_close(client_), MR_OK);
  EXPECT_EQ(mr_engine_close(engine_), MR_IN_USE);
  auto record = sized<mr_record>();
  EXPECT_EQ(mr_records_record(records, 0, &record), MR_OK);
  EXPECT_EQ(text_of(record.data), "one");
  EXPECT_EQ(mr_records_record(records, 1, &record), MR_INVALID_ARGUMENT);
  mr_records_release(records);
  ASSERT_EQ(mr_client_connect(engine_, nullptr, &client_), MR_OK);
}

}  // namespace
