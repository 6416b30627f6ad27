// millrace_record SUITE DIRECTORY: observes the machine from its start until standard input ends,
// then writes what the JSON there says (see record_json.hpp) as a record. Prints the id, the
// verdict and the goals that were missed. Exit codes: 0 written, 1 a gated goal missed, 2 bad use,
// 3 invalid.

#include <cstdio>
#include <iostream>
#include <iterator>

#include "results/record_json.hpp"

int main(int argc, char** argv) {
  using namespace millrace::perf;
  if (argc != 3) {
    std::fputs("usage: millrace_record SUITE DIRECTORY < record.json\n", stderr);
    return 2;
  }
  try {
    run_record record(argv[1]);
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    add_json(record, text);
    const trust_verdict verdict = record.verdict();
    const std::string id = record.write(argv[2]);
    std::printf("%s %s\n", id.c_str(), to_string(verdict.value));
    for (const std::string& reason : verdict.reasons) std::printf("  %s\n", reason.c_str());
    if (verdict.value == trust::invalid) return 3;
    return record.all_gated_goals_met() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace_record: %s\n", error.what());
    return 2;
  }
}
