// The log lets go of its oldest segments when every lane has carried its state forward.
#include <gtest/gtest.h>

#include "journal/carry_plan.hpp"
#include "journal/space_plan.hpp"
#include "log_bench.hpp"

namespace {

using namespace millrace;
using journal::bytes_to_free;
using journal::io_status;
using test::io_call;
using test::log_bench;

constexpr std::uint64_t block = log_bench::block;

TEST(carry_plan, lets_a_log_grow_to_twice_its_live_bytes_and_the_slack) {
  EXPECT_EQ(bytes_to_free({.bytes = 250, .live = 100, .slack = 50}), 0U);
  EXPECT_EQ(bytes_to_free({.bytes = 251, .live = 100, .slack = 50}), 31U);
  EXPECT_EQ(bytes_to_free({.bytes = 500, .live = 100, .slack = 50, .futile = true}), 0U);
  EXPECT_EQ(bytes_to_free({.bytes = 501, .live = 100, .slack = 50, .futile = true}), 251U);
  EXPECT_EQ(bytes_to_free({.bytes = 1000, .live = 100, .slack = 50}), 750U);
}

TEST(carry_plan, frees_earlier_when_space_is_short_and_a_quarter_is_dead) {
  EXPECT_EQ(bytes_to_free({.bytes = 100, .live = 76, .slack = 50, .space_short = true}), 0U);
  EXPECT_GT(bytes_to_free({.bytes = 100, .live = 75, .slack = 50, .space_short = true}), 0U);
  EXPECT_EQ(bytes_to_free({.bytes = 0, .live = 0, .slack = 0, .space_short = true}), 0U);
  EXPECT_EQ(bytes_to_free({.bytes = 100, .live = 150, .slack = 0, .space_short = true}), 0U);
}

struct carry : testing::Test {
  void start(std::size_t lanes = 1, std::uint64_t slack = 256 * block) {
    bench = std::make_unique<log_bench>(disk, log_bench::options{.lanes = lanes, .slack = slack});
    ASSERT_EQ(bench->start(), errc::ok);
    bench->keep();
  }
  void write_blocks(std::size_t n, durability level = durability::disk) {
    for (; n > 0; --n) {
      ASSERT_EQ(bench->lanes[0]->admits(), journal::admission::open);
      bench->put(0, level, std::string(4 * block - 300, 'x'));
      bench->settle();
    }
  }
  std::uint32_t wanted(std::size_t lane = 0) { return bench->lanes[lane]->carry_wanted(); }
  std::uint64_t oldest() { return bench->state.oldest_durable.value(); }
  bool has(std::uint64_t number) const {
    return disk.files.contains(journal::segment_name(number));
  }

