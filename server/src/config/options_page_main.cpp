// Prints docs/options.md. Run by scripts/generate-options and by the test that compares.
#include <cstdio>

#include "config/render.hpp"

int main() {
  const std::string page = millrace::config::options_page();
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
