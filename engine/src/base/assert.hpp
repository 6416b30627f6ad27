// MR_ASSERT: an invariant of the engine, checked in every build. A broken one prints where and
// what, and stops the program: going on would acknowledge wrong state.
#pragma once

namespace millrace::base {

[[noreturn]] void assert_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace millrace::base

#define MR_ASSERT(expression)    \
  (static_cast<bool>(expression) \
       ? static_cast<void>(0)    \
       : ::millrace::base::assert_failed(#expression, __FILE__, __LINE__))
