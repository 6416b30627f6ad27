// The broadcast ring under real threads: tethered readers lose nothing, untethered ones account for
// everything, readers come and go. Small enough to run under the thread sanitizer.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "ring_memory.hpp"
#include "sync/backoff.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"
#include "sync/broadcast_ring_untethered.hpp"

namespace {

using millrace::sync::broadcast_readers;
using millrace::sync::broadcast_ring;
using millrace::sync::std_sync;
using millrace::sync::tethered_reader;
using millrace::sync::throughput_backoff;
using millrace::sync::untethered_reader;
using millrace::test::ring_memory;

constexpr std::size_t ring_bytes = 64 << 10;

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t record_count = 60'000;
#else
constexpr std::uint64_t record_count = 600'000;
#endif

/// Record `number`: its number, then words derived from it; 1 to 24 words long.
std::size_t words_of(std::uint64_t number) { return 1 + number * 7 % 24; }
std::uint64_t word_of(std::uint64_t number, std::size_t index) {
  return number * 0x9e3779b97f4a7c15ULL + index;
}
/// Returns the number in a record, or ~0 when the record is torn.
std::uint64_t check_record(std::span<const std::byte> record) {
  std::uint64_t number = 0;
  std::memcpy(&number, record.data(), sizeof number);
  bool whole = record.size() == words_of(number) * sizeof number;
  for (std::size_t i = 1; whole && i < words_of(number); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, record.data() + i * sizeof word, sizeof word);
    whole = word == word_of(number, i);
  }
  return whole ? number : ~std::uint64_t{0};
}

/// Publishes records [0, record_count) in frames of 1 to 5 records; yields when the ring is full.
template <class Ring>
void produce(Ring& ring) {
  std::uint64_t number = 0;
  std::vector<std::uint64_t> record(24);
  while (number < record_count) {
    const std::uint64_t batch = std::min(1 + number % 5, record_count - number);
    std::vector<std::uint32_t> sizes(batch);
    for (std::uint64_t i = 0; i < batch; ++i) {
      sizes[i] = static_cast<std::uint32_t>(words_of(number + i) * 8);
    }
    auto claim = ring.try_claim(sizes);
    if (!claim) {
      std::this_thread::yield();
      continue;
    }
    for (std::uint64_t i = 0; i < batch; ++i, ++number) {
      record[0] = number;
      for (std::size_t w = 1; w < words_of(number); ++w) record[w] = word_of(number, w);
      claim.put(record.data());
    }
    ring.publish(claim);
  }
}

TEST(broadcast_ring_stress, tethered_readers_see_everything_in_order) {
  using ring_type = broadcast_ring<std_sync>;
  ring_memory memory(ring_bytes);
  ring_type ring(memory.words());
  std::atomic<int> joined{0};
  std::vector<std::jthread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      auto in = tethered_reader<std_sync, ring_type>::join(ring);
      ASSERT_TRUE(in);
      joined.fetch_add(1);
      std::uint64_t next = 0;
      std::uint64_t wrong = 0;
      while (next < record_count) {
        const std::size_t got = in->poll(64, [&](std::span<const std::byte> record) {
          wrong += check_record(record) != next ? 1 : 0;
          ++next;
        });
        if (got == 0) std::this_thread::yield();
      }
      EXPECT_EQ(wrong, 0U);
    });
  }
  while (joined.load() != 3) std::this_thread::yield();
  produce(ring);
}

TEST(broadcast_ring_stress, untethered_readers_account_for_every_record) {
  using ring_type = broadcast_ring<std_sync, broadcast_readers::any>;
  ring_memory memory(ring_bytes);
  ring_type ring(memory.words());
  std::vector<std::jthread> readers;
  for (int r = 0; r < 2; ++r) {
    readers.emplace_back([&ring, r] {
      std::vector<std::byte> scratch(256);
      untethered_reader<std_sync, ring_type> in(ring, scratch);
      const std::uint64_t start = in.sequence();
      std::uint64_t delivered = 0;
      std::uint64_t missed = 0;
      std::uint64_t wrong = 0;
      throughput_backoff backoff;
      while (in.sequence() < record_count) {
        std::uint64_t expected = 0;
        bool first = true;
        const auto got = in.poll(100, [&](std::span<const std::byte> record) {
          const std::uint64_t number = check_record(record);
          // within one poll only a lap may make a gap, and that is counted below
          wrong += number == ~std::uint64_t{0} || (!first && number < expected) ? 1 : 0;
          expected = number + 1;
          first = false;
        });
        // a lap behind the last record moves the reader on, and is counted as well
        const bool lapped = got.missed_records != 0;
        const bool placed = lapped ? expected <= in.sequence() : expected == in.sequence();
        if (!first) wrong += placed ? 0 : 1;
        delivered += got.records;
        missed += got.missed_records;
        if (got.records == 0) std::this_thread::yield();
        if (r == 1 && delivered % 7 == 0) backoff.after_empty();  // a slow one, to be lapped
      }
      EXPECT_EQ(wrong, 0U);
      EXPECT_EQ(start + delivered + missed, record_count);
    });
  }
  produce(ring);
}

TEST(broadcast_ring_stress, copies_are_whole_and_in_order) {
  using ring_type = broadcast_ring<std_sync, broadcast_readers::any>;
  constexpr std::uint64_t batch = 16;
  ring_memory memory(ring_bytes);
  ring_type ring(memory.words());
  std::vector<std::jthread> readers;
  for (int r = 0; r < 2; ++r) {
    readers.emplace_back([&ring] {
      untethered_reader<std_sync, ring_type> in(ring, {});
      std::array<std::uint64_t, 3 * 100> out{};
      std::uint64_t next = in.sequence();
      std::uint64_t wrong = 0;
      while (next < record_count) {
        const auto got = in.copy(out.data(), 3, 100);
        next += got.missed_records;
        for (std::size_t i = 0; i < got.records; ++i, ++next) {
          wrong += out[3 * i] != next || out[3 * i + 2] != ~next ? 1 : 0;
        }
        if (got.records == 0) std::this_thread::yield();
      }
      EXPECT_EQ(wrong, 0U);
    });
  }
  for (std::uint64_t number = 0; number < record_count; number += batch) {
    std::array<std::uint64_t, 3 * batch> words{};
    for (std::uint64_t i = 0; i < batch; ++i) {
      words[3 * i] = number + i;
      words[3 * i + 2] = ~(number + i);
    }
    ASSERT_TRUE(ring.publish_batch(words.data(), batch, 24));
    if (number % 1'000 == 0) std::this_thread::yield();
  }
}

TEST(broadcast_ring_stress, readers_come_and_go_while_the_producer_runs) {
  using ring_type = broadcast_ring<std_sync, broadcast_readers::tethered_only, 4>;
  ring_memory memory(ring_bytes);
  ring_type ring(memory.words());
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      std::uint64_t wrong = 0;
      while (!done.load(std::memory_order_acquire)) {
        auto in = tethered_reader<std_sync, ring_type>::join(ring);
        ASSERT_TRUE(in);
        std::uint64_t expected = 0;
        bool first = true;
        for (int polls = 0; polls < 50; ++polls) {
          const std::size_t got = in->poll(20, [&](std::span<const std::byte> record) {
            const std::uint64_t number = check_record(record);
            wrong += number == ~std::uint64_t{0} || (!first && number != expected) ? 1 : 0;
            expected = number + 1;
            first = false;
          });
          if (got == 0) std::this_thread::yield();
        }
      }
      EXPECT_EQ(wrong, 0U);
    });
  }
  produce(ring);
  done.store(true, std::memory_order_release);
}

}  // namespace
