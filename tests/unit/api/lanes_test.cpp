// Engines of 1, 2 and 4 lanes, polled by the caller or by threads of their own: the same answers.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <millrace/millrace.hpp>
#include <set>
#include <string>
#include <thread>

namespace {

using namespace millrace;

struct shape {
  std::uint32_t lanes;
  thread_mode threading;
};

class lanes : public testing::TestWithParam<shape> {
 protected:
  static options wanted() {
    options o;
    o.lanes = GetParam().lanes;
    o.threading = GetParam().threading;
    o.clock = clock_mode::virtual_time;
    o.client_window = 64;
    return o;
  }
  /// Lanes that the caller runs do what is due.
  void poll_lanes() {
    if (GetParam().threading == thread_mode::own) return;
    for (int i = 0; i < 8; ++i) {
      for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) e.poll(lane);
    }
  }
  /// A name in that lane.
  std::string name_in(std::uint32_t lane, const std::string& prefix) const {
    for (int i = 0;; ++i) {
      std::string name = prefix + std::to_string(i);
      if (e.lane_of(name) == lane) return name;
    }
  }
  /// Calls until it answers something, for lanes that take their time.
  template <class Call>
  static auto until_answered(Call&& call) {
    auto got = call();
    for (int i = 0; i < 20'000 && got.empty(); ++i) {
      std::this_thread::yield();
      got = call();
    }
    return got;
  }

  engine e = engine::open(wanted()).value();
  client c = e.connect().value();
};
INSTANTIATE_TEST_SUITE_P(shapes, lanes,
                         testing::Values(shape{1, thread_mode::none}, shape{2, thread_mode::none},
                                         shape{4, thread_mode::none}, shape{1, thread_mode::own},
                                         shape{2, thread_mode::own}, shape{4, thread_mode::own}),
                         [](const auto& which) {
                           return std::to_string(which.param.lanes) +
                                  (which.param.threading == thread_mode::own ? "_own" : "_none");
                         });

TEST_P(lanes, each_has_queues_and_a_cycle_works_in_all) {
  ASSERT_EQ(e.lanes(), GetParam().lanes);
  for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) {
    auto q = c.create_queue(name_in(lane, "orders-")).value();
    const message_id id = c.send(q, "x").value();
    const received got = c.receive(q).value();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].id, id);
    EXPECT_TRUE(c.delete_message(q, got[0].receipt).has_value());
    EXPECT_EQ(c.statistics(lane).value().messages_deleted, 1U);
  }
}

TEST_P(lanes, a_list_is_merged_over_all_of_them) {
  std::set<std::string> names;
  for (int i = 0; i < 40; ++i) names.insert("n" + std::to_string(100 + i));
  for (const std::string& name : names) c.create_queue(name).value();
  const std::vector<std::string> all(names.begin(), names.end());
  EXPECT_EQ(c.list_queues("n").value(), all);
  EXPECT_EQ(c.list_queues("n", "n109", 7).value(),
            std::vector<std::string>(all.begin() + 10, all.begin() + 17));
}

TEST_P(lanes, a_dead_letter_crosses_from_the_first_to_the_last) {
  const std::string dead = name_in(e.lanes() - 1, "dead-");
  const std::string source = name_in(0, "source-");
  c.create_queue(dead).value();
  c.create_queue(source, {.redrive = {dead, 1}}).value();
  std::set<std::string> sent;
  for (int i = 0; i < 50; ++i) {
    sent.insert(std::to_string(i));
    c.send(source, std::to_string(i)).value();
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(c.receive(source, {.max_messages = 10, .visibility_timeout = 0}).value().size(), 10U);
  }
  EXPECT_TRUE(c.receive(source, {.max_messages = 10}).value().empty());
  std::set<std::string> arrived;
  while (arrived.size() < sent.size()) {
    poll_lanes();
    const received got = until_answered([&] { return c.receive(dead).value(); });
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].dead_letter_source, source);
    EXPECT_EQ(got[0].receive_count, 2U);
    EXPECT_TRUE(arrived.insert(std::string(as_text(got[0].body))).second) << "twice";
  }
  EXPECT_EQ(arrived, sent);
  poll_lanes();
}

TEST_P(lanes, a_jump_of_time_ends_a_wait_and_a_visibility_timeout) {
  auto q = c.create_queue("orders").value();
  c.send(q, "x").value();
  EXPECT_EQ(c.receive(q, {.visibility_timeout = 10}).value().size(), 1U);
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  c.flush();
  poll_lanes();
  EXPECT_EQ(c.statistics(e.lane_of("orders")).value().parked_receives, 1U);
  e.advance(10'000).value();
  std::size_t messages = 0;
  bool done = false;
  for (int i = 0; i < 1'000'000 && !done; ++i) {
    poll_lanes();
    c.poll([&](const completion& x) {
      done = true;
      messages = x.messages.size();
    });
    if (!done) std::this_thread::yield();
  }
  EXPECT_EQ(messages, 1U);
}

TEST_P(lanes, a_client_closes_while_its_receives_wait_in_all_of_them) {
  client other = e.connect().value();
  for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) {
    const std::string name = name_in(lane, "orders-");
    c.create_queue(name).value();
    for (std::uint64_t i = 0; i < 8; ++i) {
      other.submit_receive(name, {.wait_time_seconds = 20}, i).value();
    }
  }
  other.flush();
  poll_lanes();
  other = client();
  for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) {
    EXPECT_EQ(c.statistics(lane).value().parked_receives, 0U);
  }
}

class own_threads : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(lanes, own_threads, testing::Values(1U, 2U, 4U));

TEST_P(own_threads, serve_several_client_threads_and_nothing_is_lost_or_doubled) {
  options o;
  o.lanes = GetParam();
  o.threading = thread_mode::own;
  engine e = engine::open(o).value();
  constexpr int producers = 2;
  constexpr int each = 600;
  const std::string names[3] = {"a", "b", "c"};
  {
    client c = e.connect().value();
    for (const std::string& name : names) c.create_queue(name).value();
  }
  std::atomic<int> received_count{0};
  std::atomic<std::uint64_t> sum{0};
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p) {
    threads.emplace_back([&, p] {
      client c = e.connect().value();
      for (int i = 0; i < each; ++i) {
        c.send(names[i % 3], std::to_string(p * each + i)).value();
      }
    });
    threads.emplace_back([&] {
      client c = e.connect().value();
      for (int i = 0; received_count < producers * each; ++i) {
        const received got = c.receive(names[i % 3], {.max_messages = 10}).value();
        for (const auto& m : got) {
          sum += std::stoull(std::string(as_text(m.body)));
          c.delete_message(names[i % 3], m.receipt).value();
        }
        received_count += static_cast<int>(got.size());
      }
    });
  }
  for (std::thread& t : threads) t.join();
  constexpr std::uint64_t n = producers * each;
  EXPECT_EQ(received_count, static_cast<int>(n));
  EXPECT_EQ(sum, n * (n - 1) / 2);
}

std::atomic<int> wakes{0};

TEST(own_thread, a_client_woken_through_a_callback_may_call_synchronously) {
  options o;
  o.threading = thread_mode::own;
  o.lanes = 1;
  engine e = engine::open(o).value();
  client_options how;
  how.wake = [](void*) noexcept { ++wakes; };
  client c = e.connect(how).value();
  auto q = c.create_queue("orders").value();
  // Longer than a client spins before it would park.
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(c.receive(q, {.wait_time_seconds = 1}).value().empty());
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(998));
}

}  // namespace
