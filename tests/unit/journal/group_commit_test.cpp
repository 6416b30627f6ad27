// Groups, and how far each lane has come when.
#include <gtest/gtest.h>
#include <time.h>

#include "log_bench.hpp"

namespace {

using namespace millrace;
using journal::io_status;
using test::io_call;
using test::log_bench;

struct group_commit : testing::Test {
  void start(std::size_t lanes = 1, bool gathers = false) {
    bench =
        std::make_unique<log_bench>(disk, log_bench::options{.lanes = lanes, .gathers = gathers});
    ASSERT_EQ(bench->start(), errc::ok);
    bench->keep();
  }
  journal::position reached(std::size_t lane, durability level) {
    return bench->lanes[lane]->reached(level);
  }

  test::memory_disk disk;
  std::unique_ptr<log_bench> bench;
};

TEST_F(group_commit, acknowledges_from_the_write_and_not_before) {
  start();
  disk.before = [&](io_call call, const std::string&) {
    EXPECT_EQ(call, io_call::write_durable);
    EXPECT_EQ(reached(0, durability::disk), 0U);
    EXPECT_EQ(reached(0, durability::os), 0U);
    return io_status::ok;
  };
  EXPECT_EQ(bench->put(0, durability::disk, "one"), 1U);
  EXPECT_EQ(reached(0, durability::memory), 1U);
  EXPECT_EQ(reached(0, durability::disk), 0U);
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(reached(0, durability::disk), 1U);
  EXPECT_EQ(reached(0, durability::os), 1U);
  EXPECT_FALSE(bench->writer->work());
}

TEST_F(group_commit, what_arrives_during_a_write_goes_into_the_next_one) {
  start(2);
  bench->put(0, durability::disk, "a");
  disk.before = [&](io_call, const std::string&) {
    disk.before = {};
    bench->put(0, durability::disk, "b");
    bench->put(1, durability::disk, "c");
    bench->put(0, durability::disk, "d");
    return io_status::ok;
  };
  bench->writer->work();
  EXPECT_EQ(reached(0, durability::disk), 1U);
  EXPECT_FALSE(bench->writer->work()) << "the lanes keep what they have until somebody is hungry";
  for (const auto& lane : bench->lanes) lane->offer(journal::turn_end::busy);
  bench->writer->work();
  EXPECT_EQ(reached(0, durability::disk), 3U);
  EXPECT_EQ(reached(1, durability::disk), 1U);

  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[0].entries, std::vector<std::string>{"a"});
  EXPECT_EQ(log[1].entries, (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(log[2].entries, std::vector<std::string>{"c"});
  EXPECT_EQ(log[0].header.group, 1U);
  EXPECT_EQ(log[1].header.group, 2U);
  EXPECT_EQ(log[2].header.group, 2U);
  EXPECT_EQ(log[1].header.flags, 0);
  EXPECT_EQ(log[2].header.flags, journal::format::batch_header::last_of_group);
}

/// Writes one group, which takes 100 us.
void write_first(log_bench& bench, test::memory_disk& disk) {
  disk.before = [&](io_call, const std::string&) {
    disk.before = {};
    bench.clock.advance(100'000);
    bench.put(0, durability::disk, "meanwhile");
    return io_status::ok;
  };
  bench.put(0, durability::disk, "first");
  ASSERT_TRUE(bench.writer->work());
}

TEST_F(group_commit, waits_for_what_follows_from_the_acks_of_the_last_group) {
  start(1, true);
  write_first(*bench, disk);
  EXPECT_FALSE(bench->writer->work());
  bench->put(0, durability::disk, "again");  // a turn in which something was done
  EXPECT_FALSE(bench->writer->work());
  bench->lanes[0]->offer(journal::turn_end::idle);
  EXPECT_FALSE(bench->writer->work()) << "the acks may have come during that turn";
  bench->lanes[0]->offer(journal::turn_end::idle);
  EXPECT_TRUE(bench->writer->work());
  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[1].entries, (std::vector<std::string>{"meanwhile", "again"}));
}

/// An entry with a body of as much as a lane hands over before its turn is over.
struct large_entry {
  large_entry() {
    value.body = {reinterpret_cast<sync::block*>(memory), sizeof(sync::block), body_bytes};
  }
  static constexpr std::uint32_t body_bytes = 64 * 1024;
  alignas(sync::block) std::byte memory[sizeof(sync::block) + body_bytes]{};
  journal::entry value;
};

struct large_group_commit : group_commit {
  void SetUp() override {
    bench = std::make_unique<log_bench>(
        disk, log_bench::options{.append_bytes_max = 20 * log_bench::block, .gathers = true});
    ASSERT_EQ(bench->start(), errc::ok);
    bench->keep();
  }
  /// Whether the lane leaves CRCs to the committer, which asks for what it says.
  bool leaves_crcs(std::span<const journal::entry> entries, journal::appetite asked) {
    journal::lane_log& lane = *bench->lanes[0];
    bench->state.wanted.set(asked);
    EXPECT_EQ(lane.admits(), journal::admission::open);
    lane.append(entries);
    lane.offer(journal::turn_end::asleep);
    journal::batch_buffer* const batch = lane.take();
    const bool leaves = batch->crcs_missing;
    lane.give_back(batch);
    return leaves;
  }
};

TEST_F(large_group_commit, lanes_leave_crcs_to_a_committer_that_waits_or_has_no_syncs) {
  const large_entry large;
  const std::span<const journal::entry> much(&large.value, 1);
  journal::entry small;
  EXPECT_TRUE(leaves_crcs(much, journal::appetite::settled));
  EXPECT_TRUE(leaves_crcs(much, journal::appetite::any));
  EXPECT_FALSE(leaves_crcs(much, journal::appetite::none));
  EXPECT_FALSE(leaves_crcs({&small, 1}, journal::appetite::settled));
  journal::entry cached;
  cached.level = durability::os;
  EXPECT_TRUE(leaves_crcs({&cached, 1}, journal::appetite::none));
}

TEST_F(large_group_commit, entries_have_their_crcs_whoever_takes_them) {
  write_first(*bench, disk);
  ASSERT_EQ(bench->state.wanted.get(), journal::appetite::settled);
  const large_entry large;
  bench->lanes[0]->append({&large.value, 1});
  EXPECT_FALSE(bench->writer->work()) << "it waits, and has one batch";
  bench->put(0, durability::disk, "again");
  for (int i = 0; i < 2; ++i) bench->lanes[0]->offer(journal::turn_end::idle);
  EXPECT_TRUE(bench->writer->work());
  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[1].header.group, log[2].header.group);
  EXPECT_EQ(log[1].entries, (std::vector<std::string>{"meanwhile", ""}));
  EXPECT_EQ(log[2].entries, std::vector<std::string>{"again"});
  EXPECT_EQ(reached(0, durability::disk), 4U);
}

TEST_F(group_commit, waits_for_busy_lanes_no_longer_than_a_write_takes) {
  start(2, true);
  write_first(*bench, disk);
  bench->put(0, durability::disk, "again");
  bench->clock.advance(99'000);
  EXPECT_FALSE(bench->writer->work());
  bench->clock.advance(1'000);
  EXPECT_FALSE(bench->writer->work()) << "nothing has been handed over, now it asks for it";
  bench->lanes[0]->offer(journal::turn_end::busy);
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(reached(0, durability::disk), 3U);
}

TEST_F(group_commit, a_lane_that_sleeps_is_not_waited_for) {
  start(2, true);
  write_first(*bench, disk);
  bench->lanes[0]->offer(journal::turn_end::asleep);
  bench->lanes[0]->offer(journal::turn_end::asleep);
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(reached(0, durability::disk), 2U);
}

TEST_F(group_commit, keeps_its_processor_awake_during_durable_writes_and_no_others) {
  sync::idle_guard guard;
  ASSERT_TRUE(guard.start({.name = "guard", .watch_ns_max = 3600 * base::ns_per_s}));
  bench = std::make_unique<log_bench>(disk, log_bench::options{.guard = &guard});
  ASSERT_EQ(bench->start(), errc::ok);
  bench->keep();
  std::vector<io_call> watched;
  disk.before = [&](io_call call, const std::string&) {
    const timespec moment{.tv_sec = 0, .tv_nsec = 200'000};  // as long as a device takes
    const std::uint64_t before = guard.looks();
    for (int i = 0; i < (call == io_call::write_durable ? 100'000 : 10); ++i) {
      clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
      if (guard.looks() == before) continue;
      watched.push_back(call);
      break;
    }
    return io_status::ok;
  };
  bench->put(0, durability::os, "a");
  bench->settle();
  EXPECT_TRUE(watched.empty());
  bench->put(0, durability::disk, "b");  // what is in the page cache only needs a sync
  bench->settle();
  bench->put(0, durability::disk, "c");
  bench->settle();
  EXPECT_FALSE(watched.empty());
  EXPECT_EQ(watched.back(), io_call::write_durable);
  EXPECT_EQ(reached(0, durability::disk), 3U);
}

TEST_F(group_commit, numbers_and_chains_batches) {
  start(2);
  for (int i = 0; i < 20; ++i) {
    bench->append(0, durability::disk, "x");
    bench->append(0, durability::disk, "y");
    bench->put(0, durability::disk, "z");
    bench->put(1, durability::os, std::string(5000, 'b'));
    bench->settle();
  }
  std::uint32_t crc = 0;
  std::uint64_t sequence = 1;
  std::uint64_t group = 0;
  std::uint32_t ordinals[2] = {};
  for (const auto& batch : bench->read_all()) {
    EXPECT_EQ(batch.header.previous_crc, crc);
    EXPECT_EQ(batch.header.first_sequence, sequence);
    EXPECT_EQ(batch.header.ordinal, ++ordinals[batch.header.lane]);
    EXPECT_EQ(batch.header.incarnation, log_bench::incarnation);
    EXPECT_GE(batch.header.group, group);
    EXPECT_LE(batch.header.group, group + 1);
    group = batch.header.group;
    crc = batch.crc;
    sequence += batch.header.entries;
  }
  EXPECT_EQ(sequence, 81U);
}

TEST_F(group_commit, groups_go_on_above_those_of_a_torn_tail) {
  bench = std::make_unique<log_bench>(disk, log_bench::options{});
  journal::recovery_report report;
  report.end.next_sequence = 100;
  report.end.complete_group = 4;
  report.end.next_group = 9;
  ASSERT_EQ(bench->start(report), errc::ok);
  bench->put(0, durability::disk, "x");
  bench->settle();
  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].header.group, 9U);
  EXPECT_EQ(log[0].header.synced_group, 4U);
}

TEST_F(group_commit, the_header_is_repeated_as_trailer) {
  start();
  bench->put(0, durability::disk, std::string(3000, 't'));
  bench->settle();
  const auto log = bench->read(1);
  ASSERT_EQ(log.size(), 1U);
  const auto& bytes = disk.files.at(journal::segment_name(1))->durable;
  const auto end = log[0].offset + log[0].header.place_bytes();
  EXPECT_EQ(std::memcmp(&bytes[log[0].offset], &bytes[end - 64], 64), 0);
}

TEST_F(group_commit, entries_of_level_memory_count_and_are_not_kept) {
  start();
  bench->append(0, durability::memory, "m");
  EXPECT_EQ(reached(0, durability::disk), 1U) << "nothing before it waits";
  bench->append(0, durability::disk, "d");
  bench->append(0, durability::memory, "m");
  EXPECT_EQ(reached(0, durability::disk), 1U) << "it waits for what is before it";
  bench->lanes[0]->offer(journal::turn_end::busy);
  bench->append(0, durability::memory, "m");
  EXPECT_EQ(reached(0, durability::disk), 1U);
  bench->settle();
  EXPECT_EQ(reached(0, durability::disk), 4U);
  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].entries, std::vector<std::string>{"d"});
}

TEST_F(group_commit, a_group_of_level_os_is_written_and_not_synced) {
  start();
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string&) {
    calls.push_back(call);
    return io_status::ok;
  };
  bench->put(0, durability::os, "o");
  bench->writer->work();
  EXPECT_EQ(reached(0, durability::os), 1U);
  EXPECT_EQ(reached(0, durability::disk), 1U) << "it is as durable as its level says";
  EXPECT_EQ(calls, std::vector{io_call::write});
}

