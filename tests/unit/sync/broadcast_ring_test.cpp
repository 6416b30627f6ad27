// The broadcast ring on one thread: what is published is read, whole, in order, by every reader;
// what does not fit is refused; what was overwritten is counted.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "ring_memory.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"
#include "sync/broadcast_ring_untethered.hpp"

namespace {

using millrace::sync::broadcast_readers;
using millrace::sync::broadcast_ring;
using millrace::sync::frame_header;
using millrace::sync::frame_kind;
using millrace::sync::std_sync;
using millrace::sync::tethered_reader;
using millrace::sync::untethered_poll;
using millrace::sync::untethered_reader;
using millrace::test::ring_memory;

constexpr std::size_t small = std_sync::capacity_min;

using tethered_ring = broadcast_ring<std_sync>;
using open_ring = broadcast_ring<std_sync, broadcast_readers::any>;
using reader = tethered_reader<std_sync, tethered_ring>;
using lossy_reader = untethered_reader<std_sync, open_ring>;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// A record of `size` bytes that carries its number in every byte and can be told from any other.
std::vector<std::byte> numbered(std::uint64_t number, std::size_t size) {
  std::vector<std::byte> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<std::byte>((number >> (i % 8 * 8)) ^ (i / 8));
  }
  return out;
}
template <class Reader>
std::vector<std::string> read_all(Reader& from, std::size_t limit = 1000) {
  std::vector<std::string> out;
  from.poll(limit, [&](std::span<const std::byte> record) { out.push_back(text_of(record)); });
  return out;
}

TEST(broadcast_frame, header_survives_its_encoding) {
  for (const frame_header header : {frame_header{frame_kind::uniform, 1, 0},
                                    frame_header{frame_kind::uniform, frame_header::count_max, 1},
                                    frame_header{frame_kind::table, 77, (1ULL << 40) - 1},
                                    frame_header{frame_kind::padding, 0, 8}}) {
    const frame_header back = frame_header::decode(header.encode());
    EXPECT_NE(header.encode(), 0U);
    EXPECT_EQ(back.kind, header.kind);
    EXPECT_EQ(back.count, header.count);
    EXPECT_EQ(back.size, header.size);
  }
  EXPECT_EQ((frame_header{frame_kind::uniform, 3, 9}.length()), 8U + 3 * 16);
}

TEST(broadcast_ring, accepts_powers_of_two_only) {
  EXPECT_TRUE(tethered_ring::accepts_capacity(small));
  EXPECT_TRUE(tethered_ring::accepts_capacity(std::size_t{4} << 20));
  EXPECT_FALSE(tethered_ring::accepts_capacity(small + 8));
  EXPECT_FALSE(tethered_ring::accepts_capacity(small / 2));
  EXPECT_FALSE(tethered_ring::accepts_capacity(0));
}

TEST(broadcast_ring, every_reader_sees_every_record_in_order) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto first = reader::join(ring);
  auto second = reader::join(ring);
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(ring.try_publish(bytes_of("one")));
  ASSERT_TRUE(ring.try_publish(bytes_of("second record")));
  const std::vector<std::string> expected{"one", "second record"};
  EXPECT_EQ(read_all(*first), expected);
  EXPECT_EQ(read_all(*second), expected);
  EXPECT_TRUE(read_all(*first).empty());
}

TEST(broadcast_ring, nothing_is_visible_before_publish_or_after_abort) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto in = reader::join(ring);
  auto claim = ring.try_claim(1, 3);
  ASSERT_TRUE(claim);
  std::memcpy(claim.next().data(), "abc", 3);
  EXPECT_TRUE(read_all(*in).empty());
  ring.abort(claim);
  EXPECT_FALSE(claim);
  EXPECT_TRUE(read_all(*in).empty());
  ASSERT_TRUE(ring.try_publish(bytes_of("xyz")));
  EXPECT_EQ(read_all(*in), std::vector<std::string>{"xyz"});
}

TEST(broadcast_ring, a_claim_of_different_sizes_is_one_frame) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto in = reader::join(ring);
  const std::array<std::uint32_t, 5> sizes{3, 0, 17, 8, 1};
  const std::array<std::string, 5> texts{"abc", "", "seventeen letters", "8 bytes!", "z"};
  auto claim = ring.try_claim(sizes);
  ASSERT_TRUE(claim);
  for (const auto& text : texts) {
    auto place = claim.next();
    ASSERT_EQ(place.size(), text.size());
    std::memcpy(place.data(), text.data(), text.size());
  }
  ring.publish(claim);
  EXPECT_EQ(read_all(*in), std::vector<std::string>(texts.begin(), texts.end()));
}

