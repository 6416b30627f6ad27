#include "memory/jemalloc_extents.hpp"

#include <gtest/gtest.h>
#include <jemalloc/jemalloc.h>
#include <sys/mman.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <millrace/engine.hpp>
#include <string>
#include <thread>
#include <vector>

namespace millrace::memory {
namespace {

constexpr std::size_t kib = 1024;

template <class T>
T read_setting(const char* name) {
  T value{};
  std::size_t size = sizeof value;
  EXPECT_EQ(mallctl(name, &value, &size, nullptr, 0), 0) << name;
  return value;
}

/// Bytes of the arena that serves the source: in use, and unused but still resident.
struct arena_bytes {
  std::size_t in_use = 0;
  std::size_t dirty = 0;
};
std::string arena_of(const void* extent) {
  unsigned arena = 0;
  std::size_t size = sizeof arena;
  EXPECT_EQ(mallctl("arenas.lookup", &arena, &size, const_cast<void**>(&extent), sizeof extent), 0);
  return std::to_string(arena);
}
arena_bytes look(const void* extent) {
  std::uint64_t epoch = 1;
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  const std::string stats = "stats.arenas." + arena_of(extent);
  const std::string pages = stats + ".pdirty";
  const std::string large = stats + ".large.allocated";
  return {read_setting<std::size_t>(large.c_str()),
          read_setting<std::size_t>(pages.c_str()) * 4 * kib};
}

void set_decay(const void* extent, ssize_t ms) {
  const std::string name = "arena." + arena_of(extent) + ".dirty_decay_ms";
  ASSERT_EQ(mallctl(name.c_str(), nullptr, nullptr, &ms, sizeof ms), 0);
}

/// The source of this process, made for a plan of two NUMA nodes.
const extent_source& two_nodes() {
  placement_plan plan;
  plan.bind = plan.bind_memory = true;
  plan.threads = {{.lane = 0, .cpu = 0, .numa_node = 0}, {.lane = 1, .cpu = 1, .numa_node = 1}};
  return *jemalloc_extents(plan);
}

TEST(jemalloc_extents, the_settings_that_are_compiled_in_hold) {
  EXPECT_EQ(read_setting<unsigned>("opt.narenas"), 1u);
  EXPECT_FALSE(read_setting<bool>("opt.background_thread"));
  EXPECT_EQ(read_setting<ssize_t>("opt.dirty_decay_ms"), 1000);
  EXPECT_EQ(read_setting<ssize_t>("opt.muzzy_decay_ms"), 0);
}

TEST(jemalloc_extents, every_call_returns_the_same_source) {
  const extent_source& made = two_nodes();
  EXPECT_EQ(jemalloc_extents(), &made);
}

TEST(jemalloc_extents, extents_are_aligned_as_asked_and_may_be_discarded) {
  const extent_source& source = two_nodes();
  struct wanted {
    std::size_t bytes;
    std::size_t alignment;
  };
  for (const wanted w :
       {wanted{4 * kib, 4 * kib}, wanted{12 * kib, 4 * kib}, wanted{12 * kib, 8 * kib},
        wanted{68 * kib, 4 * kib}, wanted{2048 * kib, 64 * kib}, wanted{2048 * kib, 2048 * kib}}) {
    auto* const p = static_cast<char*>(source.allocate(source.context, w.bytes, w.alignment, -1));
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % w.alignment, 0u);
    std::memset(p, 1, w.bytes);
    EXPECT_EQ(madvise(p, w.bytes, MADV_DONTNEED), 0);
    EXPECT_EQ(p[0] + p[w.bytes - 1], 0) << "the kernel took the pages back";
    p[0] = 2;
    source.release(source.context, p, w.bytes);
  }
}

TEST(jemalloc_extents, neighbours_of_discarded_memory_keep_theirs) {
  const extent_source& source = two_nodes();
  std::vector<char*> extents;
  for (int i = 0; i < 64; ++i) {
    extents.push_back(static_cast<char*>(source.allocate(source.context, 4 * kib, 4 * kib, -1)));
    std::memset(extents.back(), 'a' + i % 26, 4 * kib);
  }
  for (std::size_t i = 0; i < extents.size(); i += 2) {
    ASSERT_EQ(madvise(extents[i], 4 * kib, MADV_DONTNEED), 0);
  }
  for (std::size_t i = 1; i < extents.size(); i += 2) {
    EXPECT_EQ(extents[i][4 * kib - 1], static_cast<char>('a' + i % 26));
  }
  for (char* p : extents) source.release(source.context, p, 4 * kib);
}

TEST(jemalloc_extents, each_node_of_the_plan_has_its_arena_and_others_share_one) {
  const extent_source& source = two_nodes();
  std::vector<void*> extents;
  std::vector<std::string> arenas;
  for (const int node : {0, 1, 0, 7, any_numa_node}) {
    extents.push_back(source.allocate(source.context, 64 * kib, 64 * kib, node));
    ASSERT_NE(extents.back(), nullptr);
    arenas.push_back(arena_of(extents.back()));
  }
  EXPECT_NE(arenas[0], arenas[1]);
  EXPECT_EQ(arenas[0], arenas[2]);
  EXPECT_EQ(arenas[3], arenas[4]);
  EXPECT_NE(arenas[3], arenas[0]);
  EXPECT_NE(arenas[3], arenas[1]);
  for (void* p : extents) source.release(source.context, p, 64 * kib);
}

TEST(jemalloc_extents, what_is_unused_for_a_while_goes_back_to_the_system) {
  const extent_source& source = two_nodes();
  void* const kept = source.allocate(source.context, 64 * kib, 64 * kib, -1);
  std::vector<void*> extents;
  for (int i = 0; i < 16; ++i) {
    extents.push_back(source.allocate(source.context, 2048 * kib, 2048 * kib, -1));
    std::memset(extents.back(), 1, 2048 * kib);
  }
  EXPECT_GE(look(kept).in_use, 32u * 1024 * kib);
  for (void* p : extents) source.release(source.context, p, 2048 * kib);
  EXPECT_GE(look(kept).dirty, 16u * 1024 * kib) << "it is kept for the next to come";
  // jemalloc's decay has no clock that a test could move, so the second is made shorter here.
  set_decay(kept, 5);
  for (int i = 0; i < 1000 && look(kept).dirty > 1024 * kib; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return_unused_extents();
  }
  set_decay(kept, 1000);
  EXPECT_LE(look(kept).dirty, 1024 * kib);
  source.release(source.context, kept, 64 * kib);
}

TEST(jemalloc_extents, an_engine_lives_from_it_and_leaves_nothing) {
  const extent_source& source = two_nodes();
  void* const mark = source.allocate(source.context, 64 * kib, 64 * kib, -1);
  const std::size_t before = look(mark).in_use;
  {
    engine e = engine::open({.extents = jemalloc_extents()}).value();
    client c = e.connect().value();
    const queue_handle queue = c.create_queue("orders").value();
    const std::string large(100 * kib, 'x');
    for (int i = 0; i < 20; ++i) c.send(queue, large).value();
    EXPECT_GT(look(mark).in_use, before);
    for (int i = 0; i < 20; ++i) {
      const received got = c.receive(queue).value();
      ASSERT_EQ(got.size(), 1u);
      EXPECT_EQ(as_text(got[0].body), large);
      c.delete_message(queue, got[0].receipt).value();
    }
  }
  EXPECT_EQ(look(mark).in_use, before);
  source.release(source.context, mark, 64 * kib);
}

}  // namespace
}  // namespace millrace::memory