TEST_F(group_commit, a_prefix_is_durable_when_levels_mix) {
  start();
  bench->put(0, durability::os, "o");
  bench->settle();
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string&) {
    calls.push_back(call);
    if (call == io_call::sync) {
      EXPECT_EQ(reached(0, durability::os), 3U) << "the operating system has it already";
      EXPECT_EQ(reached(0, durability::disk), 1U);
    }
    return io_status::ok;
  };
  bench->append(0, durability::disk, "d");
  bench->put(0, durability::os, "p");
  bench->settle();
  EXPECT_EQ(calls, (std::vector{io_call::write, io_call::sync}));
  EXPECT_EQ(reached(0, durability::disk), 3U);
  bench->put(0, durability::disk, "e");
  bench->settle();
  EXPECT_EQ(calls.back(), io_call::write_durable) << "nothing is dirty any more";
  disk.before = {};
  disk.cut_power();
  EXPECT_EQ(bench->read_all().size(), 3U);
  EXPECT_EQ(bench->read_all()[0].header.synced_group, 0U);
  EXPECT_EQ(bench->read_all()[1].header.synced_group, 0U);
  EXPECT_EQ(bench->read_all()[2].header.synced_group, 2U);
}

TEST_F(group_commit, two_batches_of_a_lane_in_one_group_become_written_and_then_durable) {
  start();
  bench->put(0, durability::os, "o");
  bench->settle();
  for (const char* what : {"a", "b"}) {
    bench->append(0, durability::disk, what);
    bench->lanes[0]->offer(journal::turn_end::asleep);
  }
  bench->settle();
  EXPECT_EQ(reached(0, durability::disk), 3U);
  EXPECT_EQ(bench->read_all().back().header.group, 2U);
}

