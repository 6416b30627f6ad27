// Cursors read a shard in place: every record once and in order, whether they keep up, fall behind
// the ring, join late, or lose their shard; what they look at stays until they have moved on.
#include <map>
#include <thread>

#include "stream_fixture.hpp"

namespace {

using namespace millrace;
using test::one_stream;

constexpr std::size_t ring_records = 4'096;

struct cursors : one_stream {
  using one_stream::one_stream;

  shard_cursor open(shard_position from = {}, std::uint64_t subscription = 0) {
    return streams().open_cursor(s, from, subscription).value();
  }
  void put_many(std::size_t count) {
    std::vector<put_entry> entries(100, {.data = as_bytes("x"), .partition_key = "key"});
    std::vector<put_result> results(100);
    for (std::size_t left = count; left != 0;) {
      const std::size_t now = std::min<std::size_t>(left, 100);
      streams().put_records(s, std::span(entries).first(now), results).value();
      left -= now;
    }
  }
  static std::vector<std::string> texts(std::span<const record_view> some) {
    std::vector<std::string> out;
    for (const record_view& r : some) out.emplace_back(as_text(r.data));
    return out;
  }
  static std::vector<std::string> take(shard_cursor& from, std::size_t max = 512) {
    return texts(from.next(max).value());
  }
  /// Reads on until nothing comes. Counts records, and checks that none is missing.
  static std::size_t take_all(shard_cursor& from) {
    std::size_t count = 0;
    for (std::uint64_t index = from.position().index;;) {
      const auto some = from.next().value();
      if (some.empty()) return count;
      for (const record_view& r : some) {
        EXPECT_TRUE(index == 0 || r.sequence.index == index);
        index = r.sequence.index + 1;
      }
      count += some.size();
    }
  }
};
struct limited_cursors : cursors {
  limited_cursors() : cursors(options{.limits = limits_profile::aws}) {}
};

using strings = std::vector<std::string>;

TEST_F(cursors, read_in_place_what_is_put) {
  shard_cursor mine = open();
  EXPECT_TRUE(take(mine).empty());
  const put_result one = put("one", "k1");
  put("two", "k2");
  const auto got = mine.next().value();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(as_text(got[0].data), "one");
  EXPECT_EQ(got[0].partition_key, "k1");
  EXPECT_EQ(got[0].sequence, one.sequence);
  EXPECT_EQ(got[0].arrived_at_ms, c.statistics(0).value().now_ms);
  EXPECT_EQ(as_text(got[1].data), "two");
  EXPECT_EQ(mine.counters().records_in_place, 2U);
  EXPECT_EQ(mine.counters().records_by_lane, 0U);
  EXPECT_TRUE(take(mine).empty());
}

TEST_F(cursors, see_what_a_read_of_the_lane_sees) {
  shard_cursor mine = open();
  take(mine);
  for (int i = 0; i < 10; ++i) {
    put("data " + std::to_string(i), "key " + std::to_string(i));
    pass(700);
  }
  const records theirs = read({0, 0});
  const auto got = mine.next().value();
  ASSERT_EQ(got.size(), theirs.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].sequence, theirs[i].sequence);
    EXPECT_EQ(as_text(got[i].data), as_text(theirs[i].data));
    EXPECT_EQ(got[i].partition_key, theirs[i].partition_key);
    EXPECT_EQ(got[i].arrived_at_ms, theirs[i].arrived_at_ms);
  }
  EXPECT_EQ(mine.position(), theirs.summary().next);
}

TEST_F(cursors, begin_before_the_ring_did) {
  put("one");
  put("two");
  shard_cursor first = open();
  put("three");
  shard_cursor second = open();
  shard_cursor latest = open({0, 3});
  EXPECT_EQ(take_all(first), 3U);
  EXPECT_EQ(take_all(second), 3U);
  EXPECT_EQ(take(latest), strings{"three"});
  put("four");
  for (shard_cursor* each : {&first, &second, &latest}) EXPECT_EQ(take(*each), strings{"four"});
  EXPECT_EQ(first.counters().records_in_place, 1U);
}