TEST(broadcast_ring, a_limit_may_cut_through_a_frame) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto in = reader::join(ring);
  const std::array<std::uint64_t, 5> values{10, 11, 12, 13, 14};
  ASSERT_TRUE(ring.publish_batch(values.data(), 5, 8));
  std::vector<std::uint64_t> seen;
  const auto take = [&](std::span<const std::byte> record) {
    std::uint64_t value = 0;
    std::memcpy(&value, record.data(), 8);
    seen.push_back(value);
  };
  EXPECT_EQ(in->poll(2, take), 2U);
  EXPECT_EQ(in->poll(2, take), 2U);
  EXPECT_EQ(in->poll(2, take), 1U);
  EXPECT_EQ(in->poll(2, take), 0U);
  EXPECT_EQ(seen, std::vector<std::uint64_t>(values.begin(), values.end()));
}

TEST(broadcast_ring, refuses_empty_and_oversize_frames) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  EXPECT_FALSE(ring.try_claim(0, 8));
  EXPECT_FALSE(ring.try_claim(std::span<const std::uint32_t>{}));
  EXPECT_FALSE(ring.try_claim(1, static_cast<std::uint32_t>(ring.frame_max())));
  EXPECT_FALSE(ring.try_claim(frame_header::count_max, 0xffffffffU));
  auto longest = ring.try_claim(1, static_cast<std::uint32_t>(ring.frame_max() - 8));
  EXPECT_TRUE(longest);
  ring.abort(longest);
}

TEST(broadcast_ring, a_tethered_reader_that_is_behind_fills_the_ring) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto in = reader::join(ring);
  std::uint64_t published = 0;
  while (ring.try_publish(numbered(published, 56))) ++published;
  // 64-byte frames; the last one is refused for the word behind it
  EXPECT_EQ(published, small / 64 - 1);
  EXPECT_FALSE(ring.try_publish(numbered(0, 56)));
  std::uint64_t next = 0;
  const auto check = [&](std::span<const std::byte> record) {
    EXPECT_EQ(text_of(record), text_of(numbered(next, 56)));
    ++next;
  };
  EXPECT_EQ(in->poll(1, check), 1U);
  EXPECT_FALSE(ring.try_publish(numbered(0, 56))) << "released lazily, and not yet";
  in->release();
  EXPECT_TRUE(ring.try_publish(numbered(published, 56)));
  while (in->poll(100, check) != 0) {
  }
  EXPECT_EQ(next, published + 1);
}

TEST(broadcast_ring, records_of_every_size_survive_many_laps) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  auto in = reader::join(ring);
  std::mt19937 random(7);  // NOLINT: a fixed seed, so that a failure repeats
  std::vector<std::vector<std::byte>> expected;
  std::uint64_t number = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::uint32_t count = 1 + random() % 12;
    std::vector<std::uint32_t> sizes(count);
    for (auto& size : sizes) size = random() % 700;
    auto claim = ring.try_claim(sizes);
    if (claim) {
      for (const std::uint32_t size : sizes) {
        expected.push_back(numbered(number++, size));
        claim.put(expected.back().data());
      }
      ring.publish(claim);
    }
    if (!claim || random() % 3 == 0) {
      std::size_t at = 0;
      const std::size_t want = random() % 40;
      const std::size_t got = in->poll(want, [&](std::span<const std::byte> record) {
        ASSERT_LT(at, expected.size());
        ASSERT_EQ(text_of(record), text_of(expected[at]));
        ++at;
      });
      ASSERT_EQ(got, at);
      expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  EXPECT_GT(ring.position(), 10 * small);
}

TEST(broadcast_ring, a_reader_joins_at_the_tail_and_leaves_at_any_time) {
  ring_memory memory(small);
  tethered_ring ring(memory.words());
  std::uint64_t number = 0;
  // nobody reads: the producer is free
  for (; number < 5000; ++number) ASSERT_TRUE(ring.try_publish(numbered(number, 56)));
  {
    auto in = reader::join(ring);
    ASSERT_TRUE(in);
    ASSERT_TRUE(ring.try_publish(numbered(number, 56)));
    EXPECT_EQ(read_all(*in), std::vector<std::string>{text_of(numbered(number, 56))});
    while (ring.try_publish(numbered(++number, 56))) {
    }
  }
  // it left without reading the rest: the producer is free again
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(ring.try_publish(numbered(number, 56)));
}

TEST(broadcast_ring, admits_a_bounded_number_of_tethered_readers) {
  using pair_ring = broadcast_ring<std_sync, broadcast_readers::tethered_only, 2>;
  using pair_reader = tethered_reader<std_sync, pair_ring>;
  ring_memory memory(small);
  pair_ring ring(memory.words());
  auto first = pair_reader::join(ring);
  auto second = pair_reader::join(ring);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(pair_reader::join(ring));
  first.reset();
  EXPECT_TRUE(pair_reader::join(ring));
}

TEST(broadcast_ring, an_untethered_reader_keeps_up_without_loss) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  std::vector<std::byte> scratch(1024);
  lossy_reader in(ring, scratch);
  std::uint64_t next = 0;
  for (std::uint64_t number = 0; number < 20000; ++number) {
    ASSERT_TRUE(ring.try_publish(numbered(number, number % 301)));
    const untethered_poll got = in.poll(10, [&](std::span<const std::byte> record) {
      ASSERT_EQ(text_of(record), text_of(numbered(next, next % 301)));
      ++next;
    });
    ASSERT_EQ(got.missed_records, 0U);
    ASSERT_EQ(in.sequence(), number + 1);
  }
}

