// Engines: opening, time, memory, threads and signals, closing.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <millrace/millrace.hpp>
#include <string>

namespace {

using namespace millrace;

constexpr std::int64_t day_ms = 86'400'000;

std::size_t threads_of_process() {
  std::size_t n = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    n += !task.path().empty();
  }
  return n;
}

/// "SigBlk" of each thread whose name begins so.
std::vector<std::uint64_t> blocked_signals(const std::string& name) {
  std::vector<std::uint64_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream status(task.path() / "status");
    std::string line;
    bool mine = false;
    while (std::getline(status, line)) {
      if (line.starts_with("Name:\t" + name)) mine = true;
      if (mine && line.starts_with("SigBlk:")) out.push_back(std::stoull(line.substr(8), {}, 16));
    }
  }
  return out;
}

TEST(engine, with_threading_none_starts_no_thread) {
  const std::size_t before = threads_of_process();
  options o;
  o.lanes = 4;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  auto q = c.create_queue("orders").value();
  c.send(q, "x").value();
  EXPECT_EQ(c.receive(q).value().size(), 1U);
  EXPECT_EQ(threads_of_process(), before);
}

TEST(engine, with_threading_own_has_a_thread_a_lane_that_blocks_every_signal) {
  options o;
  o.lanes = 2;
  o.threading = thread_mode::own;
  {
    engine e = engine::open(o).value();
    const auto blocked = blocked_signals("mr-lane-");
    ASSERT_EQ(blocked.size(), 2U);
    for (const std::uint64_t mask : blocked) {
      for (const int s : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM}) {
        EXPECT_TRUE(mask >> (s - 1) & 1) << s;
      }
    }
  }
  EXPECT_TRUE(blocked_signals("mr-lane-").empty()) << "joined when the engine closes";
}

TEST(engine, jumps_14_days_of_virtual_time) {
  options o;
  o.clock = clock_mode::virtual_time;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  auto q = c.create_queue("orders", {.message_retention_period = 1209600}).value();
  const std::int64_t start = e.now_ms();
  c.send(q, "x").value();
  e.advance(14 * day_ms - 1).value();
  EXPECT_EQ(c.receive(q, {.visibility_timeout = 0}).value().size(), 1U);
  e.advance(1).value();
  EXPECT_EQ(e.now_ms(), start + 14 * day_ms);
  EXPECT_TRUE(c.receive(q).value().empty());
  EXPECT_EQ(c.statistics(0).value().messages, 0U);
}

TEST(engine, a_jump_of_virtual_time_is_seen_whole_by_the_next_call) {
  options o;
  o.clock = clock_mode::virtual_time;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  const queue_handle orders = c.create_queue("orders").value();
  send_entry later;
  later.body = as_bytes("later");
  later.delay_seconds = 1;
  constexpr std::uint64_t count = 3000;  // more than a turn of the lane lets end
  for (std::uint64_t i = 0; i < count; ++i) c.send(orders, later).value();
  EXPECT_EQ(c.describe_queue(orders).value().messages_delayed, count);
  e.advance(1000).value();
  EXPECT_EQ(c.describe_queue(orders).value().messages, count);
}

TEST(engine, moves_virtual_time_only_forwards_and_not_beyond_its_end) {
  options o;
  EXPECT_EQ(engine::open(o).value().advance(1).error(), errc::not_supported);
  o.clock = clock_mode::virtual_time;
  engine e = engine::open(o).value();
  EXPECT_EQ(e.advance(-1).error(), errc::invalid_option);
  EXPECT_EQ(e.advance(INT64_MAX).error(), errc::invalid_option);
  int years = 0;
  while (e.advance(365 * day_ms).has_value()) ++years;
  EXPECT_GT(years, 100);
  EXPECT_GT(e.now_ms(), 0);
  client c = e.connect().value();
  auto q = c.create_queue("orders").value();
  c.send(q, "x").value();
  EXPECT_EQ(c.receive(q, {.visibility_timeout = 43200}).value().size(), 1U);
}

TEST(engine, the_same_seed_makes_the_same_ids_and_receipts) {
  options o;
  o.seed = 42;
  o.clock = clock_mode::virtual_time;
  const auto history = [&] {
    engine e = engine::open(o).value();
    client c = e.connect().value();
    auto q = c.create_queue("orders").value();
    const message_id id = c.send(q, "x").value();
    return std::pair(id, c.receive(q).value()[0].receipt);
  };
  const auto first = history();
  EXPECT_EQ(first, history());
  o.seed = 0;
  EXPECT_NE(first, history());
}

