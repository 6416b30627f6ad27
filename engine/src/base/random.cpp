#include "base/random.hpp"

#include <sys/random.h>

#include "base/assert.hpp"

namespace millrace::base {

std::uint64_t os_random() noexcept {
  std::uint64_t value = 0;
  MR_ASSERT(getrandom(&value, sizeof value, 0) == static_cast<ssize_t>(sizeof value));
  return value;
}

}  // namespace millrace::base
