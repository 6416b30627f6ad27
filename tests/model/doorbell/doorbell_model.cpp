// The park protocol of doorbell under all orders that the memory model permits, and its mutants:
// each labelled order relaxed in turn, and a waker or sleeper that does without read-modify-write.
#include "sync/doorbell.hpp"

#include "verdicts.hpp"

namespace {

using millrace::model::check;
using millrace::model::nothing;
using millrace::model::relacy_sync;
using millrace::sync::basic_doorbell;
using millrace::sync::no_deadline;
namespace site = millrace::sync::doorbell_site;

// What the kernel does for a futex: it compares the word's newest value and puts the caller to
// sleep under a lock that each wake takes as well.
class relacy_parker {
 public:
  template <class Word>
  bool park(Word& word, std::uint32_t expected, std::int64_t) {
    bucket_.lock($);
    // A read-modify-write always sees the newest value.
    if (word.fetch_add(0, std::memory_order_relaxed) == expected) sleepers_.wait(bucket_, $);
    bucket_.unlock($);
    return true;
  }
  template <class Word>
  void unpark(Word&) {
    bucket_.lock($);
    sleepers_.notify_one($);
    bucket_.unlock($);
  }

 private:
  rl::mutex bucket_;
  rl::condition_variable_any sleepers_;
};

// Two wakers publish an item each, and ring; the sleeper sleeps until it has seen both. Items are
// published and looked at with relaxed orders: what makes them visible is the doorbell alone. A
// lost wake-up is a deadlock for relacy.
template <class Sync>
struct two_wakers : rl::test_suite<two_wakers<Sync>, 3> {
  basic_doorbell<Sync, relacy_parker> bell;
  typename Sync::template atomic<std::uint32_t> items[2];
  std::uint32_t wakes[2] = {0, 0};
  std::uint32_t sleeps = 0;

  void before() {
    for (auto& item : items) item.store(0, std::memory_order_relaxed);
  }
  std::uint32_t seen() const {
    return items[0].load(std::memory_order_relaxed) + items[1].load(std::memory_order_relaxed);
  }
  void thread(unsigned index) {
    if (index < 2) {
      items[index].store(1, std::memory_order_relaxed);
      wakes[index] += bell.ring();
      return;
    }
    while (seen() < 2) {
      bell.prepare_to_sleep();
      ++sleeps;
      if (seen() < 2) {
        RL_ASSERT(bell.wait(no_deadline));
      } else {
        bell.cancel();
      }
    }
  }
  void after() { RL_ASSERT(wakes[0] + wakes[1] <= sleeps); }
};

// One waker hands over plain memory with its ring; whoever learns of the ring may read it. An
// unordered read is a data race for relacy.
template <class Sync>
struct one_waker : rl::test_suite<one_waker<Sync>, 2> {
  basic_doorbell<Sync, relacy_parker> bell;
  typename Sync::template atomic<std::uint32_t> told;
  rl::var<int> data;

  void before() { told.store(0, std::memory_order_relaxed); }
  void waker() {
    data($) = 1;
    told.store(1, std::memory_order_relaxed);
    bell.ring();
  }
  [[nodiscard]] bool is_told() const { return told.load(std::memory_order_relaxed) == 1; }
};

template <class Sync>
struct cancels : one_waker<Sync> {
  void thread(unsigned index) {
    if (index == 0) return this->waker();
    this->bell.prepare_to_sleep();
    if (this->bell.cancel()) RL_ASSERT(this->data($) == 1);
  }
};

template <class Sync>
struct waits : one_waker<Sync> {
  void thread(unsigned index) {
    if (index == 0) return this->waker();
    this->bell.prepare_to_sleep();
    if (this->is_told()) {
      this->bell.cancel();
    } else {
      RL_ASSERT(this->bell.wait(no_deadline));
      RL_ASSERT(this->data($) == 1);
    }
  }
};

// A mutant of the protocol: the exchange of one side is a load, and a store if that seems needed.
template <std::uint32_t Value>
struct without_rmw {
  template <class T>
  class atomic : public millrace::model::atomic<T> {
    using base = millrace::model::atomic<T>;

   public:
    using base::base;
    T exchange(T value, std::memory_order order) {
      if (value != Value) return base::exchange(value, order);
      const T before = base::load(std::memory_order_seq_cst);
      if (before != value) base::store(value, std::memory_order_seq_cst);
      return before;
    }
  };
  template <template <class> class Suite>
  using suite = Suite<relacy_sync<nothing, nothing, atomic>>;
};
constexpr std::uint32_t awake = 0;
constexpr std::uint32_t sleeping = 1;

template <int Weak>
using weakened = relacy_sync<Weak>;

TEST(doorbell_model, loses_no_wake_up_and_wakes_once_a_sleep) {
  const auto found = check<two_wakers<relacy_sync<>>>();
  EXPECT_TRUE(found.sound()) << found.trace;
}

TEST(doorbell_model, what_was_published_before_the_ring_is_visible_after_cancel_and_wait) {
  const auto all = rl::fair_full_search_scheduler_type;
  const auto cancelled = check<cancels<relacy_sync<>>>(all);
  EXPECT_TRUE(cancelled.sound()) << cancelled.trace;
  const auto waited = check<waits<relacy_sync<>>>(all);
  EXPECT_TRUE(waited.sound()) << waited.trace;
}

TEST(doorbell_mutant, a_ring_that_does_not_release_fails) {
  EXPECT_EQ((check<two_wakers<weakened<site::r1>>>().result), rl::test_result_deadlock);
}

TEST(doorbell_mutant, an_announcement_that_does_not_acquire_loses_a_wake_up) {
  EXPECT_EQ((check<two_wakers<weakened<site::a1>>>().result), rl::test_result_deadlock);
}

TEST(doorbell_mutant, a_cancel_that_does_not_acquire_fails) {
  EXPECT_EQ((check<cancels<weakened<site::a2>>>().result), rl::test_result_data_race);
}

TEST(doorbell_mutant, a_wait_that_does_not_acquire_fails) {
  EXPECT_EQ((check<waits<weakened<site::a3>>>().result), rl::test_result_data_race);
}

TEST(doorbell_mutant, a_waker_that_only_looks_loses_a_wake_up) {
  EXPECT_EQ((check<without_rmw<awake>::suite<two_wakers>>().result), rl::test_result_deadlock);
}

TEST(doorbell_mutant, a_sleeper_that_only_stores_loses_a_wake_up) {
  EXPECT_EQ((check<without_rmw<sleeping>::suite<two_wakers>>().result), rl::test_result_deadlock);
}

}  // namespace
