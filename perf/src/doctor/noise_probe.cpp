#include "doctor/noise_probe.hpp"

#include <unistd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "hist/histogram.hpp"
#include "process/cpu_time.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t gap_ns =
    10'000;  ///< longer than any look at the clock that is not disturbed

void spin(std::uint64_t duration_ns, noise_facts& facts) {
  const auto gaps = std::make_unique<histogram>();
  const std::uint64_t start = monotonic_ns();
  std::uint64_t last = start, lost = 0, looks = 0;
  while (last - start < duration_ns) {
    const std::uint64_t now = monotonic_ns();
    gaps->record(now - last);
    if (now - last > gap_ns) lost += now - last;
    last = now;
    ++looks;
  }
  facts.gap_p999_ns = static_cast<double>(gaps->percentile(99.9));
  facts.gap_max_ns = static_cast<double>(gaps->max());
  facts.lost_percent = 100 * static_cast<double>(lost) / static_cast<double>(last - start);
  facts.clock_read_ns = static_cast<double>(gaps->percentile(50));
}

}  // namespace

double record_cost_ns() {
  constexpr std::size_t values = 4096;  // a power of two
  constexpr std::uint64_t records = 2'000'000;
  sample_generator random(11);
  std::vector<std::uint64_t> durations(values);
  for (std::uint64_t& each : durations) each = 200 + (random.next() >> 48);
  const auto into = std::make_unique<histogram>();
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 5; ++round) {
    const std::uint64_t before = thread_cpu_ns();
    for (std::uint64_t i = 0; i < records; ++i) into->record(durations[i & (values - 1)]);
    least = std::min(least, static_cast<double>(thread_cpu_ns() - before) / records);
  }
  // The count is looked at, so that no compiler leaves the records out.
  return into->count() == 0 ? 0 : least;
}

noise_facts probe_noise(double seconds) {
  noise_facts facts;
  const machine_sample before = sample_machine();
  usleep(static_cast<useconds_t>(seconds / 2 * 1e6));
  facts.idle = difference(before, sample_machine());
  spin(static_cast<std::uint64_t>(seconds / 2 * 1e9), facts);
  facts.record_ns = record_cost_ns();
  return facts;
}

}  // namespace millrace::perf
