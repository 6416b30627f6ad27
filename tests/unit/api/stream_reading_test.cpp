// Where reading begins, waiting for records, rates, and enhanced consumers.
#include "stream_fixture.hpp"

#include <map>

namespace {

using namespace millrace;
using test::one_stream;

constexpr hash_key half{std::uint64_t{1} << 63, 0};

struct reading : one_stream {
  using one_stream::one_stream;
  shard_position at(const shard_start& start, std::uint32_t shard = 0) {
    return streams().locate(s, shard, start).value();
  }
  struct answer {
    errc status = errc::ok;
    std::vector<std::string> data;
    bool end = false;
    shard_position next;
  };
  /// Polls both sides a few times; answers to reads by token.
  std::map<std::uint64_t, answer> turn() {
    std::map<std::uint64_t, answer> out;
    for (int i = 0; i < 4; ++i) {
      c.flush();
      e.poll(0);
      c.poll([&](const completion& done) {
        answer& a = out[done.token];
        a.status = done.status;
        for (const record_view& r : done.records) a.data.emplace_back(as_text(r.data));
        if (done.read != nullptr) {
          a.end = done.read->end_of_shard;
          a.next = done.read->next;
        }
      });
    }
    return out;
  }
  void wait_for(std::uint64_t token, shard_position from, std::uint64_t subscription = 0) {
    read_options wanted{.from = from, .wait_ms = 5'000, .subscription = subscription};
    streams().submit_read(s, wanted, token).value();
  }
};
struct limited_reading : reading {
  limited_reading() : reading(options{.limits = limits_profile::aws}) {}
};

TEST_F(reading, begins_where_the_iterator_says) {
  const put_result one = put("one");
  pass(1'000);
  const std::int64_t then = c.statistics(0).value().now_ms;
  const put_result two = put("two");
  EXPECT_EQ(at({iterator_type::latest}).index, 3U);
  EXPECT_EQ(at({iterator_type::at_sequence_number, one.sequence}).index, 1U);
  EXPECT_EQ(at({iterator_type::after_sequence_number, one.sequence}).index, 2U);
  EXPECT_EQ(at({iterator_type::after_sequence_number, two.sequence}).index, 3U);
  EXPECT_EQ(at({iterator_type::at_timestamp, {}, then}).index, 2U);
  EXPECT_EQ(at({iterator_type::at_timestamp, {}, then - 1}).index, 2U);
  EXPECT_EQ(at({iterator_type::at_timestamp, {}, 0}).index, 1U);
  const auto oldest = at({iterator_type::trim_horizon});
  EXPECT_EQ(read(oldest).size(), 2U);
  EXPECT_EQ(streams().locate(s, 0, {iterator_type::at_timestamp, {}, then + 1}).error(),
            errc::invalid_position);
  sequence_number other = one.sequence;
  other.shard = 1;
  EXPECT_EQ(streams().locate(s, 0, {iterator_type::at_sequence_number, other}).error(),
            errc::invalid_position);
}

TEST_F(reading, brings_as_much_as_was_asked_for) {
  for (int i = 0; i < 10; ++i) put(std::string(100, 'x'), "k");
  EXPECT_EQ(read({0, 0}, 3).size(), 3U);
  EXPECT_EQ(streams().read(s, {.from = {}, .bytes_max = 250}).value().size(), 2U)
      << "with their keys";
  EXPECT_EQ(streams().read(s, {.from = {}, .bytes_max = 1}).value().size(), 1U);
  pass(700);
  EXPECT_EQ(read({0, 0}, 3).summary().behind_ms, 700);
}

TEST_F(reading, records_stay_readable_after_their_stream_is_gone) {
  put("one");
  const records got = read({0, 0});
  streams().delete_stream(s).value();
  pass(1);
  EXPECT_EQ(as_text(got[0].data), "one");
}

TEST_F(reading, waits_for_a_record) {
  wait_for(7, {0, 1});
  EXPECT_TRUE(turn().empty());
  put("one");
  const auto got = turn();
  ASSERT_TRUE(got.contains(7));
  EXPECT_EQ(got.at(7).data, std::vector<std::string>{"one"});
  EXPECT_EQ(got.at(7).next.index, 2U);
}

TEST_F(reading, a_wait_ends_at_its_time) {
  wait_for(7, {0, 1});
  turn();
  pass(4'999);
  EXPECT_TRUE(turn().empty());
  pass(1);
  const auto got = turn();
  ASSERT_TRUE(got.contains(7));
  EXPECT_EQ(got.at(7).status, errc::ok);
  EXPECT_TRUE(got.at(7).data.empty());
}

TEST_F(reading, a_wait_ends_with_the_shard_the_stream_and_the_cancel) {
  wait_for(7, {0, 1});
  turn();
  streams().split_shard(s, 0, half).value();
  EXPECT_TRUE(turn().at(7).end);
  wait_for(8, {1, 1});
  wait_for(9, {1, 1});
  turn();
  c.submit_cancel(9).value();
  EXPECT_EQ(turn().at(9).status, errc::cancelled);
  streams().delete_stream(s).value();
  EXPECT_EQ(turn().at(8).status, errc::stream_does_not_exist);
}

TEST_F(reading, every_reader_that_waits_gets_every_record) {
  for (std::uint64_t i = 0; i < 50; ++i) wait_for(i + 1, {0, 1});
  turn();
  put("one");
  const auto got = turn();
  ASSERT_EQ(got.size(), 50U);
  for (const auto& [token, a] : got) EXPECT_EQ(a.data.size(), 1U);
}

TEST_F(reading, a_consumer_is_registered_once) {
  streams().register_consumer(s, "one").value();
  EXPECT_EQ(streams().register_consumer(s, "one").error(), errc::consumer_exists);
  EXPECT_EQ(streams().subscribe(s, "two", 0, {}).error(), errc::consumer_does_not_exist);
  EXPECT_EQ(streams().list_consumers(s).value().size(), 1U);
  EXPECT_EQ(streams().delete_stream(s, false).error(), errc::stream_has_consumers);
  streams().deregister_consumer(s, "one").value();
  EXPECT_EQ(streams().deregister_consumer(s, "one").error(), errc::consumer_does_not_exist);
  EXPECT_TRUE(streams().delete_stream(s, false).has_value());
}

TEST_F(reading, a_later_subscription_takes_over_after_five_seconds) {
  streams().register_consumer(s, "one").value();
  const subscription first = streams().subscribe(s, "one", 0, {}).value();
  wait_for(7, first.from, first.id);
  turn();
  pass(4'999);
  EXPECT_EQ(streams().subscribe(s, "one", 0, {}).error(), errc::subscribed_recently);
  pass(1);
  turn();
  wait_for(8, first.from, first.id);
  turn();
  const subscription second = streams().subscribe(s, "one", 0, {}).value();
  EXPECT_EQ(turn().at(8).status, errc::subscription_taken_over);
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(streams().read(s, {.from = {}, .subscription = first.id}).error(),
            errc::subscription_taken_over);
  EXPECT_TRUE(streams().read(s, {.from = {}, .subscription = second.id}).has_value());
}

TEST_F(limited_reading, a_shard_takes_1000_records_a_second) {
  std::uint64_t passed = 0;
  for (int ms = 0; ms < 10'000; ms += 10) {
    for (int i = 0; i < 15; ++i) {
      const auto done = streams().put_record(s, {.data = as_bytes("x"), .partition_key = "k"});
      passed += done.has_value() ? 1 : 0;
      EXPECT_TRUE(done.has_value() || done.error() == errc::throughput_exceeded);
    }
    pass(10);
  }
  EXPECT_EQ(passed, 10'000U);
}

// Shows: on-demand.hot, on-demand.hot-key
TEST_F(limited_reading, an_on_demand_stream_splits_a_shard_that_was_hot_for_a_minute) {
  stream_settings wanted;
  wanted.mode = stream_mode::on_demand;
  const stream_handle h = streams().create_stream("auto", wanted, given_mode).value();
  const auto open = [&] { return streams().describe_stream(h).value().open_shards; };
  const auto load = [&](std::size_t bytes_per_second) {
    const std::string data(bytes_per_second / 2, 'x');
    for (int i = 0; i < 130; ++i) {
      streams().put_record(h, {.data = as_bytes(data), .partition_key = "k"}).value();
      pass(500);
    }
  };
  load(400'000);
  EXPECT_EQ(open(), 4U);
  load(800'000);
  EXPECT_EQ(open(), 5U);
  load(800'000);
  EXPECT_EQ(open(), 6U) << "it never isolates a hot key, but goes on trying";
}

TEST_F(limited_reading, five_shared_reads_a_second) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(streams().read(s, {}).has_value());
  EXPECT_EQ(streams().read(s, {}).error(), errc::throughput_exceeded);
  pass(1'000);
  EXPECT_TRUE(streams().read(s, {}).has_value());
}

TEST_F(limited_reading, each_consumer_has_two_mebibytes_a_second_of_its_own) {
  const std::string data(1'048'000, 'x');
  for (int i = 0; i < 8; ++i) {
    put(data);
    pass(1'000);
  }
  for (const char* name : {"one", "two"}) {
    streams().register_consumer(s, name).value();
    const subscription mine = streams().subscribe(s, name, 0, {}).value();
    shard_position from = mine.from;
    for (int second = 0; second < 3; ++second) {
      std::size_t got = 0;
      for (int i = 0; i < 4; ++i) {
        const records more = streams().read(s, {.from = from, .subscription = mine.id}).value();
        from = more.summary().next;
        got += more.size();
      }
      EXPECT_EQ(got, 2U);
      pass(1'000);
    }
  }
}

}  // namespace
