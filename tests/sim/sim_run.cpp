#include "sim_run.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "history.hpp"

namespace millrace::sim {
namespace {

/// What a job has done so far, in memory that its parent sees even if it dies.
struct job_state {
  tally counts;
  std::uint64_t seed = 0;  ///< of the history under way, or of the one that broke something
  bool ended = false;
  char what[400] = {};
};
static_assert(std::is_trivially_copyable_v<job_state>);

bool is_over(const run_limits& limits, std::span<const job_state> jobs, base::time_ns began) {
  const double seconds = static_cast<double>(base::monotonic_ns() - began) / base::ns_per_s;
  if (limits.seconds != 0 && seconds >= limits.seconds) return true;
  std::uint64_t operations = 0;
  bool found = false;
  for (const job_state& job : jobs) {
    operations += job.counts.operations;
    found = found || job.what[0] != 0;
  }
  return found || (limits.operations != 0 && operations >= limits.operations);
}

void run_job(const run_limits& limits, std::span<job_state> jobs, unsigned number,
             base::time_ns began) {
  job_state& me = jobs[number];
  for (std::uint64_t i = number; limits.histories == 0 || i < limits.histories; i += limits.jobs) {
    if (is_over(limits, jobs, began)) break;
    me.seed = limits.first_seed + i;
    const outcome done = history(me.seed).run();
    me.counts.add(done.counts);
    if (done.complaint.empty()) continue;
    done.complaint.copy(me.what, sizeof me.what - 1);
    break;
  }
  me.ended = true;
}

void run_jobs(const run_limits& limits, std::span<job_state> jobs, base::time_ns began) {
  for (unsigned i = 0; i < limits.jobs; ++i) {
    const pid_t child = ::fork();
    MR_ASSERT(child >= 0);
    if (child != 0) continue;
    run_job(limits, jobs, i, began);
    std::_Exit(0);
  }
  while (::wait(nullptr) > 0) {
  }
}

}  // namespace

run_outcome run_histories(const run_limits& limits) {
  const std::size_t bytes = limits.jobs * sizeof(job_state);
  void* shared = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  MR_ASSERT(shared != MAP_FAILED);
  auto* first = static_cast<job_state*>(shared);
  std::uninitialized_value_construct_n(first, limits.jobs);
  const std::span jobs(first, limits.jobs);
  const base::time_ns began = base::monotonic_ns();
  run_jobs(limits, jobs, began);

  run_outcome all;
  all.seconds = static_cast<double>(base::monotonic_ns() - began) / base::ns_per_s;
  for (const job_state& job : jobs) {
    all.counts.add(job.counts);
    if (!job.ended) ++all.counts[breach::unanswered];
    if (!all.found.what.empty()) continue;
    if (!job.ended) all.found = {job.seed, "the process died"};
    if (job.what[0] != 0) all.found = {job.seed, job.what};
  }
  ::munmap(shared, bytes);
  return all;
}

std::string is_void(const run_limits& limits, const run_outcome& run) {
  // A quarter to a half of what a history has on average.
  struct least {
    std::uint64_t tally::*number;
    double per_history;
  };
  constexpr least all[] = {
      {&tally::operations, 800},
      {&tally::crashes, 3},
      {&tally::kills, 1.2},
      {&tally::power_cuts, 1.2},
      {&tally::interrupted, 1},
      {&tally::closes, 0.7},
      {&tally::failed_calls, 0.1},
      {&tally::dead_devices, 0.1},
      {&tally::calls_to_dead, 1},
      {&tally::full_disks, 0.2},
      {&tally::refused_full, 0.5},
      {&tally::slow_calls, 0.8},
      {&tally::clock_jumps, 0.3},
      {&tally::flips, 0.2},
      {&tally::group_waits, 8},
      {&tally::carried, 5},
      {&tally::recycled, 3},
      {&tally::dead_letters, 20},
      {&tally::audits, 4},
      {&tally::replays, 0.15},
      {&tally::fifo_acked, 150},
      {&tally::fifo_duplicates, 18},
      {&tally::fifo_renewed, 10},
      {&tally::grouped_deliveries, 30},
      {&tally::fifo_deliveries, 300},
      {&tally::fifo_dead_letters, 24},
      {&tally::fifo_duplicates_later, 3},
      {&tally::attempts_repeated, 1.5},
      {&tally::attempts_over, 5},
      {&tally::moves_started, 6},
      {&tally::moves_completed, 4},
      {&tally::moves_cancelled, 1},
      {&tally::moves_gone_on, 1.5},
      {&tally::moved, 90},
      {&tally::moved_fifo, 40},
  };
  constexpr std::uint64_t histories_least = 20;
  constexpr double few = 40;  // in which one kind or the other may be rare
  const double histories = std::max(static_cast<double>(run.counts.histories) - few, 0.0);
  if (run.counts.histories < histories_least) return "fewer than 20 histories";
  if (static_cast<double>(run.counts.operations) < 1000 * limits.seconds) {
    return "fewer than 1,000 operations a second";
  }
  for (const least& l : all) {
    const double wanted = std::max(l.per_history * histories, 1.0);
    if (static_cast<double>(run.counts.*l.number) >= wanted) continue;
    const auto [names, count] = numbers();
    const auto* name = std::find_if(names, names + count,
                                    [&](const named_number& n) { return n.number == l.number; });
    return std::string("too few: ") + name->name;
  }
  return {};
}

}  // namespace millrace::sim
