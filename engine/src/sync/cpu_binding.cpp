#include "sync/cpu_binding.hpp"

#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace millrace::sync {
namespace {

constexpr int cpus_max = 8192;  // the largest NR_CPUS that Linux can be built with
constexpr int sets = cpus_max / CPU_SETSIZE;
using cpu_mask = std::array<cpu_set_t, sets>;

}  // namespace

bool bind_this_thread(int cpu) noexcept {
  if (cpu < 0 || cpu >= cpus_max) return false;
  cpu_mask mask{};
  CPU_SET_S(static_cast<std::size_t>(cpu), sizeof(mask), mask.data());
  return ::sched_setaffinity(0, sizeof(mask), mask.data()) == 0;
}

int this_processor() noexcept { return ::sched_getcpu(); }

bool leave_this_processor() noexcept {
  cpu_mask all{};
  if (::sched_getaffinity(0, sizeof(all), all.data()) != 0) return false;
  cpu_mask others = all;
  const int here = this_processor();
  if (here < 0 || here >= cpus_max) return false;
  CPU_CLR_S(static_cast<std::size_t>(here), sizeof(others), others.data());
  if (CPU_COUNT_S(sizeof(others), others.data()) == 0) return false;
  if (::sched_setaffinity(0, sizeof(others), others.data()) != 0) return false;
  return ::sched_setaffinity(0, sizeof(all), all.data()) == 0;
}

bool prefer_memory_of(int node) noexcept {
  constexpr int nodes_max = 1024;
  constexpr int bits = 8 * sizeof(unsigned long);
  if (node < 0 || node >= nodes_max) return false;
  std::array<unsigned long, nodes_max / bits> mask{};
  mask[static_cast<std::size_t>(node / bits)] = 1UL << (node % bits);
  return ::syscall(SYS_set_mempolicy, MPOL_PREFERRED, mask.data(), nodes_max + 1) == 0;
}

int processors_permitted() noexcept {
  cpu_mask mask{};
  if (::sched_getaffinity(0, sizeof(mask), mask.data()) != 0) return 0;
  return CPU_COUNT_S(sizeof(mask), mask.data());
}

}  // namespace millrace::sync
