// malloc and its relatives, counted and passed on to glibc. A thread claims a slot at its first
// allocation and is the only writer of it; readers sum the slots.

#include "process/alloc_count.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace millrace::perf {

namespace {

struct alignas(64) slot {
  std::atomic<pid_t> thread{0};
  std::atomic<std::uint64_t> count{0};
  std::atomic<std::uint64_t> bytes{0};
};

constexpr std::size_t slots_max = 256;
constinit std::array<slot, slots_max> slots;
constinit std::atomic<std::size_t> slots_used{0};
constinit thread_local slot* own_slot = nullptr;

/// Threads beyond the last slot share it: their counts are summed there.
slot& claim_slot() noexcept {
  const std::size_t index = slots_used.fetch_add(1, std::memory_order_relaxed);
  slot& mine = slots[index < slots_max ? index : slots_max - 1];
  mine.thread.store(gettid(), std::memory_order_relaxed);
  own_slot = &mine;
  return mine;
}

void count_allocation(std::size_t bytes) noexcept {
  slot& mine = own_slot != nullptr ? *own_slot : claim_slot();
  mine.count.fetch_add(1, std::memory_order_relaxed);
  mine.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

std::size_t used() noexcept {
  const std::size_t claimed = slots_used.load(std::memory_order_relaxed);
  return claimed < slots_max ? claimed : slots_max;
}

}  // namespace

std::vector<thread_allocations> read_allocations() {
  std::vector<thread_allocations> all;
  all.reserve(slots_max);
  for (std::size_t i = 0; i < used(); ++i) {
    all.push_back({slots[i].thread.load(std::memory_order_relaxed),
                   slots[i].count.load(std::memory_order_relaxed),
                   slots[i].bytes.load(std::memory_order_relaxed)});
  }
  return all;
}

std::uint64_t total_allocations() noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < used(); ++i) sum += slots[i].count.load(std::memory_order_relaxed);
  return sum;
}

std::uint64_t own_allocations() noexcept {
  return own_slot == nullptr ? 0 : own_slot->count.load(std::memory_order_relaxed);
}

}  // namespace millrace::perf

using millrace::perf::count_allocation;

extern "C" {

void* malloc(std::size_t size) {
  count_allocation(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  count_allocation(count * size);
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  count_allocation(size);
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  count_allocation(size);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count_allocation(size);
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  count_allocation(size);
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
void free(void* memory) { __libc_free(memory); }

}  // extern "C"
