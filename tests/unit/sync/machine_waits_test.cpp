#include "sync/machine_waits.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace {

using millrace::sync::processor_waits;
using millrace::sync::wait_meter;

TEST(machine_waits, a_meter_counts_the_turns_of_its_thread) {
  std::thread([] {
    const wait_meter meter;
    const processor_waits before = meter.read();
    if (before.times == 0) GTEST_SKIP() << "this kernel keeps no schedstat";
    for (int i = 0; i < 5; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const processor_waits after = meter.read();
    EXPECT_GE(after.times, before.times + 5);
    EXPECT_GE(after.total_ns, before.total_ns);
  }).join();
}

}  // namespace