TEST(engine, receipts_of_another_engine_are_invalid) {
  engine a = engine::open().value();
  engine b = engine::open().value();
  client ca = a.connect().value();
  client cb = b.connect().value();
  auto q = ca.create_queue("orders").value();
  cb.create_queue("orders").value();
  ca.send(q, "x").value();
  const received got = ca.receive(q).value();
  EXPECT_EQ(cb.delete_message("orders", got[0].receipt).error(), errc::receipt_handle_is_invalid);
}

TEST(engine, refuses_sends_when_memory_is_full_and_takes_them_again_after_deletes) {
  options o;
  o.memory_max = 16 * 1024 * 1024;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  auto q = c.create_queue("orders").value();
  const std::string body(10'000, 'x');
  std::size_t sent = 0;
  while (c.send(q, body).has_value()) ++sent;
  EXPECT_EQ(c.send(q, body).error(), errc::memory_full);
  EXPECT_GT(sent, 1000U);
  std::size_t gone = 0;
  while (true) {
    const received got = c.receive(q, {.max_messages = 10}).value();
    if (got.empty()) break;
    for (const auto& m : got) c.delete_message(q, m.receipt).value();
    gone += got.size();
  }
  EXPECT_EQ(gone, sent);
  std::size_t again = 0;
  while (again < sent && c.send(q, body).has_value()) ++again;
  EXPECT_GE(again * 100, sent * 95);
}

TEST(engine, touches_the_memory_of_bodies_at_the_start_if_told_to) {
  const auto resident = [] {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t pages = 0;
    statm >> all >> pages;
    return pages * 4096;
  };
  options o;
  o.memory_max = std::uint64_t{256} << 20;
  o.pool_prefault = std::uint64_t{64} << 20;
  const std::uint64_t before = resident();
  std::string why;
  result<engine> opened = engine::open(o, &why);
  if (!opened && opened.error() == errc::memory_full) GTEST_SKIP() << why;
  engine e = std::move(opened).value();
  EXPECT_GE(resident(), before + (std::uint64_t{60} << 20));
  client c = e.connect().value();
  auto q = c.create_queue("orders").value();
  for (int i = 0; i < 10; ++i) c.send(q, std::string(10'000, 'x')).value();
  EXPECT_EQ(c.receive(q, {.max_messages = 10}).value()[0].body.size(), 10'000U);
}

TEST(engine, refuses_to_touch_more_than_there_is_and_says_why) {
  options o;
  o.memory_max = std::uint64_t{64} << 20;
  o.pool_prefault = std::uint64_t{63} << 20;  // the last 1/32 is kept for receives and deletes
  std::string why;
  EXPECT_EQ(engine::open(o, &why).error(), errc::invalid_option);
  EXPECT_NE(why.find("pool-prefault is 67108864 bytes"), std::string::npos) << why;
  EXPECT_NE(why.find("65011712"), std::string::npos) << why;
  o.memory_max = std::uint64_t{512} << 40;  // of the machine, too
  o.pool_prefault = std::uint64_t{256} << 40;
  EXPECT_EQ(engine::open(o, &why).error(), errc::invalid_option);
}

TEST(engine, closes_with_messages_in_every_state_and_dead_letters_under_way) {
  options o;
  o.clock = clock_mode::virtual_time;
  o.lanes = 2;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  std::string source, dead;
  for (int i = 0; source.empty() || dead.empty(); ++i) {
    const std::string name = "q" + std::to_string(i);
    (e.lane_of(name) == 0 ? source : dead) = name;
  }
  c.create_queue(dead).value();
  c.create_queue(source, {.redrive = {dead, 1}}).value();
  const std::string body(50'000, 'x');
  for (int i = 0; i < 20; ++i) c.send(source, body).value();
  const received held = c.receive(source, {.max_messages = 10, .visibility_timeout = 1}).value();
  e.advance(1000).value();
  c.submit_receive(source, {.max_messages = 10}, 1).value();
  c.flush();
  e.poll(0);  // lane 1 is never asked
  send_entry late;
  late.body = as_bytes(body);
  late.delay_seconds = 900;
  c.send(source, late).value();
}

TEST(engine_death, a_lane_that_is_none_stops_the_program) {
  engine e = engine::open().value();
  EXPECT_DEATH(e.poll(7), "lane < core_->lanes");
}

TEST(engine, refuses_options_out_of_range_and_durability_without_a_directory) {
  options o;
  o.level = durability::disk;
  EXPECT_EQ(engine::open(o).error(), errc::durability_missing);
  options bad;
  bad.client_window = 0;
  EXPECT_EQ(engine::open(bad).error(), errc::invalid_option);
}

}  // namespace
