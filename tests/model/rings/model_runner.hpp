// Runs a model under relacy's random and context-bound schedulers, and tells whether what came out
// is what was expected: a sound model survives every schedule, a mutant must not.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "model_sync.hpp"

namespace millrace::model {

/// One model or mutant by name.
struct model_case {
  std::string model;
  std::string mutant;  ///< empty: the model as it is
  bool (*survives)(std::ostream& trace) = nullptr;
};

/// Keeps the first 64 KiB written to it without allocating: relacy writes a trace while its own
/// operator new is in force, and what that gave out must not be freed later.
class trace_buffer : public std::streambuf {
 public:
  trace_buffer() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
  [[nodiscard]] std::string_view text() const {
    return {pbase(), static_cast<std::size_t>(pptr() - pbase())};
  }

 private:
  std::array<char, 65536> bytes_{};
};

/// Random schedules of a model: seconds. MILLRACE_MODEL_SCHEDULES sets another
/// number, for a long search.
inline rl::iteration_t schedules() {
  const char* const wanted = std::getenv("MILLRACE_MODEL_SCHEDULES");
  const long long number = wanted != nullptr ? std::atoll(wanted) : 0;
  return number > 0 ? static_cast<rl::iteration_t>(number) : 60'000;
}

template <class Suite>
bool survives_search(rl::scheduler_type_e search, std::ostream& trace) {
  static trace_buffer progress_bytes;
  std::ostream progress(&progress_bytes);
  rl::test_params params;
  params.search_type = search;
  params.iteration_count = schedules();
  params.context_bound = Suite::static_context_bound;
  params.execution_depth_limit = 4000;
  params.progress_stream = &progress;
  params.output_stream = &trace;
  return rl::simulate<Suite>(params);
}

/// Random schedules, then all with one forced switch, unless the suite has too many of those.
template <class Suite>
bool survives(std::ostream& trace) {
  if (!survives_search<Suite>(rl::random_scheduler_type, trace)) return false;
  if constexpr (Suite::bound_search) {
    return survives_search<Suite>(rl::fair_context_bound_scheduler_type, trace);
  }
  return true;
}

/// 0 when the named case came out as it must; 1 when not; 2 for an unknown name.
inline int run_case(const std::vector<model_case>& cases, int argc, char** argv) {
  const std::string model = argc > 1 ? argv[1] : "";
  const std::string mutant = argc > 2 ? argv[2] : "";
  for (const model_case& one : cases) {
    if (one.model != model || one.mutant != mutant) continue;
    static trace_buffer trace_bytes;
    std::ostream trace(&trace_bytes);
    const bool alive = one.survives(trace);
    const bool expected = alive == mutant.empty();
    const std::string_view text = trace_bytes.text();
    std::cout << model << ' ' << (mutant.empty() ? "as it is" : "without " + mutant) << ": "
              << (alive ? "survived every schedule" : "violated") << '\n';
    if (!alive) std::cout << text.substr(0, expected ? 200 : 60000) << '\n';
    return expected ? 0 : 1;
  }
  for (const model_case& one : cases) std::cout << one.model << ' ' << one.mutant << '\n';
  return 2;
}

}  // namespace millrace::model