TEST_F(cursors, bring_as_much_as_was_asked_for) {
  shard_cursor mine = open();
  take(mine);
  for (int i = 0; i < 7; ++i) put(std::to_string(i));
  EXPECT_EQ(take(mine, 3), (strings{"0", "1", "2"}));
  EXPECT_EQ(take(mine, 3), (strings{"3", "4", "5"}));
  EXPECT_EQ(take(mine, 3), strings{"6"});
  EXPECT_EQ(mine.next(0).error(), errc::invalid_max_messages);
}

TEST_F(cursors, that_were_lapped_catch_up_by_the_lane_and_rejoin) {
  shard_cursor slow = open();
  shard_cursor quick = open();
  take(slow);
  take(quick);
  put_many(10);
  EXPECT_EQ(take_all(slow), 10U);
  std::size_t got = 0;
  for (std::size_t round = 0; round < 20; ++round) {
    put_many(ring_records / 8);
    got += take_all(quick);
  }
  EXPECT_EQ(got, 10 + 20 * ring_records / 8);
  EXPECT_EQ(quick.counters().laps, 0U);
  EXPECT_EQ(take_all(slow), 20 * ring_records / 8);
  EXPECT_EQ(slow.counters().laps, 1U);
  EXPECT_GT(slow.counters().records_by_lane, 0U);
  const std::uint64_t before = slow.counters().records_by_lane;
  put_many(100);
  EXPECT_EQ(take_all(slow), 100U);
  EXPECT_EQ(slow.counters().records_by_lane, before) << "it is in the ring again";
}