TEST_F(group_commit, an_append_that_makes_another_way_is_not_acknowledged_with_it) {
  bench = std::make_unique<log_bench>(
      disk, log_bench::options{.append_bytes_max = 16 * log_bench::block});
  ASSERT_EQ(bench->start(), errc::ok);
  bench->keep();
  bench->append(0, durability::disk, std::string(15 * log_bench::block, 'a'));
  bench->append(0, durability::disk, std::string(15 * log_bench::block, 'b'));
  bench->writer->work();
  EXPECT_EQ(reached(0, durability::disk), 1U);
  bench->settle();
  EXPECT_EQ(reached(0, durability::disk), 2U);
}

TEST_F(group_commit, rings_a_lane_when_it_has_come_further) {
  start(2);
  bench->put(0, durability::disk, "a");
  bench->bells[0].prepare_to_sleep();
  bench->bells[1].prepare_to_sleep();
  bench->writer->work();
  EXPECT_TRUE(bench->bells[0].cancel());
  EXPECT_FALSE(bench->bells[1].cancel());
}

TEST_F(group_commit, a_lane_that_goes_to_sleep_hands_over_in_any_case) {
  start(2);
  bench->put(0, durability::disk, "a");
  disk.before = [&](io_call, const std::string&) {
    disk.before = {};
    bench->append(1, durability::disk, "b");
    bench->lanes[1]->offer(journal::turn_end::asleep);
    return io_status::ok;
  };
  bench->writer->work();
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(reached(1, durability::disk), 1U);
}

