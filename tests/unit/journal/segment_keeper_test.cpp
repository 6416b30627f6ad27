// Segments: made ahead, left when full, used again, and what happens when the disk is full.
#include "journal/segment_keeper.hpp"

#include <gtest/gtest.h>

#include "log_bench.hpp"

namespace {

using namespace millrace;
using journal::admission;
using journal::io_status;
using test::io_call;
using test::log_bench;

constexpr std::uint64_t block = log_bench::block;

struct segment_keeper : testing::Test {
  void start(const log_bench::options& wanted = {}) {
    bench = std::make_unique<log_bench>(disk, wanted);
    ASSERT_EQ(bench->start(), errc::ok);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& [name, content] : disk.files) found.push_back(name);
    return found;
  }
  std::uint64_t bytes_of(std::uint64_t number) const {
    const auto found = disk.files.find(journal::segment_name(number));
    return found == disk.files.end() ? 0 : found->second->durable.size();
  }
  /// Writes groups of `blocks` blocks each until admission is something else or `most` are written.
  std::size_t write_while(admission expected, std::size_t blocks, std::size_t most = 1000) {
    std::size_t n = 0;
    while (n < most && bench->lanes[0]->admits() == expected) {
      bench->put(0, durability::disk, std::string(blocks * block - 256, 'w'));
      bench->writer->work();
      ++n;
    }
    return n;
  }

  test::memory_disk disk;
  std::unique_ptr<log_bench> bench;
};

TEST_F(segment_keeper, a_new_directory_gets_one_small_segment_at_once_and_two_spares_later) {
  start();
  EXPECT_EQ(names(), std::vector{journal::segment_name(1)});
  EXPECT_EQ(bytes_of(1), 32 * block);
  EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
  bench->keep();
  EXPECT_EQ(names().size(), 3U);
  EXPECT_EQ(bytes_of(2), 64 * block);
  EXPECT_EQ(bytes_of(3), 64 * block);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto header =
        journal::format::decode_segment(disk.files.at(journal::segment_name(number))->durable);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->number, number);
    EXPECT_EQ(header->bytes, bytes_of(number));
    EXPECT_EQ(header->directory, bench->id);
  }
}

TEST_F(segment_keeper, a_lane_that_sleeps_until_it_is_admitted_is_woken_by_a_new_spare) {
  start();
  write_while(admission::open, 8);
  ASSERT_EQ(bench->lanes[0]->admits(), admission::closed);
  bench->bells[0].cancel();
  bench->bells[0].prepare_to_sleep();
  bench->keep();
  EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
  EXPECT_TRUE(bench->bells[0].cancel());
}

TEST_F(segment_keeper, names_a_segment_only_when_it_is_on_the_device) {
  start();
  std::size_t synced = 0;
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string& name) {
    calls.push_back(call);
    if (call == io_call::rename) {
      synced = disk.files.at(name)->durable.size();
      EXPECT_TRUE(name.ends_with(".tmp"));
      EXPECT_TRUE(journal::format::decode_segment(disk.files.at(name)->durable));
    }
    return io_status::ok;
  };
  while (calls.empty() || calls.back() != io_call::directory) bench->keeper->work();
  EXPECT_EQ(synced, 64 * block);
  EXPECT_EQ(calls[calls.size() - 2], io_call::rename);
}

TEST_F(segment_keeper, a_batch_that_does_not_fit_goes_into_the_next_segment) {
  start();
  bench->keep();
  for (int i = 0; i < 8; ++i) {
    bench->put(0, durability::disk, std::string(5 * block, static_cast<char>('a' + i)));
    bench->settle();
  }
  EXPECT_EQ(bench->read(1).size(), 5U);
  EXPECT_EQ(bench->read(2).size(), 3U);
  EXPECT_EQ(bench->read(2)[0].header.previous_crc, bench->read(1)[4].crc);
  EXPECT_EQ(bench->lanes[0]->epoch(), 2U);
  EXPECT_EQ(names().size(), 4U) << "another spare was made";
}

TEST_F(segment_keeper, a_segment_that_is_left_unsynced_is_synced_before_anything_becomes_durable) {
  start();
  bench->keep();
  std::vector<std::string> calls;
  disk.before = [&](io_call call, const std::string& name) {
    if (!name.ends_with(".seg")) return io_status::ok;
    const char* what = call == io_call::sync    ? "sync "
                       : call == io_call::write ? "write "
                                                : "write through ";
    calls.push_back(what + name.substr(15, 1));
    return io_status::ok;
  };
  const auto put = [&](durability level) {
    bench->put(0, level, std::string(15 * block, 'a'));
    bench->writer->work();
  };
  put(durability::os);
  put(durability::os);
  EXPECT_EQ(calls, (std::vector<std::string>{"write 1", "write 2"})) << "nobody waits for a sync";
  put(durability::disk);
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk), 2U);
  EXPECT_FALSE(bench->writer->work());
  bench->keep();
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk), 3U);
  EXPECT_EQ(calls, (std::vector<std::string>{"write 1", "write 2", "sync 1", "write 2", "sync 2"}));
  put(durability::disk);
  EXPECT_EQ(calls.back(), "write through 2");
}

