// Bodies that are known again: 24 letters of number, intended send time, key and mark of the run,
// then filler. All letters are of a 64-letter alphabet, so that no wire needs to escape them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::perf {

struct bench_workload;

struct message_head {
  std::uint64_t sequence = 0;     ///< below 2^48
  std::uint64_t intended_ns = 0;  ///< since the run's origin, below 2^48 (78 hours)
  std::uint32_t key = 0;          ///< below 2^24
};

class payload_pool {
 public:
  static constexpr std::size_t header_bytes = 24;
  static constexpr std::size_t pool_bytes_max = 1ull << 30;

  /// Fillers as the workload asks for them; `mark` (24 bits count) tells this run's bodies from any
  /// other's. Throws std::runtime_error when a payload file cannot be used.
  payload_pool(const bench_workload& plan, std::uint64_t seed, std::uint32_t mark);

  /// Writes a body of to.size() >= header_bytes.
  void write(std::span<char> to, const message_head& head) const noexcept;

  /// Nothing unless the body is one of this run's.
  [[nodiscard]] std::optional<message_head> read(std::string_view body) const noexcept;
  /// True if the filler is what was sent.
  [[nodiscard]] bool is_intact(std::string_view body, std::uint64_t sequence) const noexcept;

 private:
  [[nodiscard]] const std::string& filler(std::uint64_t sequence) const noexcept {
    return fillers_[sequence % fillers_.size()];
  }
  std::vector<std::string> fillers_;  ///< each as long as the longest body
  std::uint32_t mark_;
};

}  // namespace millrace::perf