TEST_F(group_commit, writes_one_seal_after_a_quiet_moment) {
  start();
  bench->put(0, durability::disk, "a");
  bench->settle();
  bench->pass_ms(9);
  EXPECT_FALSE(bench->writer->work());
  EXPECT_EQ(bench->read_all().size(), 1U);
  bench->pass_ms(1);
  EXPECT_TRUE(bench->writer->work());
  bench->pass_ms(100);
  EXPECT_FALSE(bench->writer->work()) << "one is enough";
  const auto log = bench->read_all();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[1].header.flags, 3);
  EXPECT_EQ(log[1].header.entries, 0U);
  EXPECT_EQ(log[1].header.synced_group, 1U);
  bench->put(0, durability::disk, "b");
  bench->settle();
  EXPECT_EQ(bench->read_all()[2].header.first_sequence, 2U);
}

TEST_F(group_commit, a_seal_stands_behind_a_sync_of_everything) {
  start();
  bench->put(0, durability::os, "a");
  bench->settle();
  bench->pass_ms(10);
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string&) {
    calls.push_back(call);
    return io_status::ok;
  };
  bench->settle();
  EXPECT_EQ(calls, (std::vector{io_call::sync, io_call::write, io_call::sync}))
      << "in the page cache too, as what it stands behind";
}

