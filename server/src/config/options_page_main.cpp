// Prints docs/options.md, or with "limits" docs/limits.md. Run by scripts/generate-options.
#include <cstdio>
#include <string_view>

#include "config/render.hpp"

int main(int count, char** arguments) {
  const bool limits = count == 2 && std::string_view(arguments[1]) == "limits";
  const std::string page =
      limits ? millrace::config::limits_page() : millrace::config::options_page();
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
