#include "sync/block_writer.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/prefetch.hpp"
#include "sync/block_store.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t body_bytes_max = std::size_t{1} << 30;
constexpr std::uint32_t body_alignment = 8;
constexpr auto header_bytes = static_cast<std::uint32_t>(sizeof(block));

constexpr auto block_bytes = static_cast<std::uint32_t>(block_store::block_bytes);

void prefetch(const std::byte* from, std::uint32_t bytes) noexcept {
  constexpr std::uint32_t line = 64;
#pragma GCC unroll 8
  for (std::uint32_t i = 0; i < bytes; i += line) base::prefetch_for_write(from + i);
}

constexpr std::uint32_t align(std::size_t n) noexcept {
  return static_cast<std::uint32_t>((n + body_alignment - 1) & ~std::size_t{body_alignment - 1});
}

}  // namespace

std::byte* block_writer::reserve(std::size_t bytes, allocation_class use,
                                 std::uint32_t room) noexcept {
  MR_ASSERT(reserved_ == 0 && bytes > 0);
  if (bytes > body_bytes_max) return nullptr;
  const std::size_t all = room + bytes;
  if (all > block_store::shared_body_bytes_max) {
    dedicated_ = store_.take_dedicated(all, use);
    if (dedicated_ == nullptr) return nullptr;
    room_ = room;
    reserved_ = static_cast<std::uint32_t>(bytes);
    return dedicated_->data() + header_bytes + room;
  }
  if (open_ == nullptr || position_ + all > block_store::block_bytes) {
    if (!open_block(use)) return nullptr;
  }
  room_ = room;
  reserved_ = static_cast<std::uint32_t>(bytes);
  return open_->data() + position_ + room;
}

body_ref block_writer::commit(std::size_t bytes, bool fetch_next) noexcept {
  MR_ASSERT(bytes > 0 && bytes <= reserved_);
  const auto length = static_cast<std::uint32_t>(bytes);
  reserved_ = 0;
  if (dedicated_ != nullptr) {
    block* const home = dedicated_;
    dedicated_ = nullptr;
    return {home, header_bytes + room_, length};
  }
  const std::uint32_t begin = position_ + room_;
  const body_ref body{open_, begin, length};
  position_ = align(begin + length);
  ++stored_;
  burst_ += room_ + length;
  if (fetch_next && burst_ >= fetched_) fetch(room_ + length);
  return body;
}

/// The lines of the next body, which is often as long as the last: stores of a copy into lines that
/// are not in the cache wait for them one after the other.
void block_writer::fetch(std::uint32_t bytes) const noexcept {
  constexpr std::uint32_t most = 4096;
  prefetch(open_->data() + position_, std::min({bytes, most, block_bytes - position_}));
}

void block_writer::fetch_ahead() noexcept {
  constexpr std::uint32_t ahead_max = 384 * 1024;  // some of the second cache level is others'
  constexpr std::uint32_t bytes_a_call = 512;
  if (burst_ != 0) {
    ahead_ = std::min(burst_, ahead_max);
    burst_ = fetched_ = 0;
  }
  if (fetched_ >= ahead_ || open_ == nullptr) return;
  const std::uint32_t at = position_ + fetched_;
  const std::byte* const home =
      at < block_bytes ? open_->data() : store_.peek(at / block_bytes - 1);
  const std::uint32_t within = at % block_bytes;
  const std::uint32_t bytes = std::min(bytes_a_call, block_bytes - within);
  fetched_ = home == nullptr ? ahead_ : fetched_ + bytes;
  if (home != nullptr) prefetch(home + within, bytes);
}

void block_writer::abandon() noexcept {
  MR_ASSERT(reserved_ != 0);
  reserved_ = 0;
  if (dedicated_ == nullptr) return;
  release(dedicated_);
  dedicated_ = nullptr;
}

void block_writer::seal() noexcept {
  if (reserved_ != 0) abandon();
  if (open_ == nullptr) return;
  if (open_->references.seal(stored_)) recycle(open_);
  open_ = nullptr;
}

bool block_writer::open_block(allocation_class use) noexcept {
  if (open_ == nullptr || !open_->references.reuse(stored_)) {
    // Who has just filled one fills the next as well.
    const auto how = open_ == nullptr ? block_store::fresh::by_page : block_store::fresh::filled;
    seal();
    open_ = store_.take(block_count::open_bias, use, how);
    if (open_ == nullptr) return false;
    // The next one's head, which is written when it is taken.
    if (const std::byte* const next = store_.peek(0)) base::prefetch_for_write(next);
  }
  position_ = header_bytes;
  stored_ = 0;
  return true;
}

}  // namespace millrace::sync
