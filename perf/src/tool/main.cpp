// The program millrace: finds the command that the first argument names, and runs it.

#include <cstdio>
#include <exception>
#include <string_view>

#include "tool/command.hpp"

namespace {

void print_help(std::FILE* to) {
  std::fputs("usage: millrace COMMAND [OPTIONS]; millrace COMMAND --help says more\n\n", to);
  for (const auto& each : millrace::perf::commands()) {
    std::fprintf(to, "  %-10s %s\n", each.name.data(), each.help.data());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(stdout);
    return 0;
  }
  for (const auto& each : millrace::perf::commands()) {
    if (name != each.name) continue;
    try {
      return each.run(argc - 1, argv + 1);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "millrace %s: %s\n", each.name.data(), error.what());
      return 2;
    }
  }
  if (!name.empty()) std::fprintf(stderr, "millrace: no command '%s'\n\n", argv[1]);
  print_help(stderr);
  return 2;
}
