// What limits=aws allows of changes in a day, of what is being made at once, and of consumers; and
// the shards of a warm throughput.
#include "stream_fixture.hpp"

namespace millrace {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::uint32_t change_ms = 1'000;

struct counted_streams : test::one_stream {
  explicit counted_streams(std::uint32_t takes_ms = 0)
      : one_stream(
            options{.lanes = 4, .limits = limits_profile::aws, .stream_change_ms = takes_ms}) {}
  stream_handle on_demand(const std::string& name, std::uint32_t warm = 0) {
    stream_settings wanted;
    wanted.mode = stream_mode::on_demand;
    wanted.warm_throughput_mibps = warm;
    return streams().create_stream(name, wanted, given_mode | given_warm_throughput).value();
  }
  errc enroll(stream_handle h, const std::string& consumer, bool advantage = false) {
    const auto done = streams().register_consumer(h, consumer, advantage);
    return done ? errc::ok : done.error();
  }
  errc set_mode(stream_mode to) {
    stream_settings wanted;
    wanted.mode = to;
    const auto done = streams().set_stream(s, wanted, given_mode);
    return done ? errc::ok : done.error();
  }
  std::uint32_t open(stream_handle h) { return streams().describe_stream(h).value().open_shards; }
};
struct slowly_counted_streams : counted_streams {
  slowly_counted_streams() : counted_streams(change_ms) { pass(change_ms); }
};

// Shows: scaling.daily
TEST_F(counted_streams, are_scaled_ten_times_in_a_day) {
  for (std::uint32_t i = 0; i < shard_count_updates_max; ++i) {
    streams().update_shard_count(s, 1 + (i + 1) % 2).value();
    pass(60'000);
  }
  EXPECT_EQ(streams().update_shard_count(s, 2).error(), errc::changed_too_often);
  streams().split_shard(s, streams().list_shards(s).value().back().number, {1, 0}).value();
  pass(day_ms - std::int64_t{shard_count_updates_max} * 60'000 - 1);
  EXPECT_EQ(streams().update_shard_count(s, 1).error(), errc::changed_too_often);
  pass(1);
  EXPECT_TRUE(streams().update_shard_count(s, 1).has_value());
  EXPECT_EQ(streams().update_shard_count(s, 2).error(), errc::changed_too_often)
      << "a minute early";
}

// Shows: mode.daily
TEST_F(counted_streams, change_their_mode_twice_in_a_day) {
  EXPECT_EQ(set_mode(stream_mode::on_demand), errc::ok);
  EXPECT_EQ(set_mode(stream_mode::provisioned), errc::ok);
  EXPECT_EQ(set_mode(stream_mode::provisioned), errc::ok) << "no change";
  EXPECT_EQ(set_mode(stream_mode::on_demand), errc::changed_too_often);
  pass(day_ms);
  EXPECT_EQ(set_mode(stream_mode::on_demand), errc::ok);
}

// Shows: advantage.consumers, consumers.count
TEST_F(counted_streams, have_twenty_consumers_and_of_a_committed_account_fifty) {
  const stream_handle h = on_demand("auto");
  for (std::uint32_t i = 0; i < stream_consumers_max; ++i) {
    EXPECT_EQ(enroll(s, std::to_string(i), true), errc::ok);
    EXPECT_EQ(enroll(h, std::to_string(i)), errc::ok);
  }
  EXPECT_EQ(enroll(s, "more", true), errc::too_many_consumers) << "it is provisioned";
  EXPECT_EQ(enroll(h, "more"), errc::too_many_consumers);
  for (std::uint32_t i = stream_consumers_max; i < stream_consumers_advantage_max; ++i) {
    EXPECT_EQ(enroll(h, std::to_string(i), true), errc::ok);
  }
  EXPECT_EQ(enroll(h, "more", true), errc::too_many_consumers);
}

// Shows: advantage.warm
TEST_F(counted_streams, have_a_shard_for_each_mebibyte_of_their_warm_throughput) {
  const stream_handle warm = on_demand("warm", 100);
  EXPECT_EQ(open(warm), 100U);
  EXPECT_EQ(open(on_demand("cool", 3)), 4U);
  const stream_handle cold = on_demand("cold");
  stream_settings wanted;
  wanted.warm_throughput_mibps = 30;
  streams().set_stream(cold, wanted, given_warm_throughput).value();
  EXPECT_EQ(open(cold), 30U);
  std::vector<hash_key> each;
  for (const shard_description& one : streams().list_shards(cold).value()) {
    if (one.closed_at_ms == 0) each.push_back(one.first);
  }
  const std::string data(shard_bytes_in_per_second - 1, 'x');
  for (int second = 0; second < 2; ++second, pass(1'000)) {
    for (const hash_key& key : each) {
      EXPECT_TRUE(
          streams().put_record(cold, {.data = as_bytes(data), .partition_key = "k", .hash = &key}));
    }
  }
  wanted.warm_throughput_mibps = 5;
  streams().set_stream(cold, wanted, given_warm_throughput).value();
  EXPECT_EQ(open(cold), 30U);
  wanted.warm_throughput_mibps = warm_throughput_max + 1;
  EXPECT_EQ(streams().set_stream(cold, wanted, given_warm_throughput).error(),
            errc::invalid_stream_setting);
}

TEST_F(counted_streams, become_as_warm_as_one_change_has_shards_for) {
  const stream_handle h = on_demand("auto");
  stream_settings wanted;
  const auto set = [&](std::uint32_t mibps) {
    wanted.warm_throughput_mibps = mibps;
    return streams().set_stream(h, wanted, given_warm_throughput);
  };
  EXPECT_EQ(set(warm_throughput_max).error(), errc::invalid_shard_count);
  EXPECT_EQ(open(h), 4U);
  EXPECT_EQ(streams().describe_stream(h).value().settings.warm_throughput_mibps, 0U);
  EXPECT_TRUE(set(warm_throughput_max / 2).has_value());
  EXPECT_TRUE(set(warm_throughput_max).has_value());
  EXPECT_EQ(open(h), warm_throughput_max);
}

// Shows: fan-out.states
TEST_F(slowly_counted_streams, have_consumers_that_are_creating_for_a_while) {
  EXPECT_TRUE(streams().register_consumer(s, "one").value().creating);
  EXPECT_TRUE(streams().list_consumers(s).value().front().creating);
  EXPECT_EQ(streams().subscribe(s, "one", 0, {}).error(), errc::consumer_not_active);
  pass(change_ms);
  EXPECT_FALSE(streams().list_consumers(s).value().front().creating);
  EXPECT_TRUE(streams().subscribe(s, "one", 0, {}).has_value());
}

// Shows: fan-out.creating
TEST_F(slowly_counted_streams, make_five_consumers_at_once) {
  for (std::uint32_t i = 0; i < creating_max; ++i) {
    EXPECT_EQ(enroll(s, std::to_string(i)), errc::ok);
    pass(10);
  }
  EXPECT_EQ(enroll(s, "more"), errc::too_many_at_once);
  pass(change_ms - 10 * std::int64_t{creating_max});
  EXPECT_EQ(enroll(s, "more"), errc::ok);
  EXPECT_EQ(enroll(s, "another"), errc::too_many_at_once);
}

// Shows: account.creating
TEST_F(slowly_counted_streams, are_made_by_fives_of_an_account) {
  EXPECT_EQ(streams().create_stream("no name").error(), errc::invalid_stream_name);
  for (std::uint32_t i = 0; i < creating_max; ++i) on_demand("auto-" + std::to_string(i));
  EXPECT_EQ(streams().create_stream("more").error(), errc::too_many_at_once);
  pass(change_ms);
  EXPECT_TRUE(streams().create_stream("more").has_value());
}

}  // namespace
}  // namespace millrace
