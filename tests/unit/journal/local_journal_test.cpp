// The whole journal: open, recover, write, close, open again; without threads and with them.
#include "journal/local_journal.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "memory_storage.hpp"
#include "sync/virtual_clock.hpp"

namespace {

using namespace millrace;
using journal::local_journal;
using test::memory_disk;
using test::memory_storage;

constexpr std::uint64_t block = journal::format::block;

journal::position append(journal::journal& lane, durability level, const std::string& what) {
  journal::entry e;
  e.level = level;
  e.extra = as_bytes(what);
  return lane.append({&e, 1});
}

/// One life of the journal on a disk.
struct life {
  explicit life(memory_disk& disk, std::uint32_t lanes = 1, bool threads = false,
                bool gathers = false) {
    local_journal::options wanted;
    wanted.lanes = lanes;
    wanted.threads = threads;
    wanted.gathers = gathers;
    wanted.segment_bytes = 64 * block;
    wanted.segment_bytes_min = 32 * block;
    wanted.append_bytes_max = 12 * block;
    wanted.log_bytes_slack = 256 * block;
    wanted.incarnation = 5;
    wanted.fresh.id = {9, 9};
    if (!threads) wanted.clock = &clock;
    std::string why;
    log = local_journal::open(std::make_unique<memory_storage>(disk), wanted, why).value();
    report = log->recover([&](const journal::format::stored_entry& e, std::uint64_t sequence) {
                  EXPECT_TRUE(found.empty() || sequence == last_sequence + 1);
                  last_sequence = sequence;
                  found.emplace_back(as_text(e.value.extra));
                  segments.push_back(e.segment);
                })
                 .value();
    for (std::uint32_t i = 0; i < lanes; ++i) log->set_bell(i, bells.emplace_back());
    log->start(report).value();
  }
  journal::journal& lane(std::uint32_t i = 0) { return log->of_lane(i); }
  void put(const std::string& what, durability level = durability::disk) {
    append(lane(), level, what);
    lane().offer(journal::turn_end::busy);
    while (log->work()) {
    }
  }

