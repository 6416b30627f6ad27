#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace millrace::base {

void assert_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "millrace: broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace millrace::base
