// crash_driver: breaks a real millraced and checks its promises. Exit codes: 0 all kept, 1
// violated, 2 bad use or a failure of the test itself, 3 void (too little happened), 77 not
// permitted here.

#include <cstdio>
#include <exception>

#include "tests.hpp"

namespace {

using namespace millrace::crash;

int run(const crash_options& chosen) {
  switch (chosen.kind) {
    case test_kind::control:
    case test_kind::kill:
    case test_kind::power_cut: return run_crashes(chosen);
    case test_kind::disk_full: return run_disk_full(chosen);
    case test_kind::io_error: return run_io_error(chosen);
    case test_kind::at_rest: return run_at_rest(chosen);
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  int exit_code = 0;
  const auto chosen = parse_crash_options(argc, argv, exit_code);
  if (!chosen) return exit_code;
  std::printf("%s: seed %llu\n", chosen->test_name.c_str(),
              static_cast<unsigned long long>(chosen->seed));
  try {
    return run(*chosen);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "crash_driver: %s\n", error.what());
    return 2;
  }
}
