// Fail-stop: after the journal has failed, nothing that it did not keep is acknowledged or shown,
// and everybody gets an answer.
#include <gtest/gtest.h>

#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;

struct failed_journal : testing::Test {
  failed_journal() {
    b.expect(b.create("orders"));
    b.expect(b.send("orders", "kept"));
    b.log.automatic = false;
  }
  lane_bench b;
};

TEST_F(failed_journal, what_was_not_kept_is_refused_and_what_was_kept_is_acked) {
  const auto kept = b.send("orders", "1");
  b.run();
  const auto lost = b.send("orders", "2");
  b.run();
  b.log.done = b.log.appended - 1;
  b.log.broken = true;
  EXPECT_EQ(b.expect(kept).status, errc::ok);
  EXPECT_EQ(b.expect(lost).status, errc::journal_failed);
}

TEST_F(failed_journal, messages_of_an_undurable_receive_are_not_shown) {
  // Receives are journaled where a redrive policy counts them.
  b.log.automatic = true;
  b.expect(b.create("counted", {.redrive = {"orders", 5}}));
  b.expect(b.send("counted", "kept"));
  b.log.automatic = false;
  const auto got = b.receive("counted");
  b.run();
  b.log.broken = true;
  EXPECT_EQ(b.expect(got).status, errc::journal_failed);
  EXPECT_TRUE(b.expect(got).bodies.empty());
}

TEST_F(failed_journal, ends_waiting_receives_at_once) {
  b.expect(b.submit(operation_kind::get_queue, "orders"));
  b.log.automatic = true;
  b.expect(b.receive("orders"));
  const auto waiting = b.receive("orders", {.wait_time_seconds = 20});
  b.run();
  ASSERT_FALSE(b.answered(waiting));
  b.log.broken = true;
  EXPECT_EQ(b.expect(waiting).status, errc::journal_failed);
}

TEST_F(failed_journal, decides_nothing_any_more) {
  b.log.broken = true;
  b.run();
  const std::size_t appends = b.log.appends;
  for (const auto token : {b.send("orders", "x"), b.receive("orders"), b.create("more"),
                           b.submit(operation_kind::get_queue, "orders"),
                           b.submit(operation_kind::list_queues, "orders"),
                           b.submit(operation_kind::statistics, "orders")}) {
    EXPECT_EQ(b.expect(token).status, errc::journal_failed) << token;
  }
  b.advance(20 * 86'400'000LL);
  b.run();
  EXPECT_EQ(b.log.appends, appends);
}

TEST_F(failed_journal, clients_still_close) {
  b.send("orders", "x");
  b.receive("orders", {.wait_time_seconds = 20});
  b.run();
  b.log.broken = true;
  b.client.reset();
  b.core.reset();
}

}  // namespace