  test::memory_disk disk;
  std::unique_ptr<log_bench> bench;
};

TEST_F(carry, is_asked_for_when_the_log_is_too_long) {
  start();
  write_blocks(45);
  EXPECT_EQ(wanted(), 0U);
  bench->bells[0].prepare_to_sleep();
  while (wanted() == 0) write_blocks(1);
  EXPECT_TRUE(bench->bells[0].cancel());
  EXPECT_GT(bench->keeper->log_bytes(), 256 * block);
  EXPECT_LE(bench->keeper->log_bytes(), (256 + 64) * block);
  EXPECT_EQ(wanted(), 3U) << "an eighth of the log, in whole segments; the first is a small one";
}

TEST_F(carry, a_log_that_it_does_not_shorten_is_left_alone_until_as_much_was_written) {
  start(1, 190 * block);
  while (wanted() == 0) write_blocks(1);
  std::size_t carried = 0;
  std::uint32_t epoch = 0;
  for (int rounds = 0; wanted() != epoch; ++rounds) {  // all is alive, whatever live_bytes() says
    ASSERT_LT(rounds, 20) << "it goes on for ever";
    epoch = wanted();
    carried = 0;
    for (std::uint64_t n = oldest(); n < epoch; ++n) {
      carried += disk.files.at(journal::segment_name(n))->durable.size() / (4 * block);
    }
    write_blocks(carried);
    bench->lanes[0]->carried(epoch);
    bench->settle();
    bench->keep();
  }
  ASSERT_GT(bench->keeper->log_bytes(), 190 * block);
  std::size_t written = 0;
  for (; wanted() == epoch && written < 1000; ++written) write_blocks(1);
  EXPECT_GE(written + 1, carried);
  EXPECT_LE(written, 2 * carried + 32);
}

TEST_F(carry, live_bytes_let_the_log_be_longer) {
  start();
  bench->lanes[0]->live({.bytes = 200 * block});
  write_blocks(110);
  EXPECT_EQ(wanted(), 0U);
  bench->lanes[0]->live({.bytes = 0});
  bench->keep();
  EXPECT_EQ(wanted(), 5U) << "what must go";
}

TEST_F(carry, a_long_round_keeps_no_more_room_and_makes_no_more_spares_than_a_short_one) {
  start(1, 256 * block);
  bench->lanes[0]->live({.bytes = 10'000 * block});
  write_blocks(400);
  ASSERT_EQ(wanted(), 0U);
  const std::uint64_t kept = bench->state.reserve.get();
  bench->lanes[0]->live({});
  bench->keep();
  EXPECT_GE(wanted(), 20U) << "a round of most of the log";
  EXPECT_LE(bench->state.reserve.get(), kept);
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::open);
  EXPECT_LE(bench->keeper->segments(), wanted() + 20);
}

TEST_F(carry, a_long_round_is_cut_short_when_the_disk_becomes_full) {
  start(1, 256 * block);
  bench->lanes[0]->live({.bytes = 10'000 * block});
  write_blocks(400);
  bench->lanes[0]->live({});
  bench->keep();
  ASSERT_GE(wanted(), 20U);
  const std::uint64_t first = oldest();
  disk.capacity = disk.bytes();
  while (!bench->state.disk_full.get()) {
    bench->put(0, durability::disk, std::string(block - 300, 'x'));
    bench->writer->work();
    bench->keep();
  }
  EXPECT_EQ(wanted(), first + 1);
  bench->lanes[0]->carried(wanted());
  bench->settle();
  EXPECT_EQ(oldest(), first + 1);
  EXPECT_FALSE(has(first));
}

TEST_F(carry, segments_are_used_again_when_the_batch_that_says_so_is_durable) {
  start();
  while (wanted() == 0) write_blocks(1);
  const auto epoch = wanted();
  bench->append(0, durability::disk, "carried");
  bench->lanes[0]->carried(epoch);
  bench->keep();
  EXPECT_EQ(bench->state.oldest.value(), 1U) << "what was carried is not durable yet";
  bench->lanes[0]->offer(journal::turn_end::busy);
  bench->writer->work();
  bench->keep();
  EXPECT_EQ(bench->state.oldest.value(), epoch);
  EXPECT_EQ(oldest(), 1U);
  EXPECT_TRUE(has(1)) << "the log does not say yet that it is not needed";
  bench->settle();
  EXPECT_EQ(oldest(), epoch);
  EXPECT_FALSE(has(1));
  EXPECT_EQ(bench->read_all().back().header.oldest_segment, epoch);
}

TEST_F(carry, a_reused_segment_has_a_new_header_before_its_new_name) {
  start(1, 300 * block);
  while (wanted() < 3) {
    write_blocks(1);
    if (wanted() == 2) bench->lanes[0]->carried(2);
  }
  bench->lanes[0]->carried(wanted());
  std::string renamed;
  disk.before = [&](io_call call, const std::string& name) {
    if (call == io_call::rename && name.ends_with(".seg")) {
      renamed = name;
      const auto header = journal::format::decode_segment(disk.files.at(name)->durable);
      EXPECT_TRUE(header && header->number > *journal::segment_number(name));
    }
    return io_status::ok;
  };
  bench->settle();
  EXPECT_EQ(renamed, journal::segment_name(2)) << "the first was too small";
  write_blocks(60);
  EXPECT_FALSE(bench->state.failed.is_set());
}

/// Bytes that are not zero in the first segment that is used again, when the log is of that level.
std::size_t kept_bytes(carry& on, durability level) {
  on.start(1, 300 * block);
  while (on.wanted() < 3) {
    on.write_blocks(1, level);
    if (on.wanted() == 2) on.bench->lanes[0]->carried(2);
  }
  on.bench->lanes[0]->carried(on.wanted());
  std::string reused;
  on.disk.before = [&](io_call call, const std::string& name) {
    if (call == io_call::rename && name.ends_with(".seg") && reused.empty()) reused = name;
    return io_status::ok;
  };
  const auto content = on.disk.files.at(journal::segment_name(2));
  while (reused.empty()) {
    on.bench->pass_ms(10);
    on.bench->settle();
  }
  EXPECT_EQ(reused, journal::segment_name(2));
  std::size_t end = content->cached.size();
  while (end > block && content->cached[end - 1] == std::byte{0}) --end;
  return end - block;
}

TEST_F(carry, a_reused_segment_is_put_into_the_page_cache_where_the_log_is_written_through_it) {
  EXPECT_GT(kept_bytes(*this, durability::disk), 55 * block);
  disk.before = {};
  disk.files.clear();
  EXPECT_LE(kept_bytes(*this, durability::os), 15 * block) << "but for what lies beside its header";
}

TEST_F(carry, waits_for_every_lane_and_for_idle_ones_too) {
  start(3);
  while (wanted() == 0) write_blocks(1);
  const auto epoch = wanted();
  EXPECT_EQ(wanted(2), epoch);
  bench->lanes[0]->carried(epoch);
  bench->lanes[1]->carried(epoch - 1);
  bench->lanes[2]->carried(epoch);
  bench->settle();
  EXPECT_EQ(oldest(), 1U);
  bench->lanes[1]->carried(epoch);
  bench->settle();
  EXPECT_EQ(oldest(), epoch);
}

TEST_F(carry, counts_what_another_lane_has_handed_over_only_when_it_is_committed) {
  start(2);
  while (wanted() == 0) write_blocks(1);
  const auto epoch = wanted();
  bench->lanes[0]->carried(epoch);
  bench->append(1, durability::os, "carried");
  bench->lanes[1]->offer(journal::turn_end::asleep);
  bench->lanes[1]->carried(epoch);
  bench->keep();
  EXPECT_EQ(bench->state.oldest.value(), 1U);
  bench->writer->work();
  bench->keep();
  EXPECT_EQ(bench->state.oldest.value(), epoch);
}

TEST_F(carry, what_was_carried_at_level_os_is_synced_before_its_old_place_is_reused) {
  start();
  while (wanted() == 0) write_blocks(1);
  bench->append(0, durability::os, "carried");
  bench->lanes[0]->carried(wanted());
  bench->lanes[0]->offer(journal::turn_end::busy);
  bool synced = false;
  disk.before = [&](io_call call, const std::string& name) {
    synced = synced || (call == io_call::sync && name.ends_with(".seg"));
    EXPECT_TRUE(synced || call != io_call::remove);
    return io_status::ok;
  };
  bench->settle();
  EXPECT_TRUE(has(1)) << "no sync for that alone";
  bench->pass_ms(10);
  bench->settle();
  EXPECT_FALSE(has(1));
}

TEST_F(carry, an_entry_never_lies_in_an_older_segment_than_its_epoch) {
  start();
  for (int i = 0; i < 60; ++i) {
    const auto epoch = bench->lanes[0]->epoch();
    bench->put(0, durability::disk, std::to_string(epoch) + " " + std::string(6 * block, 'e'));
    bench->settle();
  }
  for (const auto& batch : bench->read_all()) {
    for (const auto& e : batch.entries) EXPECT_GE(batch.header.segment, std::stoull(e));
  }
}

struct carry_on_a_full_disk : carry {
  /// Sends until they are refused, then deletes until the first segment is full.
  void start_full(std::uint64_t live, std::size_t written_before = 0) {
    start(1, UINT64_MAX / 4);
    write_blocks(written_before);
    disk.capacity = disk.bytes();
    bench->lanes[0]->live({.bytes = live});
    while (bench->lanes[0]->admits() == journal::admission::open) put(4);
    bench->keep();
    while (bench->state.current.value() < 2) {
      ASSERT_EQ(bench->lanes[0]->admits(), journal::admission::reserved);
      put(2);
    }
  }
  void put(std::size_t blocks) {
    bench->put(0, durability::disk, std::string(blocks * block - 300, 'x'));
    bench->writer->work();
  }
  void carry_blocks(std::uint64_t blocks) {
    const std::string body(block - 300, 'x');
    journal::entry e;
    e.level = durability::disk;
    e.extra = as_bytes(body);
    for (; blocks > 0; --blocks) {
      bench->lanes[0]->append_carried({&e, 1});
      bench->lanes[0]->offer(journal::turn_end::busy);
      bench->writer->work();
    }
  }
  std::uint64_t left() { return bench->state.given.value() - bench->state.used.value(); }
};

TEST_F(carry_on_a_full_disk, is_asked_for_when_a_quarter_of_the_log_is_dead) {
  start_full(10 * block);
  bench->keep();
  EXPECT_EQ(wanted(), 2U);
  bench->put(0, durability::disk, "carried");
  bench->lanes[0]->carried(wanted());
  bench->settle();
  EXPECT_FALSE(has(1));
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::open) << "a small segment more";
}

TEST_F(carry_on_a_full_disk, deletes_leave_room_for_it) {
  start_full(1000 * block);
  bench->keep();
  EXPECT_EQ(wanted(), 0U) << "all of it is alive";
  while (bench->lanes[0]->admits() == journal::admission::reserved) put(1);
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::held) << "the keeper has not looked";
  EXPECT_GE(left(), bench->state.kept_for_carrying.get());
  bench->keep();
  EXPECT_EQ(wanted(), 2U) << "what deletes wrote is dead in any case";
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::held);
}

TEST_F(carry_on_a_full_disk, lanes_are_refused_when_it_has_gone_through_the_log_in_vain) {
  start_full(1000 * block, 60);
  while (bench->lanes[0]->admits() == journal::admission::reserved) put(1);
  const std::uint64_t before = left();
  std::size_t rounds = 0;
  for (; bench->settle(), wanted() > oldest(); ++rounds) {
    ASSERT_LT(rounds, 20U) << "it goes on for ever";
    std::vector<std::uint64_t> sizes;
    for (std::uint64_t n = oldest(); n < wanted(); ++n) {
      sizes.push_back(disk.files.at(journal::segment_name(n))->durable.size() / block - 2);
    }
    for (const std::uint64_t blocks : sizes) carry_blocks(blocks);  // all of it is alive
    bench->lanes[0]->carried(wanted());
    bench->settle();
  }
  EXPECT_GT(rounds, 1U);
  EXPECT_LE(left(), before);
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::full);
  bench->lanes[0]->live({.bytes = 0});
  bench->settle();
  EXPECT_GT(wanted(), oldest()) << "something has died";
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::held);
}

