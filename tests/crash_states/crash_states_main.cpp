// Enumerates what a crash may leave of short histories of the journal, and recovers each state.
//   crash_states --states 1000000      that many different disks
//   crash_states --subsets 4096        up to so many subsets of unsynced sectors a moment
//   crash_states --seed 7              other random subsets, and other long histories
//   crash_states --trust FILE          says so to scripts/promises
// First every script of up to three steps on every ground, written by log_writer: the format. Then
// random histories, of local_journal and of log_writer in turn.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "examiner.hpp"
#include "trust_note.hpp"

using namespace millrace::crash_states;

namespace {

struct arguments {
  std::uint64_t states = 1'000'000;
  std::uint64_t subsets = 4096;
  std::uint64_t seed = 1;
  std::string trust;
};

bool parse(int count, char** texts, arguments& out) {
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = texts[i];
    const std::uint64_t value = std::strtoull(texts[i + 1], nullptr, 10);
    if (name == "--states") {
      out.states = value;
    } else if (name == "--subsets") {
      out.subsets = value;
    } else if (name == "--seed") {
      out.seed = value;
    } else if (name == "--trust") {
      out.trust = texts[i + 1];
    } else {
      return false;
    }
  }
  return count % 2 == 1 && out.states != 0 && out.subsets != 0;
}

// The n-th script of up to three steps.
std::vector<step> script(std::size_t n) {
  std::vector<step> out;
  for (; n != 0; n = (n - 1) / steps) out.push_back(static_cast<step>((n - 1) % steps));
  return out;
}

constexpr std::size_t scripts = 1 + steps + steps * steps + steps * steps * steps;

bool run(examiner& all, const arguments& wanted, std::uint64_t& short_ones) {
  for (std::size_t n = 0; n != scripts * grounds && !all.enough(); ++n) {
    // In an order that meets all kinds early, for runs that end before the last.
    const std::size_t which = n * 997 % (scripts * grounds);
    const auto under = static_cast<ground>(which % grounds);
    if (!all.examine(make_history(under, script(which / grounds), wanted.seed))) return false;
    ++short_ones;
  }
  for (std::uint64_t seed = wanted.seed * 1'000'000; !all.enough(); ++seed) {
    if (!all.examine(make_journal_history(seed))) return false;
    if (!all.enough() && !all.examine(make_history(seed))) return false;
  }
  return true;
}

}  // namespace

int main(int count, char** texts) {
  arguments wanted;
  if (!parse(count, texts, wanted)) {
    std::fprintf(stderr,
                 "usage: crash_states [--states N] [--subsets N] [--seed N] [--trust FILE]\n");
    return 2;
  }
  examiner all(wanted.subsets, wanted.states, wanted.seed);
  std::uint64_t short_ones = 0;
  const std::clock_t begin = std::clock();
  const bool good = run(all, wanted, short_ones);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const examined& counts = all.counts();
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "crash states: %llu different, %llu recoveries, %llu went on; %llu histories (%llu of %zu "
      "short ones), %llu moments; all subsets at %llu, random ones at %llu; %.1f s\n",
      n(all.states()), n(counts.checked), n(counts.continued), n(counts.histories), n(short_ones),
      scripts * grounds, n(counts.points), n(counts.complete), n(counts.sampled), seconds);
  const std::uint64_t broken = good ? 0 : 1;
  millrace::test::write_notes(wanted.trust, wanted.seed, seconds,
                              {{"J1", "crash_states", "states of the disk", all.states(), broken},
                               {"J2", "crash_states", "states of the disk", all.states(), broken}});
  if (good) return 0;
  std::printf("BROKEN: %s\n", all.complaint().c_str());
  return 1;
}
