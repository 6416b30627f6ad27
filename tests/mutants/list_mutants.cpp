// Prints the catalogue of seeded bugs: name, promise and what is broken, a line each, tabs between.
#include <cstdio>

#include "base/mutant.hpp"

int main() {
  using namespace millrace::base;
  for (std::size_t i = 0; i != mutant_count; ++i) {
    const mutant_line& line = mutant_lines[i];
    std::printf("%s\t%s\t%s\n", line.name.data(), line.promise.data(), line.broken.data());
  }
}