struct segment_syncs : segment_keeper {
  void start() {
    segment_keeper::start();
    bench->keep();
    disk.before = [this](io_call call, const std::string& name) {
      if (call == io_call::sync && name.ends_with(".seg")) synced += name.substr(15, 1);
      return io_status::ok;
    };
  }
  void fill_segment(durability level) {
    const std::uint64_t number = bench->state.current.value();
    while (bench->state.current.value() == number) {
      bench->put(0, level, std::string(15 * block, 'a'));
      bench->writer->work();
    }
    bench->keep();
  }
  std::string synced;
};

TEST_F(segment_syncs, two_segments_that_were_left_may_wait_for_a_quiet_moment) {
  start();
  fill_segment(durability::os);
  fill_segment(durability::os);
  EXPECT_EQ(synced, "");
  fill_segment(durability::os);
  EXPECT_EQ(synced, "1");
  EXPECT_LE(bench->writer->due_ns(), bench->clock.now() + 10 * base::ns_per_ms);
  bench->pass_ms(10);
  bench->settle();
  EXPECT_EQ(synced.substr(0, 3), "123");
  EXPECT_EQ(bench->read_all().back().header.flags & journal::format::batch_header::seal, 2);
}

TEST_F(segment_syncs, none_waits_beside_groups_of_level_disk) {
  start();
  bench->put(0, durability::disk, "d");
  bench->writer->work();
  fill_segment(durability::os);
  EXPECT_EQ(synced, "1");
}

TEST_F(segment_syncs, all_are_wanted_when_a_group_of_level_disk_comes) {
  start();
  fill_segment(durability::os);
  fill_segment(durability::os);
  bench->put(0, durability::disk, "d");
  EXPECT_FALSE(bench->writer->work());
  bench->keep();
  EXPECT_EQ(synced, "12");
  EXPECT_TRUE(bench->writer->work());
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk),
            bench->lanes[0]->reached(durability::memory));
}

TEST_F(segment_syncs, a_log_that_is_closed_is_sealed_all_the_same) {
  start();
  fill_segment(durability::os);
  fill_segment(durability::os);
  bench->writer->hurry_keeper();
  bench->keep();
  while (bench->writer->work()) bench->keep();
  bench->writer->seal();
  EXPECT_EQ(synced.substr(0, 2), "12");
  EXPECT_EQ(bench->read_all().back().header.flags & journal::format::batch_header::seal, 2);
}

TEST_F(segment_keeper, a_seal_waits_for_segments_that_were_left) {
  start();
  bench->keep();
  for (int i = 0; i < 2; ++i) {
    bench->put(0, durability::os, std::string(15 * block, 'a'));
    bench->writer->work();
  }
  bench->pass_ms(10);
  EXPECT_FALSE(bench->writer->work());
  bench->settle();
  const auto log = bench->read_all();
  EXPECT_EQ(log.back().header.flags & journal::format::batch_header::seal, 2);
  EXPECT_EQ(log.back().header.synced_group, 2U);
}

TEST_F(segment_keeper, a_failed_sync_of_a_segment_that_was_left_stops_the_journal) {
  start();
  bench->keep();
  for (int i = 0; i < 2; ++i) {
    bench->put(0, durability::os, std::string(15 * block, 'a'));
    bench->writer->work();
  }
  disk.before = [&](io_call call, const std::string&) {
    return call == io_call::sync ? io_status::failed : io_status::ok;
  };
  bench->put(0, durability::disk, "d");
  bench->settle();
  EXPECT_TRUE(bench->state.failed.is_set());
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk), 2U);
}

