// Blocks of the request arena.
#include "aws/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>

namespace millrace::aws {

arena::~arena() {
  for (block* b = newest_; b != nullptr;) {
    block* const older = b->older;
    std::free(b);
    b = older;
  }
}

void arena::use(block* b) noexcept {
  next_ = reinterpret_cast<char*>(b + 1);
  left_ = b->size;
}

void arena::add_block(std::size_t count) noexcept {
  const std::size_t size =
      std::max({count, kept_bytes_, std::min(held_bytes_, std::size_t{1} << 20)});
  void* const memory = std::malloc(sizeof(block) + size);
  if (memory == nullptr) std::terminate();
  newest_ = ::new (memory) block{newest_, size};
  held_bytes_ += size;
  use(newest_);
}

void arena::reset() noexcept {
  if (newest_ == nullptr) return;
  block* kept = nullptr;
  for (block* b = newest_; b != nullptr;) {
    block* const older = b->older;
    if (kept == nullptr && b->size <= kept_bytes_) {
      kept = b;
    } else {
      held_bytes_ -= b->size;
      std::free(b);
    }
    b = older;
  }
  newest_ = kept;
  left_ = 0;
  next_ = nullptr;
  if (kept == nullptr) return;
  kept->older = nullptr;
  use(kept);
}

}  // namespace millrace::aws