TEST_F(cursors, wait_for_a_record_through_the_lane) {
  shard_cursor mine = open();
  std::thread later([this] {
    client other = e.connect().value();
    stream_client(other).put_record(s, {.data = as_bytes("one"), .partition_key = "k"}).value();
  });
  later.join();
  EXPECT_EQ(texts(mine.wait(1'000).value()), strings{"one"});
  put("two");
  EXPECT_EQ(texts(mine.wait(1'000).value()), strings{"two"}) << "what is there is not waited for";
}

TEST_F(cursors, keep_what_they_look_at_when_the_stream_goes) {
  shard_cursor mine = open();
  take(mine);
  put(std::string(1'000, 'a'));
  put(std::string(1'000, 'b'));
  const auto got = mine.next().value();
  ASSERT_EQ(got.size(), 2U);
  streams().delete_stream(s).value();
  pass(1);
  s = streams().create_stream("clicks").value();
  for (int i = 0; i < 200; ++i) put(std::string(1'000, 'z'));
  EXPECT_EQ(as_text(got[0].data), std::string(1'000, 'a'));
  EXPECT_EQ(as_text(got[1].data), std::string(1'000, 'b'));
  EXPECT_EQ(mine.next().error(), errc::stream_does_not_exist);
}

TEST_F(cursors, keep_what_they_look_at_when_its_retention_is_over) {
  shard_cursor mine = open();
  take(mine);
  for (int i = 0; i < 100; ++i) put(std::string(1'000, 'a'));
  const auto got = mine.next().value();
  ASSERT_EQ(got.size(), 100U);
  pass(std::int64_t{25} * 3'600'000);
  for (int i = 0; i < 200; ++i) put(std::string(1'000, 'z'));
  EXPECT_TRUE(read({0, 0}).size() == 200U);
  for (const record_view& r : got) EXPECT_EQ(as_text(r.data), std::string(1'000, 'a'));
  EXPECT_EQ(take_all(mine), 200U);
}

TEST_F(cursors, do_not_show_what_has_outlived_the_retention) {
  shard_cursor mine = open();
  take(mine);
  put("old");
  pass(std::int64_t{24} * 3'600'000);
  put("new");
  pass(1);
  EXPECT_EQ(take(mine), strings{"new"});
}

TEST_F(cursors, come_to_the_end_of_a_shard) {
  shard_cursor mine = open();
  take(mine);
  put("one");
  streams().split_shard(s, 0, {std::uint64_t{1} << 63, 0}).value();
  EXPECT_EQ(take_all(mine), 1U);
  EXPECT_TRUE(mine.end_of_shard());
  ASSERT_EQ(mine.children().size(), 2U);
  EXPECT_EQ(mine.children()[0].number, 1U);
  EXPECT_TRUE(take(mine).empty());
}

TEST_F(cursors, of_a_subscription_end_with_it) {
  streams().register_consumer(s, "one").value();
  const subscription first = streams().subscribe(s, "one", 0, {}).value();
  shard_cursor mine = open(first.from, first.id);
  shard_cursor other = open();
  take(mine);
  take(other);
  put("one");
  EXPECT_EQ(take(mine), strings{"one"});
  pass(5'000);
  const subscription second = streams().subscribe(s, "one", 0, {}).value();
  put("two");
  EXPECT_EQ(mine.next().error(), errc::subscription_taken_over);
  EXPECT_EQ(take(other), (strings{"one", "two"})) << "others read on";
  EXPECT_EQ(streams().open_cursor(s, {}, first.id).error(), errc::subscription_taken_over);
  shard_cursor next = open(second.from, second.id);
  streams().deregister_consumer(s, "one").value();
  EXPECT_EQ(next.next().error(), errc::subscription_taken_over);
}

TEST_F(cursors, may_be_more_than_the_ring_has_places_for) {
  std::vector<shard_cursor> all;
  for (int i = 0; i < 200; ++i) all.push_back(open());
  for (shard_cursor& each : all) take(each);
  put("one");
  for (shard_cursor& each : all) EXPECT_EQ(take(each), strings{"one"});
  EXPECT_EQ(all.front().counters().records_in_place, 1U);
  EXPECT_EQ(all.back().counters().records_by_lane, 1U);
  all.clear();
  put("two");
  shard_cursor mine = open({0, 3});
  put("three");
  EXPECT_EQ(take(mine), strings{"three"});
}

TEST_F(cursors, of_what_is_not_there_are_refused) {
  EXPECT_EQ(streams().open_cursor("other", {}).error(), errc::stream_does_not_exist);
  EXPECT_EQ(streams().open_cursor(s, {7, 0}).error(), errc::shard_does_not_exist);
  EXPECT_EQ(streams().open_cursor("no/name", {}).error(), errc::invalid_stream_name);
  EXPECT_EQ(shard_cursor().next().error(), errc::shard_does_not_exist);
}

TEST_F(limited_cursors, have_the_rate_of_their_consumer) {
  const std::string data(1'048'000, 'x');
  for (int i = 0; i < 4; ++i) {
    put(data);
    pass(1'000);
  }
  streams().register_consumer(s, "one").value();
  const subscription mine = streams().subscribe(s, "one", 0, {}).value();
  shard_cursor in = open(mine.from, mine.id);
  std::size_t got = 0;
  for (int i = 0; i < 4; ++i) got += take(in, 1).size();
  EXPECT_EQ(got, 2U);
  pass(1'000);
  for (int i = 0; i < 4; ++i) got += take(in, 1).size();
  EXPECT_EQ(got, 4U);
  EXPECT_EQ(in.counters().records_in_place, 0U);
}

// A lane with a thread of its own, a producer, and readers of different speed on threads of their
// own: each sees every record of the shard once, in order and whole, while old ones are trimmed.
TEST(cursors_stress, every_reader_sees_every_record) {
  static constexpr std::uint64_t count = 30'000;
  options o;
  o.threading = thread_mode::own;
  o.lanes = 1;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  const stream_handle s = stream_client(c).create_stream("clicks").value();
  const auto text = [](std::uint64_t number) {
    return std::to_string(number) + std::string(number % 300, static_cast<char>('a' + number % 26));
  };
  std::vector<std::thread> readers;
  for (std::uint64_t pause = 0; pause < 3; ++pause) {
    readers.emplace_back([&e, s, pause, text] {
      client mine = e.connect().value();
      shard_cursor in = stream_client(mine).open_cursor(s, {}).value();
      std::uint64_t next = 0;
      while (next < count) {
        const auto some = in.next(pause == 1 ? 7 : 512).value();
        for (const record_view& r : some) ASSERT_EQ(as_text(r.data), text(next++));
        if (some.empty()) std::this_thread::yield();
        if (pause == 2 && next % 5 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      EXPECT_EQ(in.counters().records_in_place + in.counters().records_by_lane, count);
    });
  }
  std::vector<put_result> results(100);
  for (std::uint64_t number = 0; number < count;) {
    std::vector<std::string> data;
    for (int i = 0; i < 100; ++i) data.push_back(text(number++));
    std::vector<put_entry> entries;
    for (const std::string& d : data) entries.push_back({as_bytes(d), "key"});
    stream_client(c).put_records(s, entries, results).value();
  }
  for (std::thread& t : readers) t.join();
}

}  // namespace
