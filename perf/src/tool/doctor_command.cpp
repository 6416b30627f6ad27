// millrace doctor: looks, prints what to do, and changes nothing.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "doctor/diagnosis.hpp"
#include "tool/command.hpp"

namespace millrace::perf {

int run_doctor(int argc, char** argv) {
  CLI::App app(
      "Says whether this machine measures well now, and what to do if not. Exit code 3: "
      "a run would be suspect or worse.",
      "millrace doctor");
  double seconds = 3;
  bool json = false;
  app.add_option("--seconds", seconds, "how long to look, half of it with one core busy")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  app.add_flag("--json", json, "print one JSON object");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const machine_facts machine = read_machine_facts();
  const noise_facts noise = probe_noise(seconds);
  const auto found = diagnose(machine, noise);
  const trust verdict = worst_of(found, noise, machine.debug_build);
  const std::string text =
      json ? diagnosis_json(found, verdict, noise) : diagnosis_text(found, verdict);
  std::fputs(text.c_str(), stdout);
  return verdict == trust::good ? 0 : 3;
}

}  // namespace millrace::perf
