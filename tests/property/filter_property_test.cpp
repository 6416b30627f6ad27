// Compiled filter policies against a naive interpreter: random policies on random bodies.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "property/filter_model.hpp"
#include "topic/filter_policy.hpp"

namespace millrace::test {
namespace {

using topic::filter_policy;

struct filter_counters {
  std::size_t passed = 0;
  std::size_t stopped = 0;
  std::size_t refused = 0;
  std::size_t branched = 0;
};

std::string difference(const std::vector<std::uint64_t>& numbers, filter_counters& counted) {
  decisions by(numbers);
  const model_policy policy(by);
  std::string problem;
  const auto compiled = filter_policy::parse(policy.json, filter_scope::body, problem);
  if (!compiled) {
    const bool limit = problem.ends_with("5 keys") || problem.ends_with("too complex");
    ++counted.refused;
    return limit ? "" : policy.json + " is refused: " + problem;
  }
  if (policy.ways.size() > 1) ++counted.branched;
  topic::filter_subject subject;
  for (int i = 0; i < 10; ++i) {
    const model_body body(by);
    subject.reset({}, as_bytes(body.json));
    const bool wanted = policy.matches(body);
    ++(wanted ? counted.passed : counted.stopped);
    if (compiled->matches(subject) != wanted) {
      return policy.json + (wanted ? " does not let pass " : " lets pass ") + body.json;
    }
  }
  return {};
}

TEST(filters, let_pass_what_a_naive_reading_lets_pass) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  const std::size_t sequences = wanted == nullptr ? 20'000 : std::strtoull(wanted, nullptr, 10);
  const char* given = std::getenv("RC_PARAMS");
  const std::string before = given == nullptr ? "" : given;
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=300 " + before;
  setenv("RC_PARAMS", params.c_str(), 1);
  filter_counters all;
  EXPECT_TRUE(rc::check("filters are the naive reading", [&] {
    const std::string found =
        difference(*rc::gen::container<std::vector<std::uint64_t>>(
                       rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48)),
                   all);
    if (!found.empty()) RC_FAIL(found);
  }));
  EXPECT_GT(all.passed, sequences / 2) << "too few to mean anything";
  EXPECT_GT(all.stopped, sequences / 2) << "too few to mean anything";
  EXPECT_GT(all.branched, sequences / 100) << "too few to mean anything";
  EXPECT_LT(all.refused, sequences / 2) << "too many to mean anything";
}

}  // namespace
}  // namespace millrace::test
