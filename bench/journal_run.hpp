// journal_run: what one timed run of journal_bench brought, and where its records come from. Used
// by the bare loops and by the engine's driver; one thread.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>
#include <vector>

namespace millrace::bench {

inline constexpr std::size_t record_bytes = 1024;

/// Of the engine, times are taken while all calls that may be outstanding are: from when the first
/// of each is answered, which come all at once to an engine at rest, until the last ones are made.
struct journal_run {
  double seconds = 0;
  std::uint64_t records = 0;        ///< in these seconds
  std::uint64_t writes = 0;         ///< of `written`
  std::uint64_t written = 0;        ///< records, before and after them too
  std::uint64_t journal_bytes = 0;  ///< that the journal wrote for them
  double stolen = 0;  ///< share of the caller's time (bare syncs: between them) without a processor
  std::vector<std::uint32_t> ns;  ///< bare: of each sync; engine: from each submit to its answer
  std::vector<std::uint32_t> first_ns;  ///< and of the first calls

  /// One run of what was measured in several.
  void add(const journal_run& other);
  [[nodiscard]] double records_per_second() const { return static_cast<double>(records) / seconds; }
  /// `share` in 0..1; reorders. 0 of nothing.
  [[nodiscard]] double quantile_ns(double share) { return quantile(ns, share); }
  [[nodiscard]] double first_quantile_ns(double share) { return quantile(first_ns, share); }

 private:
  static double quantile(std::vector<std::uint32_t>& of, double share);
};

/// The next of a few hundred records of random bytes: more than the first cache level holds, as
/// with bodies of clients. At most two of record_bytes long.
[[nodiscard]] bytes_view next_record(std::size_t bytes = record_bytes) noexcept;

}  // namespace millrace::bench
