// `millrace bench`: a target and a run for each rate; each run has fresh queues or streams.

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "process/cpu_time.hpp"
#include "run/bench_report.hpp"
#include "run/open_loop.hpp"
#include "run/rate_search.hpp"
#include "target/engine_target.hpp"
#include "tool/bench_options.hpp"
#include "tool/command.hpp"

namespace millrace::perf {

namespace {

constexpr double first_rate = 4000;

class bench {
 public:
  explicit bench(const bench_options& options) : options_(options), report_{.plan = options.plan} {
    report_.seed = options.seed;
    report_.stamp_ns = measure_stamp_ns();
    report_.searched = options.find_max;
    shows_progress_ = !options.quiet && isatty(STDERR_FILENO) == 1;
  }

  int run() {
    const bench_workload& plan = options_.plan;
    if (options_.find_max) {
      report_.max_rate =
          find_max_rate(plan, {.first_rate = first_rate},
                        [this](double rate) -> const load_result& { return run_at(rate, true); });
    } else if (plan.sweep.empty()) {
      (void)run_at(plan.producer_rate, false);
    } else {
      sweep();
    }
    print(options_.json ? report_json(report_) : text_end(report_));
    return exit_code(report_);
  }

 private:
  /// Rising rates end with the second one that is not borne: the others would not be either.
  void sweep() {
    int saturated = 0;
    for (const double rate : options_.plan.sweep) {
      saturated += run_at(rate, true).is_saturated() ? 1 : 0;
      if (saturated == 2 &&
          std::is_sorted(options_.plan.sweep.begin(), options_.plan.sweep.end())) {
        return;
      }
    }
  }

  const load_result& run_at(double rate, bool may_cut_short) {
    const auto on = open_target();
    if (report_.results.empty()) {
      report_.target = on->describe();
      if (!options_.json) print(text_head(report_));
    }
    open_loop_settings settings{.rate = rate,
                                .seed = options_.seed,
                                .may_cut_short = may_cut_short,
                                .mark = static_cast<std::uint32_t>(monotonic_ns() >> 8)};
    if (shows_progress_) {
      settings.progress = [rate](double passed, double all) { show_progress(rate, passed, all); };
    }
    open_loop loop(options_.plan, *on, settings);
    report_.results.push_back(loop.run());
    if (shows_progress_) std::fputs("\r\033[K", stderr);
    const load_result& result = *report_.results.back();
    if (!options_.json) print(text_row(report_, result));
    return result;
  }

  [[nodiscard]] std::unique_ptr<target> open_target() const {
    const engine_target_settings settings{.data_dir = options_.data_dir, .seed = options_.seed};
    return open_engine_queues(options_.plan, settings);
  }

  static void show_progress(double rate, double passed, double all) {
    std::fprintf(stderr, "\r\033[K%.0f messages/s: %.0f of %.0f s, %.0f s left", rate, passed, all,
                 std::max(0.0, all - passed));
  }
  static void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  const bench_options& options_;
  bench_report report_;
  bool shows_progress_ = false;
};

}  // namespace

int run_bench(int argc, char** argv) {
  int code = 0;
  const auto options = parse_bench_options(argc, argv, code);
  if (!options) return code;
  return bench(*options).run();
}

}  // namespace millrace::perf
