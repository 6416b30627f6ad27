// Stands in front of glibc's heap and counts.
#include "allocation_count.hpp"

#include <atomic>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MR_HEAP_IS_TAKEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MR_HEAP_IS_TAKEN 1
#endif
#endif

namespace {
std::atomic<std::size_t> count{0};
}

#if !defined(MR_HEAP_IS_TAKEN) && defined(__GLIBC__)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);

void* malloc(std::size_t size) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t members, std::size_t size) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(members, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(old, size);
}
}
namespace millrace::aws::test {
const bool counts_allocations = true;
}
#else
namespace millrace::aws::test {
const bool counts_allocations = false;
}
#endif

namespace millrace::aws::test {
std::size_t allocations() noexcept { return count.load(std::memory_order_relaxed); }
}  // namespace millrace::aws::test
