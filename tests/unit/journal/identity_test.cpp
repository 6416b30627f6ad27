#include "journal/identity.hpp"

#include <gtest/gtest.h>

#include "journal/segment_name.hpp"
#include "sim_storage.hpp"

using namespace millrace;
using namespace millrace::journal;
using sim::disk_call;
using sim::sim_disk;
using sim::sim_storage;

namespace {

const identity fresh{{9, 8, 7}, {11, 12}};
const identity other{{1}, {2, 3}};

TEST(identity, is_made_once_and_read_ever_after) {
  sim_disk disk(1);
  {
    sim_storage directory(disk);
    const auto made = open_identity(directory, fresh, true);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->id, fresh.id);
  }
  disk.crash(sim::crash_kind::power);
  sim_storage directory(disk);
  const auto read = open_identity(directory, other, true);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, fresh.id);
  EXPECT_EQ(read->receipt_key.low, 11u);
  EXPECT_EQ(read->receipt_key.high, 12u);
}

TEST(identity, is_not_made_where_it_may_not_be) {
  sim_disk disk(1);
  sim_storage directory(disk);
  EXPECT_EQ(open_identity(directory, fresh, false).error(), errc::journal_damaged);
  EXPECT_TRUE(disk.names().empty());
}

TEST(identity, is_not_made_for_segments_that_lost_theirs) {
  sim_disk disk(1);
  sim_storage directory(disk);
  std::unique_ptr<file> out;
  ASSERT_EQ(directory.create(segment_name(3), out), io_status::ok);
  EXPECT_EQ(open_identity(directory, fresh, true).error(), errc::journal_damaged);
}

TEST(identity, is_refused_with_any_bit_flipped) {
  sim_disk disk(1);
  sim_storage directory(disk);
  ASSERT_TRUE(open_identity(directory, fresh, true));
  for (unsigned bit = 0; bit != 64 * 8; ++bit) {
    ASSERT_TRUE(disk.flip("identity", bit / 8, bit));
    EXPECT_EQ(open_identity(directory, other, true).error(), errc::journal_damaged) << bit;
    ASSERT_TRUE(disk.flip("identity", bit / 8, bit));
  }
  EXPECT_TRUE(open_identity(directory, other, true));
}

TEST(identity, is_whole_or_absent_after_a_crash_at_any_moment) {
  for (const auto kind : {sim::crash_kind::kill, sim::crash_kind::power}) {
    for (std::uint64_t seed = 0; seed != 20; ++seed) {
      for (std::uint64_t nth = 1; nth != 8; ++nth) {
        sim_disk disk(seed);
        disk.interrupt_nth(nth, kind);
        {
          sim_storage directory(disk);
          static_cast<void>(open_identity(directory, fresh, true));
        }
        disk.crash(kind);
        sim_storage directory(disk);
        const auto again = open_identity(directory, other, true);
        ASSERT_TRUE(again) << seed << ' ' << nth;
        EXPECT_TRUE(again->id == fresh.id || again->id == other.id);
      }
    }
  }
}

TEST(identity, says_which_errors_are_the_systems) {
  sim_disk disk(1);
  sim_storage directory(disk);
  disk.fail_nth(disk_call::sync_directory, 1, io_status::failed);
  EXPECT_EQ(open_identity(directory, fresh, true).error(), errc::system);
  sim_disk full(1);
  full.set_capacity(100);
  sim_storage no_room(full);
  EXPECT_EQ(open_identity(no_room, fresh, true).error(), errc::disk_full);
}

}  // namespace
