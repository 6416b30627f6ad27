// sim_inode: a simulated file: what a process sees, and of every 512-byte sector that has changed
// since it was last on the medium, what is there instead. Owned by a sim_disk; one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"

namespace millrace::sim {

class sim_inode {
 public:
  static constexpr std::size_t sector_bytes = 512;

  explicit sim_inode(std::uint32_t number) noexcept : number_(number) {}
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

  [[nodiscard]] std::uint64_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::span<std::byte> at_rest() noexcept { return bytes_; }

  /// The process sees it; the medium may not have it.
  void write(std::uint64_t offset, std::span<const std::byte> from);
  /// What was written there is on the medium.
  void settle(std::uint64_t offset, std::uint64_t size);
  /// All that was written is on the medium, but for what a failed sync has dropped.
  void sync();
  /// A sync has failed: what waited may or may not get there, and the next sync knows nothing of
  /// it.
  void drop(base::random& random);
  /// Power is cut: every sector is as it was or as it became, and so is the size.
  void cut(base::random& random);

  [[nodiscard]] std::size_t waiting() const noexcept { return dirty_.size(); }

 private:
  struct dirty_sector {
    std::uint64_t index = 0;
    bool dropped = false;
    std::array<std::byte, sector_bytes> before{};
  };
  void remember(std::uint64_t index);
  void forget(std::size_t at);
  void forget_sector(std::uint64_t index);

  const std::uint32_t number_;
  std::vector<std::byte> bytes_;
  std::uint64_t size_on_medium_ = 0;
  std::vector<dirty_sector> dirty_;
  std::vector<std::uint32_t> dirty_at_;  ///< a sector's place in dirty_, plus 1
};

}  // namespace millrace::sim