TEST_F(group_commit, a_failed_sync_of_a_seal_in_the_page_cache_is_a_failure) {
  start();
  bench->put(0, durability::os, "a");
  bench->settle();
  bench->pass_ms(10);
  int syncs = 0;
  disk.before = [&](io_call call, const std::string&) {
    return call == io_call::sync && ++syncs == 2 ? io_status::failed : io_status::ok;
  };
  bench->settle();
  EXPECT_EQ(syncs, 2);
  EXPECT_TRUE(bench->lanes[0]->failed());
}

struct failing_journal : group_commit {
  void expect_stopped(journal::position lane0, journal::position lane1) {
    for (int i = 0; i < 3; ++i) {
      bench->put(0, durability::disk, "later");
      bench->append(1, durability::os, "later");
      bench->lanes[1]->offer(journal::turn_end::asleep);
      bench->settle();
      bench->pass_ms(50);
    }
    for (const auto& lane : bench->lanes) EXPECT_TRUE(lane->failed());
    for (const auto level : {durability::os, durability::disk}) {
      EXPECT_EQ(reached(0, level), lane0);
      EXPECT_EQ(reached(1, level), lane1);
    }
    EXPECT_EQ(writes_after, 0);
  }
  void fail_next(io_call which) {
    disk.before = [this, which](io_call call, const std::string&) {
      if (failed) ++writes_after;
      if (call != which) return io_status::ok;
      EXPECT_FALSE(bench->lanes[0]->failed());
      failed = true;
      return io_status::failed;
    };
  }
  bool failed = false;
  int writes_after = 0;
};

TEST_F(failing_journal, acknowledges_nothing_after_a_failed_write) {
  start(2);
  bench->put(0, durability::disk, "a");
  bench->settle();
  bench->put(0, durability::disk, "b");
  fail_next(io_call::write_durable);
  bench->bells[1].prepare_to_sleep();
  bench->settle();
  EXPECT_TRUE(bench->bells[1].cancel()) << "every lane is told";
  EXPECT_NE(bench->writer->error().find("the test said so"), std::string::npos);
  expect_stopped(1, 0);
}

TEST_F(failing_journal, acknowledges_nothing_after_a_failed_sync) {
  start(2);
  bench->put(1, durability::os, "a");
  bench->settle();
  bench->put(0, durability::disk, "b");
  fail_next(io_call::sync);
  bench->settle();
  EXPECT_EQ(reached(0, durability::os), 1U) << "written before the sync, and shown before it";
  bench->lanes[0]->offer(journal::turn_end::asleep);
  EXPECT_EQ(reached(0, durability::disk), 0U);
  EXPECT_TRUE(bench->lanes[0]->failed());
  EXPECT_EQ(writes_after, 0);
}

TEST_F(failing_journal, a_failed_seal_is_a_failure_too) {
  start(2);
  bench->put(0, durability::disk, "a");
  bench->settle();
  bench->pass_ms(10);
  fail_next(io_call::write_durable);
  bench->settle();
  expect_stopped(1, 0);
}

TEST_F(failing_journal, no_space_in_a_commit_is_a_failure) {
  start(2);
  bench->put(0, durability::os, "a");
  disk.before = [&](io_call call, const std::string&) {
    return call == io_call::write ? io_status::no_space : io_status::ok;
  };
  bench->writer->work();
  EXPECT_TRUE(bench->lanes[0]->failed());
  EXPECT_EQ(reached(0, durability::os), 0U);
}

}  // namespace
