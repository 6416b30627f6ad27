// The request arena: alignment, growth, and what it keeps.
#include "aws/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace millrace::aws {
namespace {

TEST(arena, aligns_and_keeps_pieces_apart) {
  arena memory(64);
  char* last = nullptr;
  for (std::size_t size = 1; size < 300; ++size) {
    char* const at = memory.bytes(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % 16, 0u);
    std::memset(at, static_cast<int>(size), size);
    if (last != nullptr) {
      EXPECT_EQ(static_cast<unsigned char>(last[0]), (size - 1) % 256);
    }
    last = at;
  }
}

TEST(arena, holds_one_block_in_steady_state) {
  arena memory(1024);
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 10; ++i) static_cast<void>(memory.bytes(100));
    memory.reset();
    EXPECT_EQ(memory.held_bytes(), 1024u);
  }
}

TEST(arena, gives_large_blocks_back) {
  arena memory(1024);
  static_cast<void>(memory.bytes(10));
  static_cast<void>(memory.bytes(1'000'000));
  EXPECT_GE(memory.held_bytes(), 1'000'000u);
  memory.reset();
  EXPECT_EQ(memory.held_bytes(), 1024u);
}

TEST(arena, makes_arrays_of_fresh_values) {
  arena memory;
  const auto numbers = memory.array<std::uint64_t>(100);
  for (std::uint64_t& n : numbers) n = 7;
  memory.reset();
  for (const std::uint64_t n : memory.array<std::uint64_t>(100)) EXPECT_EQ(n, 0u);
}

}  // namespace
}  // namespace millrace::aws
