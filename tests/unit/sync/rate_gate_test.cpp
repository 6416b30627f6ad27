#include "sync/rate_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

TEST(rate_gate, lets_racing_threads_have_together_what_it_would_let_one_have) {
  millrace::sync::rate_gate gate(3000);
  std::atomic<int> passed{0};
  std::atomic<std::int64_t> now{millrace::base::ns_per_s};
  const auto call = [&] {
    for (int i = 0; i < 50'000; ++i) {
      if (gate.pass(now.fetch_add(millrace::base::ns_per_s / 100'000))) ++passed;
    }
  };
  std::thread other(call);
  call();
  other.join();
  EXPECT_GE(passed, 3000);
  EXPECT_LE(passed, 3000 + 3000 / 15 + 1);
}

}  // namespace
