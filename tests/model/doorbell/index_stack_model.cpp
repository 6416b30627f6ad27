// index_stack under all orders that the memory model permits, and its mutants: each labelled order
// relaxed in turn, and the tag that does not count pops (the ABA problem).
#include "sync/index_stack.hpp"

#include "verdicts.hpp"

namespace {

using millrace::model::check;
using millrace::model::nothing;
using millrace::model::relacy_sync;
using millrace::sync::basic_index_stack;
namespace site = millrace::sync::index_stack_site;

// Threads take indices and give them back; what an index stands for is plain memory that its owner
// writes. Two owners at a time, or one who does not see the other's writes, are a race for relacy.
template <class Sync>
struct owners : rl::test_suite<owners<Sync>, 3> {
  static constexpr std::uint32_t size = 3;
  using stack = basic_index_stack<Sync>;
  stack free_list;
  typename Sync::template atomic<std::uint32_t> links[size];
  rl::var<int> owned[size];

  auto link() {
    return [this](std::uint32_t i) -> auto& { return links[i]; };
  }
  void before() {
    for (std::uint32_t i = 0; i < size; ++i) {
      owned[i]($) = 0;
      free_list.push(i, link());
    }
  }
  void use(std::uint32_t index) { owned[index]($) += 1; }

  void thread(unsigned index) {
    const std::uint32_t one = free_list.pop(link());
    if (one != stack::none) use(one);
    // The classic victim: one thread takes two and gives the first back between another's look at
    // the head and its swap.
    const std::uint32_t two = index == 0 ? stack::none : free_list.pop(link());
    if (two != stack::none) use(two);
    if (one != stack::none) free_list.push(one, link());
    if (two != stack::none) free_list.push(two, link());
  }

  void after() {
    bool there[size] = {};
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::uint32_t index = free_list.pop(link());
      RL_ASSERT(index != stack::none && !there[index]);
      there[index] = true;
    }
    RL_ASSERT(free_list.pop(link()) == stack::none);
  }
};

TEST(index_stack_model, an_index_has_one_owner_and_none_is_lost) {
  const auto found = check<owners<relacy_sync<>>>();
  EXPECT_TRUE(found.sound()) << found.trace;
}

TEST(index_stack_mutant, a_push_that_does_not_release_fails) {
  EXPECT_EQ((check<owners<relacy_sync<site::r1>>>().result), rl::test_result_data_race);
}

TEST(index_stack_mutant, a_pop_that_looks_without_acquire_fails) {
  EXPECT_EQ((check<owners<relacy_sync<site::a1>>>().result), rl::test_result_user_assert_failed);
}

TEST(index_stack_mutant, a_pop_that_retries_without_acquire_fails) {
  EXPECT_EQ((check<owners<relacy_sync<site::a2>>>().result), rl::test_result_data_race);
}

TEST(index_stack_mutant, a_tag_that_does_not_count_pops_fails) {
  EXPECT_EQ((check<owners<relacy_sync<nothing, site::count_pops>>>().result),
            rl::test_result_user_assert_failed);
}

}  // namespace