  sync::virtual_clock clock{1'000'000};
  std::deque<sync::doorbell> bells;
  std::unique_ptr<local_journal> log;
  std::uint64_t last_sequence = 0;
  std::vector<std::string> found;
  std::vector<std::uint64_t> segments;  ///< of them
  journal::recovery_report report;
};

/// What a killed process leaves, or a power cut.
std::unique_ptr<memory_disk> copy_of(const memory_disk& disk, bool power_cut) {
  auto copy = std::make_unique<memory_disk>();
  for (const auto& [name, content] : disk.files) {
    copy->files[name] = std::make_shared<test::memory_file>(*content);
  }
  if (power_cut) copy->cut_power();
  return copy;
}

TEST(local_journal, goes_on_where_a_clean_close_ended) {
  memory_disk disk;
  {
    life one(disk);
    EXPECT_TRUE(one.found.empty());
    one.put("a");
    one.put("b", durability::os);
  }
  life two(disk);
  EXPECT_EQ(two.found, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(two.report.end.clean);
  EXPECT_TRUE(two.report.findings.empty());
  two.put("c");
  EXPECT_EQ(two.log->statistics().entries, 1U);
  two.log.reset();
  life three(disk);
  EXPECT_EQ(three.found, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(three.report.end.segment, 1U) << "in the same segment";
}

TEST(local_journal, a_group_that_waits_for_more_is_written_at_close) {
  memory_disk disk;
  {
    life one(disk, 1, false, true);
    disk.before = [&](test::io_call, const std::string&) {
      one.clock.advance(100'000);
      return journal::io_status::ok;
    };
    append(one.lane(), durability::disk, "a");
    one.lane().offer(journal::turn_end::busy);
    EXPECT_TRUE(one.log->write());
    disk.before = {};
    append(one.lane(), durability::disk, "b");
    one.lane().offer(journal::turn_end::busy);
    EXPECT_FALSE(one.log->write());
    EXPECT_EQ(one.log->statistics().entries, 1U);
  }
  life two(disk);
  EXPECT_EQ(two.found, (std::vector<std::string>{"a", "b"}));
}

TEST(local_journal, recovery_says_in_which_segment_an_entry_lies) {
  memory_disk disk;
  std::vector<std::uint32_t> epochs;
  {
    life one(disk);
    for (int i = 0; i < 30; ++i) {
      epochs.push_back(one.lane().epoch());
      one.put(std::string(5 * block, 'x'));
    }
  }
  life two(disk);
  ASSERT_EQ(two.segments.size(), epochs.size());
  for (std::size_t i = 0; i < epochs.size(); ++i) EXPECT_GE(two.segments[i], epochs[i]);
  EXPECT_GT(two.segments.back(), 2U);
}

TEST(local_journal, close_writes_what_was_appended) {
  memory_disk disk;
  {
    life one(disk, 2);
    append(one.lane(0), durability::disk, "a");
    append(one.lane(1), durability::os, "b");
  }
  disk.cut_power();
  life two(disk);
  EXPECT_EQ(two.found, (std::vector<std::string>{"a", "b"}));
}

TEST(local_journal, a_killed_process_loses_nothing_that_was_acknowledged) {
  memory_disk disk;
  life one(disk);
  std::vector<std::string> sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(std::to_string(i) + std::string(5000, '.'));
    one.put(sent.back(), i % 3 == 0 ? durability::disk : durability::os);
    if (i % 7 != 0) continue;
    const auto killed = copy_of(disk, false);
    life two(*killed, 2);
    EXPECT_EQ(two.found, sent);
    EXPECT_FALSE(two.report.damaged());
    two.put("more");
    const auto again = copy_of(*killed, false);
    life three(*again);
    EXPECT_EQ(three.found.size(), sent.size() + 1);
    EXPECT_FALSE(three.report.damaged());
  }
}

TEST(local_journal, a_power_cut_leaves_a_prefix_with_all_that_was_synced) {
  memory_disk disk;
  life one(disk);
  std::vector<std::string> sent;
  std::size_t synced = 0;
  for (int i = 0; i < 100; ++i) {
    const bool durable = i % 5 == 0;
    sent.push_back(std::to_string(i) + std::string(6000, '.'));
    one.put(sent.back(), durable ? durability::disk : durability::os);
    if (durable) synced = sent.size();
    const auto cut = copy_of(disk, true);
    life two(*cut);
    ASSERT_GE(two.found.size(), synced);
    ASSERT_LE(two.found.size(), sent.size());
    EXPECT_TRUE(std::equal(two.found.begin(), two.found.end(), sent.begin()));
    EXPECT_FALSE(two.report.damaged());
  }
}

TEST(local_journal, spares_are_taken_over_and_a_bad_one_is_left_alone) {
  memory_disk disk;
  { life one(disk); }
  ASSERT_EQ(disk.files.size(), 2U) << "identity and the first segment: nothing was kept";
  {
    life one(disk);
    one.put("a");
  }
  ASSERT_EQ(disk.files.size(), 4U);
  auto& bad = *disk.files.begin()->second;
  ASSERT_EQ(bad.name, "0000000000000001.seg");
  auto& spare = *disk.files.at("0000000000000003.seg");
  spare.cached[20] ^= std::byte{1};
  spare.durable = spare.cached;
  const auto before = spare.cached;
  disk.files["0000000000000004.tmp"] = std::make_shared<test::memory_file>();
  life two(disk);
  EXPECT_EQ(two.found, std::vector<std::string>{"a"});
  for (int i = 0; i < 40; ++i) two.put(std::string(4 * block, 'x'));
  EXPECT_FALSE(two.log->statistics().failed);
  EXPECT_EQ(disk.files.at("0000000000000003.seg")->cached, before);
  EXPECT_FALSE(disk.files.contains("0000000000000004.tmp"));
}

TEST(local_journal, carries_over_many_generations_with_a_bounded_log) {
  memory_disk disk;
  std::uint64_t most = 0;
  for (int generation = 0; generation < 5; ++generation) {
    life one(disk);
    ASSERT_FALSE(one.found.empty() && generation != 0);
    std::uint32_t carried = 0;
    for (int i = 0; i < 300; ++i) {
      one.put(std::string(3 * block, 'x'));
      if (one.lane().carry_wanted() > carried) {
        carried = one.lane().carry_wanted();
        one.put("carried");
        one.lane().carried(carried);
      }
      most = std::max(most, one.log->statistics().log_bytes);
    }
    EXPECT_GT(carried, 0U);
    EXPECT_EQ(one.log->last_error(), "");
  }
  EXPECT_LT(most, 500 * block);
  EXPECT_LT(disk.bytes(), 900 * block);
}

TEST(local_journal, says_why_it_does_not_open) {
  struct held final : journal::storage {
    journal::io_status lock() noexcept override { return journal::io_status::busy; }
    journal::io_status list(std::vector<std::string>&) noexcept override { return {}; }
    journal::io_status open(std::string_view, bool,
                            std::unique_ptr<journal::file>&) noexcept override {
      return {};
    }
    journal::io_status create(std::string_view, std::unique_ptr<journal::file>&) noexcept override {
      return {};
    }
    journal::io_status rename(std::string_view, std::string_view) noexcept override { return {}; }
    journal::io_status remove(std::string_view) noexcept override { return {}; }
    journal::io_status sync_directory() noexcept override { return {}; }
    [[nodiscard]] std::string last_error() const override { return "somebody else has it"; }
  };
  std::string why;
  EXPECT_EQ(local_journal::open(std::make_unique<held>(), {}, why).error(), errc::data_dir_in_use);
  EXPECT_EQ(why, "somebody else has it");
}

/// A lane's thread as far as the journal sees it: turns, and sleep when nothing moves.
void run_lane(life& of, std::uint32_t number, int count) {
  journal::journal& lane = of.lane(number);
  std::uint32_t carried = 0;
  journal::position last = 0;
  for (int i = 0; i < count;) {
    if (lane.carry_wanted() > carried) {
      carried = lane.carry_wanted();
      lane.carried(carried);
    }
    if (lane.admits() == journal::admission::open) {
      const auto level = i % 4 == 0 ? durability::os : durability::disk;
      last = append(lane, level, std::to_string(number) + "-" + std::to_string(i++));
    } else {
      std::this_thread::yield();
    }
    lane.offer(journal::turn_end::busy);
  }
  while (lane.reached(durability::disk) < last) {
    lane.offer(journal::turn_end::asleep);
    sync::doorbell& bell = of.bells[number];
    bell.prepare_to_sleep();
    if (lane.reached(durability::disk) < last && !lane.failed()) {
      bell.wait(base::monotonic_ns() + base::ns_per_s);
    } else {
      bell.cancel();
    }
  }
}

TEST(local_journal_threads, commits_for_several_lanes_at_once) {
  memory_disk disk;
  constexpr int count = 3000;
  {
    life one(disk, 2, true);
    std::thread other([&] { run_lane(one, 1, count); });
    run_lane(one, 0, count);
    other.join();
    EXPECT_EQ(one.log->last_error(), "");
    EXPECT_EQ(one.log->statistics().entries, std::uint64_t{2} * count);
  }
  life two(disk);
  std::vector<int> seen[2];  // the oldest segments are gone: their state was carried, says the test
  for (const std::string& e : two.found) {
    seen[static_cast<std::size_t>(e[0] - '0')].push_back(std::stoi(e.substr(2)));
  }
  for (const auto& numbers : seen) {
    ASSERT_FALSE(numbers.empty());
    EXPECT_EQ(numbers.back(), count - 1);
    EXPECT_EQ(numbers.back() - numbers.front() + 1, static_cast<int>(numbers.size()));
  }
  EXPECT_FALSE(two.report.damaged());
}

}  // namespace
