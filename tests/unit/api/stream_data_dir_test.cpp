// Streams on a data directory: what was acknowledged is there when it is opened again.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <millrace/data_dir.hpp>
#include <millrace/millrace.hpp>

namespace {

using namespace millrace;

constexpr hash_key half{std::uint64_t{1} << 63, 0};

struct stream_data_dir : testing::Test {
  stream_data_dir() {
    char name[] = "/tmp/millrace-data-XXXXXX";
    path = std::string(mkdtemp(name)) + "/data";
  }
  ~stream_data_dir() override {
    c = client();
    e = engine();  // makes and renames segments as long as it is open
    std::filesystem::remove_all(std::filesystem::path(path).parent_path());
  }
  void open(options o = {}) {
    c = client();
    e = engine();
    o.data_dir = path;
    e = engine::open(o).value();
    c = e.connect().value();
  }
  stream_client streams() { return stream_client(c); }
  std::vector<std::string> all(std::uint32_t shard) {
    std::vector<std::string> out;
    shard_position at{shard, 0};
    while (true) {
      const records got = streams().read("clicks", {.from = at}).value();
      for (const record_view& r : got) out.emplace_back(as_text(r.data));
      at = got.summary().next;
      if (got.empty() || got.summary().end_of_shard) return out;
    }
  }
  put_result put(std::string_view data, const hash_key& at = {}) {
    return streams()
        .put_record("clicks", {.data = as_bytes(data), .partition_key = "k", .hash = &at})
        .value();
  }
  std::string path;
  engine e;
  client c;
};

TEST_F(stream_data_dir, everything_is_there_when_it_is_opened_again) {
  open();
  stream_settings wanted;
  wanted.stored = {{"tag:team", "a"}};
  streams().create_stream("clicks", wanted, given_stored).value();
  streams().create_stream("gone").value();
  put("one");
  streams().register_consumer("clicks", "reader").value();
  streams().split_shard("clicks", 0, half).value();
  const put_result low = put("low");
  put("high", half);
  wanted.retention_hours = 72;
  streams().set_stream("clicks", wanted, given_retention).value();
  streams().delete_stream("gone").value();
  const auto shards = streams().list_shards("clicks").value();
  for (const std::uint32_t lanes : {1U, 4U, 2U}) {
    open({.lanes = lanes});
    EXPECT_EQ(e.recovered().streams, 1U);
    EXPECT_EQ(e.recovered().records, 3U);
    EXPECT_FALSE(e.recovered().damaged);
    EXPECT_EQ(streams().list_streams().value(), std::vector<std::string>{"clicks"});
    EXPECT_EQ(all(0), std::vector<std::string>{"one"});
    EXPECT_EQ(all(1), std::vector<std::string>{"low"});
    EXPECT_EQ(all(2), std::vector<std::string>{"high"});
    const stream_description is = streams().describe_stream("clicks").value();
    EXPECT_EQ(is.settings.retention_hours, 72U);
    EXPECT_EQ(is.settings.stored, wanted.stored);
    EXPECT_EQ(streams().list_consumers("clicks").value().size(), 1U);
    const auto found = streams().list_shards("clicks").value();
    ASSERT_EQ(found.size(), shards.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].first, shards[i].first);
      EXPECT_EQ(found[i].parent, shards[i].parent);
      EXPECT_EQ(found[i].closed_at_ms, shards[i].closed_at_ms);
    }
  }
  EXPECT_GT(to_text(put("later").sequence), to_text(low.sequence));
}

TEST_F(stream_data_dir, a_stream_of_level_memory_is_empty_but_goes_on_behind_its_numbers) {
  open();
  stream_settings wanted;
  wanted.level = durability::memory;
  streams().create_stream("clicks", wanted, given_level).value();
  const put_result before = put("one");
  open();
  EXPECT_TRUE(all(0).empty());
  EXPECT_GT(to_text(put("two").sequence), to_text(before.sequence));
}