TEST_F(carry_on_a_full_disk, what_is_kept_for_it_is_let_go_of_as_it_is_carried) {
  start_full(10 * block);
  bench->keep();
  ASSERT_EQ(wanted(), 2U);
  const std::uint64_t kept = bench->state.kept_for_carrying.get();
  const std::uint64_t room = left();
  carry_blocks(10);
  bench->keep();
  EXPECT_NEAR(static_cast<double>(kept - bench->state.kept_for_carrying.get()),
              static_cast<double>(room - left()), static_cast<double>(block));
}

TEST_F(carry_on_a_full_disk, a_log_within_one_segment_is_carried_into_the_next) {
  start(1, UINT64_MAX / 4);
  disk.capacity = disk.bytes();
  bench->lanes[0]->live({.bytes = 0});
  std::size_t blocks = 0;
  for (; !bench->state.disk_full.get(); blocks += 4) {
    put(4);
    bench->keep();
  }
  ASSERT_LT(blocks, 24U) << "the segment is not full";
  EXPECT_EQ(wanted(), 0U);
  bench->settle();
  EXPECT_EQ(bench->state.current.value(), 2U);
  EXPECT_EQ(wanted(), 2U);
}

TEST_F(carry_on_a_full_disk, is_not_begun_without_room_for_what_is_alive) {
  start_full(1000 * block);
  const std::uint64_t append = (12 + 1) * block;
  while (left() >= 2 * append) put(1);  // nobody asked whether it may
  bench->lanes[0]->live({.bytes = 0});
  bench->keep();
  EXPECT_EQ(wanted(), 0U);
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::full);
  disk.capacity = UINT64_MAX;
  bench->pass_ms(200);
  bench->keep();
  EXPECT_EQ(bench->lanes[0]->admits(), journal::admission::open);
}

