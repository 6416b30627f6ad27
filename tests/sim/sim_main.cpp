// sim: plays seeded histories of the whole engine and checks the promises of a queue.
//   sim [--seconds N] [--first-seed N]    as many seeds as fit; the first one is played twice
//   sim -- <seed>                         one history, twice; prints its hash
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/clock.hpp"
#include "world.hpp"

namespace {

using namespace millrace;

bool play(std::uint64_t seed, sim::account& total, std::uint64_t& hash) {
  const sim::outcome o = sim::world(seed).run();
  total.add(o.found);
  hash = o.hash;
  if (o.complaint.empty()) return true;
  std::fprintf(stderr, "sim: seed %llu: %s\nreplay: sim -- %llu\n",
               static_cast<unsigned long long>(seed), o.complaint.c_str(),
               static_cast<unsigned long long>(seed));
  return false;
}

/// Two runs of one seed must be one history.
bool play_twice(std::uint64_t seed, sim::account& total) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  if (!play(seed, total, first) || !play(seed, total, second)) return false;
  std::printf("sim: seed %llu has history %016llx\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(first));
  if (first == second) return true;
  std::fprintf(stderr, "sim: played again it has history %016llx\n",
               static_cast<unsigned long long>(second));
  return false;
}

void print(const sim::account& a, std::uint64_t seeds) {
  const auto n = [](std::uint64_t x) { return static_cast<unsigned long long>(x); };
  std::printf(
      "sim: %llu seeds, %llu operations: attempt-count %llu, acknowledged-count %llu, "
      "ok-count %llu, purged %llu, recovered-count %llu, duplicated-count %llu\n",
      n(seeds), n(a.operations), n(a.attempts), n(a.acked), n(a.ok), n(a.purged), n(a.recovered),
      n(a.duplicated));
  std::printf(
      "sim: lost-count %llu, unexpected-count %llu, overlaps %llu, redelivered after an "
      "acked delete %llu, received beyond maxReceiveCount %llu\n",
      n(a.lost), n(a.unexpected), n(a.overlaps), n(a.resurrected), n(a.overcounted));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seconds = 5;
  std::uint64_t seed = 1;
  sim::account total;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (flag == "--") {
      const bool fine = play_twice(value, total);
      print(total, 1);
      return fine ? 0 : 1;
    }
    if (flag == "--seconds") {
      seconds = value;
    } else if (flag == "--first-seed") {
      seed = value;
    } else {
      std::fprintf(stderr, "sim: unknown flag %s\n", argv[i]);
      return 2;
    }
  }
  const std::int64_t end =
      base::monotonic_ns() + static_cast<std::int64_t>(seconds) * base::ns_per_s;
  std::uint64_t seeds = 0;
  bool fine = play_twice(seed, total);
  for (; fine && base::monotonic_ns() < end; ++seeds) {
    std::uint64_t hash = 0;
    fine = play(++seed, total, hash);
  }
  print(total, seeds + 1);
  return fine ? 0 : 1;
}
