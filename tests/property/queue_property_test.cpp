// The queue service does what the model does, whatever the history; a replay of what it journaled
// gives the same state; and a harness that cannot fail is found out.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "queue_history.hpp"

namespace {

using namespace millrace;
using test::queue_history;

std::size_t sequences() {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  return wanted == nullptr ? 10'000 : std::strtoull(wanted, nullptr, 10);
}

/// rapidcheck with our number of histories; its own variable RC_PARAMS still adds seeds.
bool holds(const std::string& what, const std::function<void()>& property) {
  const std::string params = "max_success=" + std::to_string(sequences()) + " max_size=250 " +
                             (std::getenv("RC_PARAMS") != nullptr ? std::getenv("RC_PARAMS") : "");
  setenv("RC_PARAMS", params.c_str(), 1);
  return rc::check(what, property);
}

auto steps() {
  return rc::gen::container<std::vector<std::uint64_t>>(
      rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48));
}

TEST(queue_service, does_what_the_model_does_and_its_journal_replays) {
  std::uint64_t operations = 0;
  std::uint64_t carries = 0;
  EXPECT_TRUE(holds("queue::service is queue_model", [&] {
    const auto history = *steps();
    operations += history.size();
    queue_history run(history);
    if (!run.difference().empty()) RC_FAIL(run.difference());
    if (const std::string d = run.replay_difference(); !d.empty()) RC_FAIL(d + run.told());
    if (const std::string d = run.recovery_difference(); !d.empty()) RC_FAIL(d + run.told());
    carries += run.carries();
  }));
  std::printf("%zu histories, %llu operations, state carried forward %llu times\n", sequences(),
              static_cast<unsigned long long>(operations),
              static_cast<unsigned long long>(carries));
  EXPECT_GT(carries, sequences() / 4) << "too few to mean anything";
}

}  // namespace
