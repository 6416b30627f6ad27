// read_claims under all orders that the memory model permits, and its mutants: an owner that gives
// up what a reader looks at, or a reader that looks at what was given up.
#include "sync/read_claims.hpp"

#include "verdicts.hpp"

namespace {

using millrace::model::check;
using millrace::model::relacy_sync;
using millrace::sync::basic_read_claims;
namespace site = millrace::sync::read_claims_site;

// Two things, numbered 0 and 512, a claim apart. A reader claims and reads first one, then the
// other, while the owner gives both up, in order. What no claim covers it writes over, as the next
// user of the memory would: for relacy a data race, if the reader is not done with it.
template <class Sync>
struct owner_and_reader : rl::test_suite<owner_and_reader<Sync>, 2> {
  using claims = basic_read_claims<Sync, 1>;
  claims all;
  rl::var<int> things[2];

  void before() {
    for (auto& t : things) t($) = 1;
    RL_ASSERT(all.open() == std::size_t{0});
  }
  void give_up(std::uint64_t i) {
    all.give_up((i + 1) * claims::claim_span);
    const auto held = all.look(0);
    const bool covered = held && *held == i * claims::claim_span;
    if (!covered) things[i]($) = 2;
  }
  void read(std::uint64_t i) {
    if (all.claim(0, i * claims::claim_span)) RL_ASSERT(things[i]($) == 1);
  }
  void thread(unsigned index) {
    for (std::uint64_t i = 0; i < 2; ++i) index == 0 ? give_up(i) : read(i);
    if (index == 1) all.close(0);
  }
};

// The reader finishes; whoever finds its slot free, or nobody left, owns what it read.
template <class Sync, bool Opens>
struct owner_after_reader : rl::test_suite<owner_after_reader<Sync, Opens>, 2> {
  basic_read_claims<Sync, 1> all;
  rl::var<int> thing;

  void before() {
    thing($) = 1;
    RL_ASSERT(all.open() == std::size_t{0});
  }
  void thread(unsigned index) {
    if (index == 0) {
      const bool over = Opens ? all.open().has_value() : !all.any_open();
      if (over) thing($) = 2;
      return;
    }
    if (all.claim(0, 0)) RL_ASSERT(thing($) == 1);
    all.close(0);
  }
};

TEST(read_claims_model, what_is_claimed_stays_and_what_is_given_up_is_not_read) {
  const auto found = check<owner_and_reader<relacy_sync<>>>();
  EXPECT_TRUE(found.sound()) << found.trace;
}
TEST(read_claims_model, a_closed_slot_reads_nothing) {
  const auto opened = check<owner_after_reader<relacy_sync<>, true>>();
  EXPECT_TRUE(opened.sound()) << opened.trace;
  const auto seen = check<owner_after_reader<relacy_sync<>, false>>();
  EXPECT_TRUE(seen.sound()) << seen.trace;
}

template <class Sync>
auto race() {
  return check<owner_and_reader<Sync>>().result;
}

TEST(read_claims_mutant, a_look_that_does_not_release_fails) {
  EXPECT_EQ(race<relacy_sync<site::r1>>(), rl::test_result_data_race);
}
TEST(read_claims_mutant, a_claim_that_does_not_acquire_fails) {
  EXPECT_EQ(race<relacy_sync<site::a1>>(), rl::test_result_data_race);
}
TEST(read_claims_mutant, a_claim_that_does_not_release_fails) {
  EXPECT_EQ(race<relacy_sync<site::r2>>(), rl::test_result_data_race);
}
TEST(read_claims_mutant, a_look_that_does_not_acquire_fails) {
  EXPECT_EQ(race<relacy_sync<site::a2>>(), rl::test_result_data_race);
}
TEST(read_claims_mutant, a_claim_that_does_not_check_fails) {
  using mutant = relacy_sync<millrace::model::nothing, site::check_below>;
  EXPECT_NE(race<mutant>(), rl::test_result_success);
}
TEST(read_claims_mutant, an_open_that_does_not_acquire_fails) {
  EXPECT_EQ((check<owner_after_reader<relacy_sync<site::a3>, true>>().result),
            rl::test_result_data_race);
}
TEST(read_claims_mutant, a_look_at_all_that_does_not_acquire_fails) {
  EXPECT_EQ((check<owner_after_reader<relacy_sync<site::a4>, false>>().result),
            rl::test_result_data_race);
}

}  // namespace