TEST(broadcast_ring, a_lapped_reader_counts_exactly_what_it_missed) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  std::vector<std::byte> scratch(1024);
  lossy_reader in(ring, scratch);
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t missed = 0;
  std::uint64_t missed_bytes = 0;
  const auto read = [&](std::size_t limit) {
    const untethered_poll got = in.poll(limit, [&](std::span<const std::byte> record) {
      std::uint64_t number = 0;
      std::memcpy(&number, record.data(), sizeof number);
      EXPECT_EQ(text_of(record), text_of(numbered(number, 8 + number % 90)));
      ++delivered;
    });
    missed += got.missed_records;
    missed_bytes += got.missed_bytes;
    EXPECT_EQ(in.sequence(), delivered + missed);
  };
  read(1);
  std::mt19937 random(3);  // NOLINT: a fixed seed, so that a failure repeats
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t burst = random() % 3000;
    for (std::uint64_t i = 0; i < burst; ++i, ++published) {
      ASSERT_TRUE(ring.try_publish(numbered(published, 8 + published % 90)));
    }
    read(random() % 500);
  }
  while (delivered + missed < published) read(1000);
  EXPECT_EQ(delivered + missed, published);
  EXPECT_GT(missed, 0U);
  EXPECT_GT(delivered, 0U);
  EXPECT_GT(missed_bytes, missed * 8);
}

TEST(broadcast_ring, a_record_longer_than_the_scratch_space_is_missed_not_cut) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  std::vector<std::byte> scratch(16);
  lossy_reader in(ring, scratch);
  const std::array<std::uint32_t, 3> sizes{16, 17, 5};
  auto claim = ring.try_claim(sizes);
  ASSERT_TRUE(claim);
  for (const std::uint32_t size : sizes) claim.put(numbered(size, size).data());
  ring.publish(claim);
  std::vector<std::size_t> seen;
  const auto got = in.poll(9, [&](std::span<const std::byte> r) { seen.push_back(r.size()); });
  EXPECT_EQ(seen, (std::vector<std::size_t>{16, 5}));
  EXPECT_EQ(got.missed_records, 1U);
}

TEST(broadcast_ring, a_copy_brings_records_of_one_size_and_ends_at_a_lap) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  lossy_reader in(ring, {});
  std::array<std::uint64_t, 2 * 50> out{};
  std::uint64_t published = 0;
  std::uint64_t next = 0;
  std::uint64_t missed = 0;
  std::mt19937 random(5);  // NOLINT: a fixed seed, so that a failure repeats
  for (int round = 0; round < 2'000; ++round) {
    const auto count = static_cast<std::uint32_t>(random() % (round % 50 == 0 ? 60 : 20) + 1);
    std::vector<std::uint64_t> batch;
    for (std::uint32_t i = 0; i < count; ++i, ++published) {
      batch.push_back(published);
      batch.push_back(~published);
    }
    ASSERT_TRUE(ring.publish_batch(batch.data(), count, 16));
    if (round % 100 > 60) continue;  // falls behind
    const untethered_poll got = in.copy(out.data(), 2, random() % 50 + 1);
    missed += got.missed_records;
    next += got.missed_records;
    for (std::size_t i = 0; i < got.records; ++i, ++next) {
      ASSERT_EQ(out[2 * i], next);
      ASSERT_EQ(out[2 * i + 1], ~next);
    }
    ASSERT_EQ(in.sequence(), next);
  }
  EXPECT_GT(missed, 0U);
  EXPECT_GT(next, missed * 2);
}

TEST(broadcast_ring, a_copy_skips_records_of_other_sizes) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  lossy_reader in(ring, {});
  const std::array<std::uint64_t, 4> words{1, 2, 3, 4};
  ASSERT_TRUE(ring.publish_batch(words.data(), 1, 16));
  ASSERT_TRUE(ring.publish_batch(words.data(), 4, 8));
  ASSERT_TRUE(ring.publish_batch(words.data() + 2, 1, 16));
  std::array<std::uint64_t, 8> out{};
  const untethered_poll got = in.copy(out.data(), 2, 4);
  EXPECT_EQ(got.records, 2U);
  EXPECT_EQ(got.missed_records, 4U);
  EXPECT_EQ(out[2], 3U);
}

TEST(broadcast_ring, tethered_and_untethered_readers_share_one_ring) {
  ring_memory memory(small);
  open_ring ring(memory.words());
  auto held = tethered_reader<std_sync, open_ring>::join(ring);
  std::vector<std::byte> scratch(128);
  lossy_reader free(ring, scratch);
  std::uint64_t published = 0;
  while (ring.try_publish(numbered(published, 100))) ++published;
  EXPECT_EQ(read_all(*held, 100000).size(), published);
  const auto got = free.poll(100000, [](std::span<const std::byte>) {});
  EXPECT_EQ(got.records + got.missed_records, published);
}

}  // namespace
