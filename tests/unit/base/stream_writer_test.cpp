#include "base/stream_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace millrace;
using namespace millrace::base;

std::vector<std::byte> some_bytes(std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * 7 + 1);
  return bytes;
}

/// What stands at `place` of zeros when those parts of `from` were written there one by one.
std::vector<std::byte> written(bytes_view from, const std::vector<std::size_t>& parts,
                               std::size_t place, std::size_t& end) {
  std::vector<std::byte> to(place + from.size() + 64);
  stream_writer writer(to.data() + place);
  for (const std::size_t part : parts) {
    writer.bytes(from.first(part));
    from = from.subspan(part);
  }
  end = static_cast<std::size_t>(writer.pad() - to.data());
  stream_writer::done();
  return to;
}

void check(const std::vector<std::size_t>& parts, std::size_t place) {
  std::size_t size = 0;
  for (const std::size_t part : parts) size += part;
  const std::vector<std::byte> from = some_bytes(size);
  std::size_t end = 0;
  const std::vector<std::byte> to = written(from, parts, place, end);
  std::vector<std::byte> wanted(to.size());
  std::copy(from.begin(), from.end(), wanted.begin() + static_cast<std::ptrdiff_t>(place));
  EXPECT_EQ(to, wanted);
  EXPECT_EQ(end, place + (size + 7) / 8 * 8);
}

TEST(stream_writer, writes_any_length_to_any_place) {
  for (std::size_t length : {0, 1, 7, 8, 63, 64, 65, 127, 128, 200, 1024, 4001}) {
    for (std::size_t place = 0; place < 64; place += 5) check({length}, place);
  }
}

TEST(stream_writer, goes_on_behind_a_part_of_a_word) {
  for (std::size_t first = 0; first < 17; ++first) {
    for (std::size_t second = 0; second < 17; ++second) {
      for (std::size_t third : {0, 5, 300}) check({first, second, third}, 8);
    }
  }
}

TEST(stream_writer, words_and_bytes_follow_each_other) {
  std::byte to[32] = {};
  const std::vector<std::byte> three = some_bytes(3);
  stream_writer writer(to);
  writer.bytes(three);
  writer.word(0x0807060504030201);
  EXPECT_EQ(writer.pad(), to + 16);
  stream_writer::done();
  EXPECT_TRUE(std::equal(three.begin(), three.end(), to));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(to[3 + i], static_cast<std::byte>(i + 1));
  for (int i = 11; i < 32; ++i) EXPECT_EQ(to[i], std::byte{0});
}

}  // namespace
