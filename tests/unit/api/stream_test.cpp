// Streams as a program sees them: making, changing and listing them, putting and finding records.
#include "stream_fixture.hpp"

namespace {

using namespace millrace;
using test::one_stream;

struct stream : one_stream {};
struct stream_of_three : one_stream {
  stream_of_three() : one_stream({}, 3) {}
};

TEST_F(stream, gives_records_back_in_order_with_their_keys) {
  EXPECT_EQ(put("one", "a").sequence.index, 1U);
  EXPECT_EQ(put("two", "b").sequence.index, 2U);
  const records got = read({0, 0});
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(as_text(got[0].data), "one");
  EXPECT_EQ(got[0].partition_key, "a");
  EXPECT_EQ(as_text(got[1].data), "two");
  EXPECT_EQ(got[1].sequence.index, 2U);
  EXPECT_EQ(got.summary().next, (shard_position{0, 3}));
  EXPECT_EQ(got.summary().behind_ms, 0);
  EXPECT_FALSE(got.summary().end_of_shard);
  EXPECT_EQ(read(got.summary().next).size(), 0U);
}

/// 256 KiB and more in a call are stored past the caches.
TEST_F(stream, large_batches_keep_their_bytes) {
  const std::string text(40'000, 'x');
  std::vector<std::string> data;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < 400; ++i) {
    data.push_back(std::to_string(i) + text.substr(0, i % 7 == 0 ? 100 * i : i * 13 % 1'500));
    keys.push_back(std::to_string(i) + text.substr(0, i % 100));
  }
  std::vector<put_entry> entries;
  for (std::size_t i = 0; i < data.size(); ++i) entries.push_back({as_bytes(data[i]), keys[i]});
  std::vector<put_result> results(entries.size());
  streams().put_records(s, entries, results).value();
  const records got = read({0, 0});
  ASSERT_EQ(got.size(), data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    EXPECT_EQ(as_text(got[i].data), data[i]);
    EXPECT_EQ(got[i].partition_key, keys[i]);
    EXPECT_EQ(got[i].sequence, results[i].sequence);
  }
}

TEST_F(stream, reading_takes_nothing_away) {
  put("one");
  EXPECT_EQ(all(0), all(0));
  EXPECT_EQ(streams().describe_stream(s).value().records, 1U);
}

TEST_F(stream, a_name_is_one_stream) {
  EXPECT_EQ(streams().create_stream("clicks").error(), errc::stream_exists);
  for (const char* bad : {"", "a b", "a/b", "é"}) {
    EXPECT_EQ(streams().create_stream(bad).error(), errc::invalid_stream_name) << bad;
  }
  EXPECT_EQ(streams().create_stream(std::string(129, 'a')).error(), errc::invalid_stream_name);
  EXPECT_TRUE(streams().create_stream("A.b_c-9").has_value());
  EXPECT_EQ(streams().describe_stream("none").error(), errc::stream_does_not_exist);
  EXPECT_EQ(streams().list_streams().value(), (std::vector<std::string>{"A.b_c-9", "clicks"}));
  EXPECT_EQ(streams().list_streams("A.b_c-9").value(), std::vector<std::string>{"clicks"});
}

TEST_F(stream, a_deleted_one_is_gone_and_a_later_one_is_another) {
  put("one");
  streams().delete_stream(s).value();
  EXPECT_EQ(streams().describe_stream("clicks").error(), errc::stream_does_not_exist);
  const stream_handle again = streams().create_stream("clicks").value();
  EXPECT_NE(again.id, s.id);
  EXPECT_EQ(streams().read("clicks", {}).value().size(), 0U);
  EXPECT_EQ(streams().read(s, {}).error(), errc::stream_does_not_exist);
}

TEST_F(stream, settings_change_only_as_given) {
  stream_settings wanted;
  wanted.retention_hours = 48;
  wanted.stored = {{"tag:team", "a"}};
  streams().set_stream(s, wanted, given_retention | given_stored).value();
  wanted.stored = {{"tag:team", ""}, {"tag:zone", "b"}};
  streams().set_stream(s, wanted, given_stored).value();
  const stream_description is = streams().describe_stream(s).value();
  EXPECT_EQ(is.settings.retention_hours, 48U);
  EXPECT_EQ(is.settings.record_kib_max, 1024U);
  EXPECT_EQ(is.settings.stored.size(), 2U);
  EXPECT_EQ(streams().set_stream(s, wanted, given_stored, is.revision - 1).error(),
            errc::changed_meanwhile);
  wanted.stored = {{"tag:team", ""}};
  streams().set_stream(s, wanted, given_stored_removed, is.revision).value();
  EXPECT_EQ(streams().describe_stream(s).value().settings.stored.size(), 1U);
  wanted.retention_hours = 23;
  EXPECT_EQ(streams().set_stream(s, wanted, given_retention).error(), errc::invalid_stream_setting);
}

TEST_F(stream_of_three, a_key_always_goes_to_the_shard_of_its_hash) {
  for (int i = 0; i < 100; ++i) {
    const std::string key = "key" + std::to_string(i);
    const put_result first = put("x", key);
    EXPECT_EQ(put("y", key).shard, first.shard);
    const auto shards = streams().list_shards(s).value();
    EXPECT_LE(shards[first.shard].first, hash_of(key));
    EXPECT_GE(shards[first.shard].last, hash_of(key));
  }
  EXPECT_EQ(all(0).size() + all(1).size() + all(2).size(), 200U);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_GT(all(i).size(), 20U);
}

TEST_F(stream_of_three, each_record_of_a_batch_has_its_own_answer) {
  const std::string large(1'048'577, 'x');
  std::vector<put_entry> entries(5, {.data = as_bytes("fine"), .partition_key = "key"});
  entries[1].partition_key = "";
  entries[2].data = as_bytes(large);
  const std::string long_key(257, 'k');
  entries[3].partition_key = long_key;
  std::vector<put_result> results(5);
  streams().put_records(s, entries, results).value();
  EXPECT_EQ(results[0].status, errc::ok);
  EXPECT_EQ(results[1].status, errc::invalid_partition_key);
  EXPECT_EQ(results[2].status, errc::record_too_large);
  const std::string_view most = std::string_view(large).substr(1);
  EXPECT_EQ(put(most).status, errc::ok) << "the key does not count";
  EXPECT_EQ(results[3].status, errc::invalid_partition_key);
  EXPECT_EQ(results[4].status, errc::ok);
  EXPECT_EQ(results[4].sequence.index, 2U);
}

// Shows: put.batch
TEST_F(stream_of_three, five_hundred_records_in_one_call_and_no_more) {
  std::vector<std::string> keys;
  for (int i = 0; i < 501; ++i) keys.push_back(std::to_string(i));
  std::vector<put_entry> entries;
  for (const std::string& k : keys) entries.push_back({as_bytes(k), k});
  std::vector<put_result> results(501);
  EXPECT_EQ(streams().put_records(s, entries, results).error(), errc::too_many_records);
  EXPECT_EQ(streams().put_records(s, {}, results).error(), errc::too_many_records);
  entries.pop_back();
  streams().put_records(s, entries, results).value();
  EXPECT_EQ(all(0).size() + all(1).size() + all(2).size(), 500U);
}

TEST_F(stream, records_outlive_their_retention_by_nothing) {
  put("old");
  pass(1'000);
  put("new");
  pass(24 * 3'600'000 - 1'000);
  EXPECT_EQ(all(0), (std::vector<std::string>{"old", "new"}));
  pass(1);
  EXPECT_EQ(all(0), std::vector<std::string>{"new"});
  pass(10'000);
  EXPECT_EQ(streams().describe_stream(s).value().records, 0U);
}

// Shows: stream.retention
TEST_F(stream, a_longer_retention_keeps_them_for_a_year) {
  stream_settings wanted;
  wanted.retention_hours = 8'760;
  streams().set_stream(s, wanted, given_retention).value();
  put("old");
  pass(std::int64_t{8'760} * 3'600'000);
  EXPECT_EQ(all(0).size(), 1U);
  pass(1);
  EXPECT_EQ(all(0).size(), 0U);
}

// Shows: on-demand.scales-itself, on-demand.start
TEST_F(stream, on_demand_begins_with_four_shards_and_scales_itself) {
  stream_settings wanted;
  wanted.mode = stream_mode::on_demand;
  const stream_handle h = streams().create_stream("auto", wanted, given_mode).value();
  EXPECT_EQ(streams().describe_stream(h).value().open_shards, 4U);
  EXPECT_EQ(streams().update_shard_count(h, 8).error(), errc::stream_is_on_demand);
  EXPECT_EQ(streams().split_shard(h, 0, {1, 0}).error(), errc::stream_is_on_demand);
  EXPECT_EQ(streams().merge_shards(h, 0, 1).error(), errc::stream_is_on_demand);
}

TEST_F(stream, tells_whether_it_is_encrypted_with_what_is_put_and_read) {
  const auto put_says = [&] {
    const put_entry entry{as_bytes("x"), "k"};
    streams().submit_put_records(s, std::span(&entry, 1), 7).value();
    c.flush();
    e.poll(0);
    bool out = false;
    c.poll([&](const completion& done) { out = done.stream->encrypted; });
    return out;
  };
  EXPECT_FALSE(put_says());
  EXPECT_FALSE(read({0, 0}).summary().encrypted);
  stream_settings wanted;
  wanted.encryption_key = "alias/aws/kinesis";
  streams().set_stream(s, wanted, given_encryption).value();
  EXPECT_TRUE(put_says());
  EXPECT_TRUE(read({0, 0}).summary().encrypted);
}

struct slow_streams : one_stream {
  slow_streams() : one_stream(options{.stream_change_ms = 1'000}) {}
  stream_status status() { return streams().describe_stream("clicks").value().status; }
};

TEST_F(slow_streams, are_creating_updating_and_deleting_for_a_while) {
  EXPECT_EQ(status(), stream_status::creating);
  const put_entry entry{as_bytes("x"), "k"};
  EXPECT_EQ(streams().put_record(s, entry).error(), errc::stream_does_not_exist);
  EXPECT_EQ(streams().update_shard_count(s, 2).error(), errc::stream_not_active);
  pass(999);
  EXPECT_EQ(status(), stream_status::creating);
  pass(1);
  EXPECT_EQ(status(), stream_status::active);
  put("one");
  streams().update_shard_count(s, 2).value();
  EXPECT_EQ(status(), stream_status::updating);
  EXPECT_EQ(streams().update_shard_count(s, 4).error(), errc::stream_not_active);
  put("two");
  stream_settings tag;
  tag.stored = {{"tag:team", "a"}};
  EXPECT_TRUE(streams().set_stream(s, tag, given_stored).has_value());
  pass(1'000);
  EXPECT_EQ(status(), stream_status::active);
  streams().delete_stream(s).value();
  EXPECT_EQ(status(), stream_status::deleting);
  EXPECT_EQ(streams().list_streams().value(), std::vector<std::string>{"clicks"});
  EXPECT_EQ(streams().put_record("clicks", entry).error(), errc::stream_does_not_exist);
  EXPECT_EQ(streams().create_stream("clicks").error(), errc::stream_exists);
  pass(1'000);
  EXPECT_EQ(streams().describe_stream("clicks").error(), errc::stream_does_not_exist);
  EXPECT_TRUE(streams().list_streams().value().empty());
  EXPECT_TRUE(streams().create_stream("clicks").has_value());
}

struct streams_of_an_account : one_stream {
  streams_of_an_account()
      : one_stream(options{.lanes = 4, .limits = limits_profile::aws, .region = "eu-north-1"}) {}
  errc create(const std::string& name, std::uint32_t shards) {
    stream_settings wanted;
    wanted.shard_count = shards;
    const auto made = streams().create_stream(name, wanted, given_shard_count);
    return made.has_value() ? errc::ok : made.error();
  }
};

TEST_F(streams_of_an_account, have_so_many_shards_and_no_more) {
  const std::uint32_t limit = shards_of_account("eu-north-1");
  EXPECT_EQ(limit, 1'000U);
  EXPECT_EQ(create("a", 600), errc::ok);
  EXPECT_EQ(create("b", 400), errc::too_many_shards) << "clicks has one";
  EXPECT_EQ(create("b", 398), errc::ok);
  streams().split_shard("a", 0, {1, 0}).value();
  EXPECT_EQ(streams().update_shard_count(s, 2).error(), errc::too_many_shards);
  streams().merge_shards("a", 600, 601).value();
  EXPECT_TRUE(streams().update_shard_count(s, 2).has_value());
  streams().delete_stream("b").value();
  EXPECT_EQ(create("c", 398), errc::ok);
  EXPECT_EQ(create("d", 1), errc::too_many_shards);
}

TEST_F(streams_of_an_account, may_be_on_demand_fifty_times) {
  stream_settings wanted;
  wanted.mode = stream_mode::on_demand;
  for (std::uint32_t i = 0; i < on_demand_streams_max; ++i) {
    streams().create_stream("auto-" + std::to_string(i), wanted, given_mode).value();
  }
  EXPECT_EQ(streams().create_stream("one-more", wanted, given_mode).error(),
            errc::too_many_on_demand_streams);
  EXPECT_EQ(streams().set_stream(s, wanted, given_mode).error(), errc::too_many_on_demand_streams);
  wanted.mode = stream_mode::provisioned;
  streams().set_stream("auto-7", wanted, given_mode).value();
  wanted.mode = stream_mode::on_demand;
  EXPECT_TRUE(streams().set_stream(s, wanted, given_mode).has_value());
}

}  // namespace
