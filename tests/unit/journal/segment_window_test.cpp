// The window on a segment: what it shows, and what it reads for that.
#include "journal/segment_window.hpp"

#include <gtest/gtest.h>

#include "memory_storage.hpp"

namespace millrace::journal {
namespace {

struct segment_window_test : testing::Test {
  segment_window_test() {
    auto content = std::make_shared<test::memory_file>();
    content->cached.resize(std::size_t{10} << 20);
    for (std::size_t i = 0; i != content->cached.size(); ++i) {
      content->cached[i] = static_cast<std::byte>(i / 7 ^ i / 4096);
    }
    bytes = content->cached;
    disk.files["x"] = content;
    EXPECT_EQ(window.open(storage, "x"), io_status::ok);
  }
  [[nodiscard]] bool shows(std::uint64_t offset, std::size_t size) {
    const bytes_view shown = window.at(offset, size);
    return std::equal(shown.begin(), shown.end(), bytes.begin() + static_cast<long>(offset),
                      bytes.begin() + static_cast<long>(offset + size));
  }

  test::memory_disk disk;
  test::memory_storage storage{disk};
  std::vector<std::byte> bytes;
  segment_window window;
};

TEST_F(segment_window_test, reads_what_is_gone_through_once) {
  std::uint64_t at = 0;
  for (std::size_t size = 5'000; at + size <= bytes.size(); size = size % 3'000'000 + 170'000) {
    ASSERT_TRUE(shows(at, 64));  // a header first
    ASSERT_TRUE(shows(at, size));
    at += size;
  }
  EXPECT_LE(disk.bytes_read, bytes.size());
  EXPECT_GE(disk.bytes_read, at);
}

TEST_F(segment_window_test, shows_ranges_in_any_order) {
  for (const std::uint64_t at : {9'000'000U, 1'000U, 1'500'000U, 1'400'000U, 0U, 4'096U}) {
    ASSERT_TRUE(shows(at, 900'000));
    ASSERT_TRUE(shows(at + 300'000, 10));
  }
}

TEST_F(segment_window_test, shows_nothing_of_what_the_file_does_not_have) {
  EXPECT_TRUE(window.at(bytes.size() - 10, 11).empty());
  EXPECT_TRUE(window.at(bytes.size() + 1, 1).empty());
  EXPECT_FALSE(window.failed());
  disk.files["x"]->cached.resize(5'000);
  EXPECT_TRUE(window.at(0, 6'000).empty());
  EXPECT_TRUE(window.failed());
}

}  // namespace
}  // namespace millrace::journal
