// journal_run: what one timed run of journal_bench brought, and where its records come from. Used
// by the bare loops and by the engine's driver; one thread.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>
#include <vector>

namespace millrace::bench {

inline constexpr std::size_t record_bytes = 1024;

struct journal_run {
  double seconds = 0;
  std::uint64_t records = 0;
  std::uint64_t writes = 0;
  std::vector<std::uint32_t> ns;  ///< bare: of each sync; engine: from each submit to its answer

  /// One run of what was measured in several.
  void add(const journal_run& other);
  [[nodiscard]] double records_per_second() const { return static_cast<double>(records) / seconds; }
  /// `share` in 0..1; reorders. 0 of nothing.
  [[nodiscard]] double quantile_ns(double share);
};

/// The next of a few hundred records of random bytes: more than the first cache level holds, as
/// with bodies of clients.
[[nodiscard]] bytes_view next_record() noexcept;

}  // namespace millrace::bench
