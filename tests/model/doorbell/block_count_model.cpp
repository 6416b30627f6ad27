// block_count under all orders that the memory model permits, and its mutants: a writer that starts
// again in, or a store that gives away, a block whose bodies somebody still reads.
#include "sync/block_count.hpp"

#include "verdicts.hpp"

namespace {

using millrace::model::check;
using millrace::model::relacy_sync;
using millrace::sync::basic_block_count;
namespace site = millrace::sync::block_count_site;

// The writer stores a body, hands a reference to each of two readers, and at once wants the room
// again; if it cannot have it, it seals. Whoever ends the block's life writes over it as its next
// owner would. An unordered write is a data race for relacy.
template <class Sync>
struct writer_and_readers : rl::test_suite<writer_and_readers<Sync>, 3> {
  using count = basic_block_count<Sync>;
  count references{count::open_bias};
  typename Sync::template atomic<std::uint32_t> handed[2];
  rl::var<int> body;
  int ends[3] = {0, 0, 0};  // who ended the life of the block
  bool reused = false;

  void before() {
    for (auto& h : handed) h.store(0, std::memory_order_relaxed);
  }
  void write() {
    body($) = 1;
    references.retain(1);  // one body, two readers
    for (auto& h : handed) h.store(1, std::memory_order_release);
    reused = references.reuse(1);
    if (reused) {
      body($) = 2;
      if (references.seal(0)) ++ends[2];
    } else if (references.seal(1)) {
      ++ends[2];
      body($) = 3;
    }
  }
  void thread(unsigned index) {
    if (index == 2) return write();
    while (handed[index].load(std::memory_order_acquire) == 0) rl::yield(1, $);
    RL_ASSERT(body($) == 1);
    if (references.release(1)) {
      ++ends[index];
      body($) = 3;
    }
  }
  void after() { RL_ASSERT(ends[0] + ends[1] + ends[2] == 1); }
};

TEST(block_count_model, a_block_ends_once_and_after_its_readers) {
  const auto found = check<writer_and_readers<relacy_sync<>>>();
  EXPECT_TRUE(found.sound()) << found.trace;
}

TEST(block_count_mutant, a_release_that_does_not_release_fails) {
  EXPECT_EQ((check<writer_and_readers<relacy_sync<site::r1>>>().result), rl::test_result_data_race);
}

TEST(block_count_mutant, a_last_release_that_does_not_acquire_fails) {
  EXPECT_EQ((check<writer_and_readers<relacy_sync<site::a1>>>().result), rl::test_result_data_race);
}

TEST(block_count_mutant, a_reuse_that_does_not_acquire_fails) {
  EXPECT_EQ((check<writer_and_readers<relacy_sync<site::a2>>>().result), rl::test_result_data_race);
}

}  // namespace
