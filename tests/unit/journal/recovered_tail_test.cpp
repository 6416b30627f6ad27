// What an earlier process has left in the page cache only, and its successor builds on.
#include <gtest/gtest.h>

#include "journal/local_journal.hpp"
#include "sim_storage.hpp"
#include "sync/virtual_clock.hpp"

namespace {

using namespace millrace;
using journal::io_status;
using journal::local_journal;
using sim::crash_kind;
using sim::disk_call;
using sim::sim_disk;

constexpr std::uint64_t block = journal::format::block;

std::unique_ptr<local_journal> open(sim_disk& disk, std::uint32_t incarnation,
                                    const base::clock& clock) {
  local_journal::options wanted;
  wanted.threads = false;
  wanted.segment_bytes = 24 * block;
  wanted.segment_bytes_min = 16 * block;
  wanted.append_bytes_max = 10 * block;
  wanted.incarnation = incarnation;
  wanted.fresh.id = {1, 2, 3};
  wanted.clock = &clock;
  std::string why;
  return local_journal::open(std::make_unique<sim::sim_storage>(disk), wanted, why).value();
}

struct life {
  life(sim_disk& disk, std::uint32_t incarnation) {
    log = open(disk, incarnation, clock);
    report = log->recover([&](const journal::format::stored_entry& e, std::uint64_t) {
                  found.emplace_back(as_text(e.value.extra));
                })
                 .value();
    log->start(report).value();
  }
  void append(const std::string& what, durability level) {
    journal::entry e;
    e.level = level;
    e.extra = as_bytes(what);
    log->of_lane(0).append({&e, 1});
    log->of_lane(0).offer(journal::turn_end::asleep);
  }
  void put(const std::string& what, durability level) {
    append(what, level);
    while (log->work()) {
    }
  }

  sync::virtual_clock clock{1'000'000};
  std::unique_ptr<local_journal> log;
  std::vector<std::string> found;
  journal::recovery_report report;
};

using texts = std::vector<std::string>;

TEST(recovered_tail, what_a_failed_sync_has_dropped_is_written_again) {
  for (std::uint64_t seed = 1; seed <= 32; ++seed) {
    sim_disk disk(seed);
    {
      life first(disk, 1);
      first.put("kept in the page cache", durability::os);
      disk.fail_nth(disk_call::sync, 1, io_status::failed);
    }  // syncs, for its seal
    {
      life second(disk, 2);
      ASSERT_EQ(second.found, texts{"kept in the page cache"});
      second.put("durable", durability::disk);
      disk.crash(crash_kind::power);
    }
    const life third(disk, 3);
    EXPECT_EQ(third.found, (texts{"kept in the page cache", "durable"})) << seed;
    EXPECT_FALSE(third.report.damaged()) << seed;
  }
}

TEST(recovered_tail, a_segment_named_by_a_process_that_was_killed_keeps_its_name) {
  for (std::uint64_t seed = 1; seed <= 32; ++seed) {
    sim_disk disk(seed);
    life(disk, 1).put("first", durability::disk);
    {
      life second(disk, 2);
      disk.fail_nth(disk_call::sync_directory, 1, io_status::failed);
      const std::string large(6 * block, 'x');
      for (int i = 0; i < 4; ++i) second.put(large, durability::disk);  // until one more is named
      ASSERT_FALSE(second.log->last_error().empty());
      disk.crash(crash_kind::kill);
    }
    texts before;
    {
      life third(disk, 3);
      before = third.found;
      third.put("durable", durability::disk);
      before.emplace_back("durable");
      disk.crash(crash_kind::power);
    }
    EXPECT_EQ(life(disk, 4).found, before) << seed;
  }
}

TEST(recovered_tail, the_first_segment_keeps_a_name_that_was_never_synced) {
  for (std::uint64_t seed = 1; seed <= 32; ++seed) {
    sim_disk disk(seed);
    {
      const sync::virtual_clock clock{1'000'000};
      const auto first = open(disk, 1, clock);
      const auto report = first->recover([](const auto&, std::uint64_t) {}).value();
      disk.fail_nth(disk_call::sync_directory, 1, io_status::failed);
      ASSERT_FALSE(first->start(report));
      disk.crash(crash_kind::kill);
    }
    {
      life second(disk, 2);
      second.append("durable", durability::disk);
      ASSERT_TRUE(second.log->work());  // one write; the keeper names no other segment yet
      ASSERT_EQ(second.log->of_lane(0).reached(durability::disk), 1U);
      disk.crash(crash_kind::power);
    }
    EXPECT_EQ(life(disk, 3).found, texts{"durable"}) << seed;
  }
}

TEST(recovered_tail, a_log_that_does_not_end_with_a_seal_gets_one_from_the_next_life) {
  sim_disk disk(1);
  {
    life first(disk, 1);
    first.put("acked", durability::disk);
    disk.crash(crash_kind::kill);
  }
  EXPECT_FALSE(life(disk, 2).report.end.sealed);
  EXPECT_TRUE(life(disk, 3).report.end.sealed);
}

}  // namespace
