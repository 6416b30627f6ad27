// Memory for a ring under test: aligned to a line pair and filled with a pattern, because a ring
// must not rely on zeroed memory.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "sync/sync_policy.hpp"

namespace millrace::test {

class ring_memory {
 public:
  explicit ring_memory(std::size_t bytes, int pattern = 0xa5)
      : size_(bytes),
        bytes_(static_cast<std::byte*>(::operator new (bytes, std::align_val_t{sync::line_pair}))) {
    std::memset(bytes_.get(), pattern, bytes);
  }
  [[nodiscard]] std::span<std::byte> span() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] sync::ring_words words() const noexcept { return sync::ring_words(span()); }

 private:
  struct release {
    void operator()(std::byte* p) const noexcept {
      ::operator delete (p, std::align_val_t{sync::line_pair});
    }
  };
  std::size_t size_;
  std::unique_ptr<std::byte[], release> bytes_;
};

}  // namespace millrace::test
