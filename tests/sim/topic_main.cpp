// sim_topics: topics of a simulated engine, from seeds. Exit code 1: something is broken; 3:
// void, too little happened to prove anything.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/clock.hpp"
#include "support/trust_note.hpp"
#include "topic_history.hpp"

namespace {

using namespace millrace;

constexpr const char* usage =
    "sim_topics --seconds S | --histories N [--first-seed N] [--trust FILE]; --seed N\n";

struct wanted {
  double seconds = 0;
  std::uint64_t histories = 0;
  std::uint64_t seed = 1;
  bool one = false;
  std::string trust;
};

wanted parse(int argc, char** argv) {
  wanted o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--seconds") o.seconds = std::strtod(argv[i + 1], nullptr);
    if (name == "--histories") o.histories = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--first-seed" || name == "--seed")
      o.seed = std::strtoull(argv[i + 1], nullptr, 10);
    o.one |= name == "--seed";
    if (name == "--trust") o.trust = argv[i + 1];
  }
  if (o.seconds <= 0 && o.histories == 0 && !o.one) {
    std::fputs(usage, stderr);
    std::exit(2);
  }
  return o;
}

void print(const sim::topic_tally& t, double seconds) {
  const auto line = [](const char* what, std::uint64_t n) {
    std::printf("%-10s %llu\n", what, static_cast<unsigned long long>(n));
  };
  line("histories", t.histories);
  line("operations", t.operations);
  line("crashes", t.crashes);
  line("acked", t.acked);
  line("found", t.found);
  line("ordered", t.ordered);
  line("repeated", t.repeated);
  std::printf("%.1f s\n", seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const wanted o = parse(argc, argv);
  sim::topic_tally counts;
  const std::int64_t began = base::monotonic_ns();
  const auto seconds = [&] { return static_cast<double>(base::monotonic_ns() - began) / 1e9; };
  std::string broken;
  std::uint64_t seed = o.seed;
  do {
    broken = sim::topic_history(seed).run(counts);
    if (!broken.empty()) break;
    ++seed;
  } while (!o.one && (counts.histories < o.histories || seconds() < o.seconds));
  print(counts, seconds());
  if (!broken.empty()) {
    std::printf("BROKEN by seed %llu: %s\n", static_cast<unsigned long long>(seed), broken.c_str());
  }
  test::write_notes(
      o.trust, o.seed, seconds(),
      {{"T1", "simulator", "acked publishes found in queues", counts.found,
        broken.empty() ? 0U : 1U},
       {"T3", "simulator", "in FIFO queues, in order", counts.ordered, broken.empty() ? 0U : 1U}});
  if (!broken.empty()) return 1;
  const bool little = counts.crashes < 20 || counts.found < 1'000 || counts.ordered < 100;
  if (!o.one && little) {
    std::puts("VOID: too little happened");
    return 3;
  }
  return 0;
}
