// `millrace bench`: a target and a run for each rate; each run has fresh queues or streams.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "process/cpu_time.hpp"
#include "run/bench_record.hpp"
#include "run/bench_report.hpp"
#include "run/open_loop.hpp"
#include "run/rate_search.hpp"
#include "target/engine_target.hpp"
#include "target/http_target.hpp"
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
    refuse_impossible();
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
    if (!options_.record_dir.empty()) write_record();
    return exit_code(report_);
  }

 private:
  void write_record() {
    add_report(record_, report_);
    const std::string id = record_.write(options_.record_dir);
    if (!options_.json) print("record    " + options_.record_dir + "/" + id + "\n");
  }

  /// Before anything runs.
  void refuse_impossible() const {
    const bool own = options_.target == "embed" || options_.target == "server";
    if (!own) (void)parse_endpoint(options_.target);
    if (!own && !options_.data_dir.empty()) {
      throw std::runtime_error("--data is for --target embed and server, which this tool starts");
    }
    if (options_.target != "server" && !options_.server.empty()) {
      throw std::runtime_error("--server goes with --target server");
    }
    for (const fault& each : options_.plan.faults) {
      if (own || each.whom != fault::victim::server) continue;
      throw std::runtime_error("a fault of the server needs --target embed or server");
    }
  }

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

  /// Each run has queues or streams of its own; a server of ours lives over all of them.
  [[nodiscard]] std::unique_ptr<target> open_target() {
    const bench_workload& plan = options_.plan;
    const bool streams = plan.service == service_kind::stream;
    if (options_.target == "embed") {
      const engine_target_settings settings{.data_dir = options_.data_dir, .seed = options_.seed};
      return streams ? open_engine_streams(plan, settings) : open_engine_queues(plan, settings);
    }
    const http_target_settings settings = reach_server();
    return streams ? open_http_streams(plan, settings) : open_http_queues(plan, settings);
  }

  http_target_settings reach_server() {
    http_target_settings settings{
        .connections = options_.connections,
        .poll_interval_ns = options_.poll_interval_ns,
        .name = "bench-" + std::to_string(getpid()) + "-" + std::to_string(++targets_)};
    if (options_.target != "server") {
      settings.where = parse_endpoint(options_.target);
      return settings;
    }
    if (!server_) {
      std::vector<std::string> arguments;
      if (!options_.data_dir.empty()) arguments = {"--data", options_.data_dir};
      server_.emplace(options_.server.empty() ? find_millraced() : options_.server, arguments);
    }
    settings.where = server_->where();
    settings.server = &*server_;
    return settings;
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
  run_record record_{"bench"};
  std::optional<server_process> server_;
  std::size_t targets_ = 0;
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
