#include "journal/stream_copy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace millrace::journal;

TEST(stream_copy, copies_any_length_from_and_to_any_place) {
  std::vector<std::byte> from(4096 + 64);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::byte>(i * 7 + 1);
  for (std::size_t length : {0, 1, 7, 63, 64, 65, 127, 200, 1024, 4000}) {
    for (std::size_t source = 0; source < 64; source += 9) {
      for (std::size_t place = 0; place < 64; place += 5) {
        std::vector<std::byte> to(place + length + 64);
        stream_copy(to.data() + place, from.data() + source, length);
        stream_copy_done();
        const auto begin = to.begin() + static_cast<std::ptrdiff_t>(place);
        const auto end = begin + static_cast<std::ptrdiff_t>(length);
        EXPECT_TRUE(std::equal(begin, end, from.begin() + static_cast<std::ptrdiff_t>(source)));
        EXPECT_EQ(std::count(to.begin(), begin, std::byte{0}), static_cast<long>(place));
        EXPECT_EQ(std::count(end, to.end(), std::byte{0}), 64);
      }
    }
  }
}

}  // namespace
