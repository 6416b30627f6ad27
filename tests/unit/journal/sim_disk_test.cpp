// The simulated disk's own test: what it does that no disk does would be found as an engine's bug.
#include "sim_disk.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sim_storage.hpp"

namespace millrace::sim {
namespace {

using journal::io_status;
using journal::write_mode;

TEST(sim_disk, a_file_that_was_renamed_is_the_one_that_had_the_name_then) {
  const std::array<std::byte, 64> bytes{};
  const bytes_view whole(bytes);
  std::size_t kept = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    sim_disk disk(seed);
    {
      sim_storage directory(disk);
      std::unique_ptr<journal::file> made;
      ASSERT_EQ(directory.create("made", made), io_status::ok);
      ASSERT_EQ(directory.remove("made"), io_status::ok);
      ASSERT_EQ(directory.create("made", made), io_status::ok);
      ASSERT_EQ(made->write(0, {&whole, 1}, write_mode::cached), io_status::ok);
      ASSERT_EQ(made->sync(), io_status::ok);
      ASSERT_EQ(directory.rename("made", "used"), io_status::ok);
    }
    disk.crash(crash_kind::power);
    sim_storage directory(disk);
    std::unique_ptr<journal::file> found;
    if (directory.open("used", false, found) != io_status::ok) continue;
    EXPECT_EQ(found->size(), sizeof bytes) << seed;
    ++kept;
  }
  EXPECT_GT(kept, 0U);
}

}  // namespace
}  // namespace millrace::sim