TEST(space_plan, keeps_room_for_the_largest_segment_before_anything_else_grows) {
  journal::space s{.all = 400, .log = 320, .newest = 10, .largest = 100, .round = 20, .append = 5};
  s.segment = 100;
  s.segment_min = 20;
  EXPECT_EQ(journal::carry_room(s), 20U + 5 + 5);
  EXPECT_EQ(journal::kept_for_carrying(s), 100U + 25 + 10 + 5);
  EXPECT_EQ(journal::kept_for_deletes(s), 50U);
  EXPECT_EQ(journal::reserve(s), 140U + 50);
  s.newest = 300;
  EXPECT_EQ(journal::reserve(s), 300U);
}

TEST(space_plan, keeps_what_a_log_of_small_messages_grows_by_but_no_more_than_four_segments) {
  journal::space s{.log = 320, .growth = 60, .append = 8, .segment = 100};
  EXPECT_EQ(journal::kept_for_carrying(s), 10U + 60 + 8);
  s.growth = 100'000;
  EXPECT_EQ(journal::kept_for_carrying(s), 400U + 8);
  s.lanes = 3;
  EXPECT_EQ(journal::kept_for_carrying(s), 400U + 8 + 2 * 2);
}

TEST(space_plan, counts_what_was_carried_and_what_is_coming) {
  journal::space s{.largest = 100, .append = 8, .segment = 100};
  s.carried = 30;
  EXPECT_EQ(journal::kept_for_carrying(s), 95U + 8);
  s.coming = 80;
  EXPECT_EQ(journal::kept_for_carrying(s), 15U + 8);
  s.coming = 500;
  EXPECT_EQ(journal::kept_for_carrying(s), 8U);
}

TEST(space_plan, asks_for_carrying_when_half_of_what_deletes_have_is_gone) {
  journal::space s{.all = 400, .append = 5, .segment = 100, .segment_min = 20, .full = true};
  const std::uint64_t kept = journal::kept_for_carrying(s);
  s.left = kept + 25;
  EXPECT_FALSE(journal::runs_short(s));
  s.left = kept + 24;
  EXPECT_TRUE(journal::runs_short(s));
  EXPECT_FALSE(journal::is_short(s));
  s.left = kept + 4;
  EXPECT_TRUE(journal::is_short(s));
  s.full = false;
  EXPECT_FALSE(journal::runs_short(s));
  EXPECT_FALSE(journal::is_short(s));
}

TEST(space_plan, has_one_more_spare_made_while_there_is_too_little) {
  journal::space s{.all = 400, .newest = 10, .largest = 100, .append = 5, .segment = 100};
  s.left = journal::reserve(s) + 9;
  EXPECT_TRUE(journal::too_little(s));
  ++s.left;
  EXPECT_FALSE(journal::too_little(s));
}

}  // namespace
