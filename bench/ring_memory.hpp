// Memory for a ring that is measured: mapped, aligned to a page and touched before the run.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <span>

#include "sync/sync_policy.hpp"

namespace millrace::bench {

class ring_memory {
 public:
  explicit ring_memory(std::size_t bytes)
      : size_(bytes),
        base_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) {
    if (base_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~ring_memory() { ::munmap(base_, size_); }
  ring_memory(const ring_memory&) = delete;
  ring_memory& operator=(const ring_memory&) = delete;

  [[nodiscard]] sync::ring_words words() const noexcept {
    return sync::ring_words({static_cast<std::byte*>(base_), size_});
  }

 private:
  std::size_t size_;
  void* base_;
};

}  // namespace millrace::bench