TEST_F(stream_data_dir, a_log_that_moves_on_keeps_the_records_and_lets_the_rest_go) {
  options o;
  open(o);
  streams().create_stream("clicks").value();
  streams().create_stream("busy").value();
  put("first");
  const std::string data(500'000, 'x');
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 10; ++j) {
      streams().put_record("busy", {.data = as_bytes(data), .partition_key = "k"}).value();
    }
    streams().delete_stream("busy").value();
    streams().create_stream("busy").value();
  }
  put("last");
  open(o);
  EXPECT_EQ(all(0), (std::vector<std::string>{"first", "last"}));
  EXPECT_LT(e.recovered().bytes, 300U * 500'000U);
}

TEST_F(stream_data_dir, records_of_ten_mebibytes_are_kept_where_that_was_asked_for) {
  const options large{.stream_record_size_max = 10U << 20};
  stream_settings wanted;
  wanted.record_kib_max = 10'240;
  open();
  EXPECT_EQ(streams().create_stream("clicks", wanted, given_record_size).error(),
            errc::not_supported);
  open(large);
  streams().create_stream("clicks", wanted, given_record_size).value();
  std::vector<std::string> put_so_far;
  for (std::size_t i = 0; i < 6; ++i) {
    put_so_far.push_back(std::string(i % 2 == 0 ? 10U << 20 : 1'000, static_cast<char>('a' + i)));
    put(put_so_far.back());
  }
  const std::string longer((10U << 20) + 1, 'x');
  EXPECT_EQ(streams().put_record("clicks", {as_bytes(longer), "k"}).error(),
            errc::record_too_large);
  open(large);
  EXPECT_TRUE(all(0) == put_so_far);
  c = client();
  e = engine();
  const options usual{.data_dir = path};
  EXPECT_EQ(engine::open(usual).error(), errc::invalid_option)
      << "its lanes could not carry them forward";
}

TEST_F(stream_data_dir, large_records_are_carried_forward) {
  const options large{.stream_record_size_max = 10U << 20};
  stream_settings wanted;
  wanted.record_kib_max = 10'240;
  open(large);
  streams().create_stream("clicks", wanted, given_record_size).value();
  streams().create_stream("busy", wanted, given_record_size).value();
  const std::string data(10U << 20, 'x');
  put(data);
  for (int i = 0; i < 40; ++i) {
    streams().put_record("busy", {as_bytes(data), "k"}).value();
    if (i % 4 != 3) continue;
    streams().delete_stream("busy").value();
    streams().create_stream("busy", wanted, given_record_size).value();
  }
  open(large);
  EXPECT_TRUE(all(0) == std::vector<std::string>{data});
  EXPECT_LT(e.recovered().bytes, 30U * data.size()) << "nothing was let go of";
}

TEST_F(stream_data_dir, what_is_stored_about_the_account_stays) {
  using texts = std::vector<std::pair<std::string, std::string>>;
  open({.lanes = 2});
  EXPECT_TRUE(streams().get_account().value().stored.empty());
  streams().set_account(texts{{"old", "1"}}).value();
  const texts is{{"a", "1"}, {"b", std::string(60'000, 'x')}};
  const std::uint64_t revision = streams().get_account().value().revision;
  streams().set_account(is, revision).value();
  EXPECT_EQ(streams().set_account(texts{}, revision).error(), errc::changed_meanwhile);
  EXPECT_EQ(streams().set_account(texts{{"k", std::string(account_bytes_max, 'x')}}).error(),
            errc::invalid_stream_setting);
  for (const std::uint32_t lanes : {1U, 4U}) {
    open({.lanes = lanes});
    EXPECT_EQ(streams().get_account().value().stored, is);
  }
  const std::string data(500'000, 'x');  // until the oldest segments are let go of
  streams().create_stream("clicks").value();
  for (int i = 0; i < 400; ++i) {
    put(data);
    if (i % 20 != 19) continue;
    streams().delete_stream("clicks").value();
    streams().create_stream("clicks").value();
  }
  open();
  EXPECT_LT(e.recovered().bytes, 400U * 500'000U) << "nothing was let go of";
  EXPECT_EQ(streams().get_account().value().stored, is);
  streams().set_account(texts{}).value();
  open();
  EXPECT_TRUE(streams().get_account().value().stored.empty());
}

}  // namespace