TEST_F(segment_keeper, only_so_many_segments_wait_for_a_sync) {
  start({.segment_bytes = 32 * block, .append_bytes_max = 16 * block});
  disk.before = [&](io_call call, const std::string& name) {
    EXPECT_FALSE(call == io_call::sync && name.ends_with(".seg"));
    return io_status::ok;
  };
  // Spares, but no sync: a keeper that is busy with something else.
  journal::segment_maker maker(bench->storage, bench->id);
  ASSERT_EQ(maker.start(), io_status::ok);
  std::vector<std::unique_ptr<journal::segment>> spares;
  for (int i = 0; i < 8; ++i) {
    std::unique_ptr<journal::segment> made;
    ASSERT_EQ(maker.begin(32 * block, false), io_status::ok);
    while (made == nullptr) ASSERT_EQ(maker.step(made), io_status::ok);
    bench->state.given.add(made->room());
    bench->state.spares.push(made.get());
    spares.push_back(std::move(made));
  }
  for (int i = 0; i < 16; ++i) {
    if (bench->lanes[0]->admits() != admission::open) break;
    bench->put(0, durability::os, std::string(15 * block, 'a'));
    bench->writer->work();
  }
  EXPECT_EQ(bench->state.current.value(), 5U);
  EXPECT_TRUE(bench->writer->waits_for_keeper());
}

TEST_F(segment_keeper, a_slow_keeper_closes_admission_and_refuses_nothing) {
  start();
  bench->keep();
  write_while(admission::open, 4);
  EXPECT_EQ(bench->lanes[0]->admits(), admission::closed);
  EXPECT_FALSE(bench->state.failed.is_set());
  bench->keep();
  EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
}

TEST_F(segment_keeper, lanes_are_held_back_when_the_committer_has_all_their_batches) {
  start();
  bench->keep();
  disk.before = [&](io_call, const std::string&) {
    disk.before = {};
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
      bench->append(0, durability::disk, "x");
      bench->lanes[0]->offer(journal::turn_end::asleep);
    }
    EXPECT_EQ(bench->lanes[0]->admits(), admission::closed);
    return io_status::ok;
  };
  bench->put(0, durability::disk, "a");
  bench->writer->work();
  EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
  bench->writer->work();
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk), 4U);
}

struct full_disk : segment_keeper {
  void start_full() {
    start();
    bench->keep();
    disk.capacity = disk.bytes();
    write_while(admission::open, 4);
    bench->keep();
  }
};

TEST_F(full_disk, keeps_a_reserve_for_what_gives_space_back) {
  start_full();
  ASSERT_EQ(bench->lanes[0]->admits(), admission::reserved);
  EXPECT_TRUE(bench->state.disk_full.get());
  const std::size_t more = write_while(admission::reserved, 1);
  EXPECT_GT(more, 15U);
  EXPECT_EQ(bench->lanes[0]->admits(), admission::held);
  bench->settle();
  EXPECT_FALSE(bench->state.failed.is_set());
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk),
            bench->lanes[0]->reached(durability::memory))
      << "everything that was admitted has been written";
}

TEST_F(full_disk, leaves_no_unfinished_file_behind) {
  start_full();
  for (const auto& name : names()) EXPECT_TRUE(name.ends_with(".seg")) << name;
}

TEST_F(full_disk, makes_smaller_segments_first) {
  start();
  bench->keep();
  disk.capacity = disk.bytes() + 40 * block;
  write_while(admission::open, 4);
  bench->keep();
  EXPECT_EQ(bytes_of(4), 32 * block);
}

TEST_F(full_disk, resumes_by_itself_when_there_is_space) {
  start_full();
  write_while(admission::reserved, 1);
  bench->keep();  // it asks for carrying
  ASSERT_EQ(bench->lanes[0]->admits(), admission::held);
  bench->pass_ms(150);
  EXPECT_FALSE(bench->keeper->work()) << "it does not try all the time";
  bench->pass_ms(50);
  bench->keep();
  EXPECT_EQ(bench->lanes[0]->admits(), admission::held);
  disk.capacity = UINT64_MAX;
  EXPECT_LE(bench->keeper->due_ns(), bench->clock.now() + 200 * base::ns_per_ms);
  bench->pass_ms(200);
  bench->keep();
  EXPECT_EQ(bench->lanes[0]->admits(), admission::open);
  bench->put(0, durability::disk, "again");
  bench->settle();
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk),
            bench->lanes[0]->reached(durability::memory));
}

TEST_F(full_disk, a_new_directory_without_space_is_refused) {
  disk.capacity = 10 * block;
  bench = std::make_unique<log_bench>(disk, log_bench::options{});
  EXPECT_EQ(bench->start(), errc::disk_full);
  EXPECT_TRUE(names().empty());
}

TEST_F(segment_keeper, another_error_than_space_stops_the_journal) {
  start();
  disk.before = [&](io_call call, const std::string& name) {
    return call == io_call::sync && name.ends_with(".tmp") ? io_status::failed : io_status::ok;
  };
  bench->keep();
  bench->put(0, durability::disk, "a");
  bench->settle();
  EXPECT_TRUE(bench->state.failed.is_set());
  EXPECT_EQ(bench->lanes[0]->reached(durability::disk), 0U);
  EXPECT_NE(bench->writer->error().find("making a segment"), std::string::npos);
}

}  // namespace
