// millrace_load: loads an SQS server and says what it did and what it cost. Exit codes: 0 fine, 1
// wrong answers (loss, duplicates, errors), 2 bad use or unreachable, 3 void (the generator was the
// limit).

#include <sched.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>

#include "hist/hlog.hpp"
#include "load/load_run.hpp"

namespace {

using namespace millrace::perf;

void run_on(int cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<std::size_t>(cpu), &only);
  if (sched_setaffinity(0, sizeof only, &only) != 0) throw_errno("--cpu");
}

void write_hlog(const std::string& path, const load_outcome& outcome) {
  hlog_writer log(static_cast<double>(std::time(nullptr)) - outcome.measured.seconds);
  for (std::size_t i = 0; i < operation_count; ++i) {
    const histogram& values = outcome.measured.service[i];
    if (values.count() == 0) continue;
    log.add(0, outcome.measured.seconds, values, std::string(to_string(static_cast<operation>(i))));
  }
  std::ofstream file(path);
  file << log.text();
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

int run(const load_options& options) {
  if (options.cpu) run_on(*options.cpu);
  const auto outcome = run_load(options);
  const std::string report =
      options.json ? report_json(options, *outcome) : report_text(options, *outcome);
  std::fputs(report.c_str(), stdout);
  if (!options.hlog_file.empty()) write_hlog(options.hlog_file, *outcome);
  if (!outcome->is_correct()) return 1;
  return outcome->is_limited_by_generator() ? 3 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = parse_load_options(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    return run(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace_load: %s\n", error.what());
    return 2;
  }
}
