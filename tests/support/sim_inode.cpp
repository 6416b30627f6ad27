#include "sim_inode.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::sim {

void sim_inode::write(std::uint64_t offset, std::span<const std::byte> from) {
  if (from.empty()) return;
  const std::uint64_t end = offset + from.size();
  if (end > bytes_.size()) {
    bytes_.resize(end);
    dirty_at_.resize((end + sector_bytes - 1) / sector_bytes);
  }
  for (std::uint64_t i = offset / sector_bytes; i * sector_bytes < end; ++i) remember(i);
  std::memcpy(bytes_.data() + offset, from.data(), from.size());
}

void sim_inode::settle(std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t end = offset + size;
  for (std::uint64_t i = offset / sector_bytes; i * sector_bytes < end; ++i) forget_sector(i);
  size_on_medium_ = std::max(size_on_medium_, end);
}

void sim_inode::sync() {
  for (std::size_t at = dirty_.size(); at != 0; --at) {
    if (!dirty_[at - 1].dropped) forget(at - 1);
  }
  size_on_medium_ = bytes_.size();
}

void sim_inode::drop(base::random& random) {
  for (std::size_t at = dirty_.size(); at != 0; --at) {
    if (random.below(2) == 0) {
      forget(at - 1);
    } else {
      dirty_[at - 1].dropped = true;
    }
  }
}

void sim_inode::cut(base::random& random) {
  // All, none, or each sector by itself: the ends are where many bugs are.
  const std::uint64_t mood = random.below(4);
  std::uint64_t end = size_on_medium_;
  for (const dirty_sector& sector : dirty_) {
    const bool kept = !sector.dropped && (mood == 0 || (mood != 1 && random.below(2) == 0));
    const std::uint64_t begin = sector.index * sector_bytes;
    const std::uint64_t size = std::min<std::uint64_t>(sector_bytes, bytes_.size() - begin);
    if (kept) {
      end = std::max(end, begin + size);
    } else {
      std::memcpy(bytes_.data() + begin, sector.before.data(), size);
    }
  }
  dirty_.clear();
  bytes_.resize(end);
  dirty_at_.assign((end + sector_bytes - 1) / sector_bytes, 0);
  size_on_medium_ = end;
}

void sim_inode::remember(std::uint64_t index) {
  if (dirty_at_[index] != 0) {
    dirty_[dirty_at_[index] - 1].dropped = false;  // written again, waits for a sync again
    return;
  }
  dirty_sector& sector = dirty_.emplace_back();
  sector.index = index;
  const std::uint64_t begin = index * sector_bytes;
  const std::uint64_t size = std::min<std::uint64_t>(sector_bytes, bytes_.size() - begin);
  std::memcpy(sector.before.data(), bytes_.data() + begin, size);
  dirty_at_[index] = static_cast<std::uint32_t>(dirty_.size());
}

void sim_inode::forget(std::size_t at) {
  dirty_at_[dirty_[at].index] = 0;
  if (at + 1 != dirty_.size()) {
    dirty_[at] = dirty_.back();
    dirty_at_[dirty_[at].index] = static_cast<std::uint32_t>(at + 1);
  }
  dirty_.pop_back();
}

void sim_inode::forget_sector(std::uint64_t index) {
  if (dirty_at_[index] != 0) forget(dirty_at_[index] - 1);
}

}  // namespace millrace::sim
