#include "journal_run.hpp"

#include <algorithm>
#include <cstring>

#include "base/random.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t count = 512;

std::vector<std::byte> random_bytes() {
  std::vector<std::byte> bytes((count + 1) * record_bytes);
  std::uint64_t seed = 1;
  for (std::size_t i = 0; i < bytes.size(); i += sizeof seed) {
    const std::uint64_t word = base::splitmix64(seed);
    std::memcpy(&bytes[i], &word, sizeof word);
  }
  return bytes;
}

}  // namespace

void journal_run::add(const journal_run& other) {
  stolen = std::max(stolen, other.stolen);
  seconds += other.seconds;
  records += other.records;
  writes += other.writes;
  written += other.written;
  journal_bytes += other.journal_bytes;
  ns.insert(ns.end(), other.ns.begin(), other.ns.end());
  first_ns.insert(first_ns.end(), other.first_ns.begin(), other.first_ns.end());
}

double journal_run::quantile(std::vector<std::uint32_t>& of, double share) {
  if (of.empty()) return 0;
  const auto last = of.size() - 1;
  const auto at = std::min(last, static_cast<std::size_t>(share * static_cast<double>(of.size())));
  std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(at), of.end());
  return of[at];
}

bytes_view next_record(std::size_t bytes) noexcept {
  static const std::vector<std::byte> all = random_bytes();
  static std::size_t next = 0;
  next = (next + 1) % count;
  return bytes_view(all).subspan(next * record_bytes, bytes);
}

}  // namespace millrace::bench
