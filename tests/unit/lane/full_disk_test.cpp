// Lanes on a simulated disk that is full, in small: whatever gives space back is done at once, in
// whichever order it comes and for as long as it comes, and what it gives back can be used.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "sim_storage.hpp"
#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;

constexpr std::uint64_t block = journal::format::block;
constexpr std::uint64_t segment = 64 * block;

enum class order : std::uint8_t { oldest_first, newest_first, random };

struct circumstances {
  std::uint32_t lanes = 1;
  std::size_t body_bytes = 2000;
  std::size_t sent_at_once = 1;  ///< each its own send, all under way together
  std::uint64_t segments = 20;   ///< that the disk has room for
  std::uint64_t keeper_every = 1;
  bool counted = false;  ///< receives are journaled
};

class full_disk {
 public:
  explicit full_disk(const circumstances& wanted)
      : how_(wanted), b({.lanes = wanted.lanes, .client_window = 512}, seams(disk_)) {
    disk_.set_capacity(how_.segments * segment);
    for (const std::string& queue : queues()) settle(b.create(queue, attributes(queue)));
    fill();
  }
  /// In several slots, and so lanes.
  static std::vector<std::string> queues() { return {"ticks", "orders", "events", "late"}; }

  /// A turn of every lane and of the journal's threads; the second may be slow.
  void step() {
    b.run(1);
    log().write();
    if (++steps_ % how_.keeper_every == 0) log().keep();
  }
  /// Until that has been answered.
  std::uint64_t settle(std::uint64_t token) {
    const std::uint64_t began = steps_;
    while (!b.answered(token)) {
      if (steps_ - began == 20'000) ADD_FAILURE() << "no answer, on a full disk";
      if (steps_ - began >= 20'000) return token;
      step();
    }
    longest_ = std::max(longest_, steps_ - began);
    return token;
  }
  errc send() {
    return b.answers[settle(b.send(any_queue(), std::string(how_.body_bytes, 'x')))].status;
  }
  errc remove(const std::pair<std::string, receipt_handle>& held) {
    const test::answer& a = b.answers[settle(b.remove(held.first, held.second))];
    return a.status == errc::ok ? a.entries.at(0) : a.status;
  }
  errc receive(const std::string& queue, receive_options wanted) {
    const test::answer& a = b.answers[settle(b.receive(queue, wanted))];
    for (const receipt_handle& r : a.receipts) receipts.emplace_back(queue, r);
    return a.status;
  }
  void receive_all() {
    for (const std::string& queue : queues()) {
      for (std::size_t before = SIZE_MAX; before != receipts.size();) {
        before = receipts.size();
        ASSERT_EQ(receive(queue, {.max_messages = 10, .visibility_timeout = 40'000}), errc::ok);
      }
    }
  }
  void sort(order wanted) {
    if (wanted == order::newest_first) std::reverse(receipts.begin(), receipts.end());
    for (std::size_t i = receipts.size(); wanted == order::random && i > 1; --i) {
      std::swap(receipts[i - 1], receipts[random_.below(i)]);
    }
  }
  /// Steps of the longest wait since the last look.
  std::uint64_t longest() { return std::exchange(longest_, 0); }
  std::uint64_t bytes_written() { return log().statistics().bytes; }
  std::uint64_t log_bytes() { return log().statistics().log_bytes; }

  std::vector<std::pair<std::string, receipt_handle>> receipts;
  std::size_t sent = 0;

 private:
  static detail::engine_seams seams(sim::sim_disk& disk) {
    static journal::local_journal::options small;
    small.segment_bytes = segment;
    small.segment_bytes_min = segment / 2;
    small.append_bytes_max = 12 * block;
    small.log_bytes_slack = 1000 * segment;
    detail::engine_seams made;
    made.directory = std::make_unique<sim::sim_storage>(disk);
    made.journal_threads = false;
    made.journal = &small;
    return made;
  }
  queue_attributes attributes(const std::string& queue) const {
    queue_attributes a;
    if (how_.counted && queue != "ticks") {
      a.redrive = {.target_queue = "ticks", .max_receive_count = 1000};
    }
    return a;
  }
  const std::string& any_queue() {
    static const std::vector<std::string> all = queues();
    return all[random_.below(all.size())];
  }
  journal::local_journal& log() { return b.core->data()->log(); }

  /// Until nothing has been taken for a while.
  void fill() {
    std::size_t refused = 0;
    while (refused < 3000) {
      std::vector<std::uint64_t> tokens;
      for (std::size_t i = 0; i < how_.sent_at_once; ++i) {
        tokens.push_back(b.send(any_queue(), std::string(how_.body_bytes, 'x')));
      }
      for (const std::uint64_t token : tokens) {
        const bool taken = b.answers[settle(token)].status == errc::ok;
        sent += taken ? 1 : 0;
        refused = taken ? 0 : refused + 1;
      }
      ASSERT_LT(sent, 200'000U) << "the disk does not become full";
    }
    longest_ = 0;
  }

  const circumstances how_;
  sim::sim_disk disk_{1};
  base::random random_{1};
  std::uint64_t steps_ = 0;
  std::uint64_t longest_ = 0;

 public:
  lane_bench b;
};

/// A lane's turn and a write, and another turn that sees it.
constexpr std::uint64_t one_sync = 3;

struct drained : testing::TestWithParam<std::tuple<std::uint32_t, order, std::size_t>> {};

TEST_P(drained, wholly_with_no_delete_that_waits_longer_than_for_its_sync) {
  const auto [lanes, wanted, sent_at_once] = GetParam();
  full_disk d({.lanes = lanes, .sent_at_once = sent_at_once});
  ASSERT_GT(d.log_bytes(), 8 * segment) << "too small a log to prove anything";
  d.receive_all();
  ASSERT_EQ(d.receipts.size(), d.sent);
  d.sort(wanted);
  for (const auto& held : d.receipts) {
    ASSERT_EQ(d.remove(held), errc::ok);
    ASSERT_LE(d.longest(), one_sync);
  }
  EXPECT_EQ(d.send(), errc::ok);
}
INSTANTIATE_TEST_SUITE_P(in_any_order, drained,
                         testing::Combine(testing::Values(1U, 2U),
                                          testing::Values(order::oldest_first, order::newest_first,
                                                          order::random),
                                          testing::Values(1U, 64U)));

TEST(full_disk, takes_sends_again_soon_after_most_of_what_it_holds_was_deleted) {
  full_disk d({.lanes = 2, .sent_at_once = 64});
  d.receive_all();
  d.sort(order::random);
  d.receipts.resize(d.receipts.size() / 10 * 6);
  for (const auto& held : d.receipts) ASSERT_EQ(d.remove(held), errc::ok);
  int tried = 0;
  while (d.send() != errc::ok) ASSERT_LT(++tried, 100);
}

TEST(full_disk, whose_keeper_is_slow_makes_deletes_wait_and_refuses_none) {
  full_disk d({.lanes = 4, .sent_at_once = 64, .keeper_every = 150});
  d.receive_all();
  d.sort(order::newest_first);
  for (const auto& held : d.receipts) ASSERT_EQ(d.remove(held), errc::ok);
  EXPECT_GT(d.longest(), one_sync) << "not slow enough to prove anything";
}

/// Nothing dies of them: what they write is all that can be won back, again and again, out of a log
/// whose messages take more when they are carried.
TEST(full_disk, takes_journaled_receives_for_ever) {
  full_disk d({.body_bytes = 20, .sent_at_once = 64, .counted = true});
  const std::uint64_t before = d.bytes_written();
  std::uint64_t received = 0;
  for (; d.bytes_written() - before < 20 * d.log_bytes(); ++received) {
    ASSERT_EQ(d.receive("orders", {.visibility_timeout = 0}), errc::ok) << received;
    ASSERT_LE(d.longest(), one_sync) << received;
  }
  EXPECT_GT(received, 1000U);
}

TEST(full_disk, with_all_of_its_log_in_the_segment_that_is_written_is_got_out_of) {
  full_disk d({.segments = 3});
  ASSERT_LE(d.log_bytes(), segment);
  d.receive_all();
  for (const auto& held : d.receipts) ASSERT_EQ(d.remove(held), errc::ok);
  int tried = 0;
  while (d.send() != errc::ok) ASSERT_LT(++tried, 100);
}

}  // namespace
