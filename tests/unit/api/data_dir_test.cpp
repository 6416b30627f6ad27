// An engine on a data directory: what it acknowledged is there when it is opened again.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <millrace/data_dir.hpp>
#include <millrace/millrace.hpp>
#include <thread>

namespace {

using namespace millrace;

class data_dir : public testing::Test {
 protected:
  data_dir() {
    char name[] = "/tmp/millrace-data-XXXXXX";
    path_ = std::string(mkdtemp(name)) + "/data";
  }
  ~data_dir() override { std::filesystem::remove_all(std::filesystem::path(path_).parent_path()); }

  result<engine> open(options o = {}) {
    o.data_dir = path_;
    return engine::open(o, &why_);
  }
  std::vector<std::string> drain(client& c, const char* queue) {
    std::vector<std::string> bodies;
    while (true) {
      auto got = c.receive(queue, {.max_messages = 10}).value();
      if (got.empty()) return bodies;
      for (const auto& m : got) {
        bodies.emplace_back(as_text(m.body));
        c.delete_message(queue, m.receipt).value();
      }
    }
  }

  std::string path_;
  std::string why_;
};

TEST_F(data_dir, messages_are_there_when_it_is_opened_again) {
  {
    auto e = open().value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    c.send("orders", "one").value();
    c.send("orders", "two").value();
  }
  auto e = open().value();
  EXPECT_EQ(e.recovered().messages, 2U);
  EXPECT_EQ(e.recovered().queues, 1U);
  EXPECT_TRUE(e.recovered().findings.empty());
  auto c = e.connect().value();
  EXPECT_EQ(drain(c, "orders"), (std::vector<std::string>{"one", "two"}));
}

TEST_F(data_dir, lanes_with_threads_of_their_own_keep_theirs_too) {
  for (const std::uint32_t lanes : {1U, 4U, 2U}) {
    auto e = open({.lanes = lanes, .threading = thread_mode::own}).value();
    auto c = e.connect().value();
    for (int q = 0; q < 8; ++q) {
      const std::string name = "q" + std::to_string(q);
      c.create_queue(name).value();
      c.send(name, "from " + std::to_string(lanes)).value();
    }
  }
  auto e = open({.lanes = 3}).value();
  auto c = e.connect().value();
  for (int q = 0; q < 8; ++q) {
    EXPECT_EQ(drain(c, ("q" + std::to_string(q)).c_str()),
              (std::vector<std::string>{"from 1", "from 4", "from 2"}));
  }
}

TEST_F(data_dir, is_open_in_one_engine_at_a_time) {
  auto e = open().value();
  EXPECT_EQ(open().error(), errc::data_dir_in_use);
  EXPECT_EQ(check_data_dir(path_).error(), errc::data_dir_in_use);
}

TEST_F(data_dir, is_checked_without_an_engine) {
  {
    auto e = open().value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    for (int i = 0; i != 3; ++i) c.send("orders", "x").value();
  }
  const data_dir_report report = check_data_dir(path_).value();
  EXPECT_FALSE(report.damaged);
  EXPECT_TRUE(report.findings.empty());
  std::uint64_t sent = 0;
  std::uint64_t entries = 0;
  for (const data_dir_report::kind& kind : report.kinds) {
    if (kind.name == "queue sent") sent = kind.entries;
    entries += kind.entries;
  }
  EXPECT_EQ(sent, 3u);
  EXPECT_EQ(entries, report.entries);
  std::string why;
  EXPECT_EQ(check_data_dir(path_ + "/no", &why).error(), errc::journal_damaged);
  EXPECT_NE(why, "");
}

TEST_F(data_dir, of_which_no_directory_can_be_made_says_why) {
  path_ = "/proc/nothing/here";
  EXPECT_EQ(open().error(), errc::system);
  EXPECT_NE(why_, "");
}

TEST_F(data_dir, counts_what_it_writes) {
  auto e = open().value();
  auto c = e.connect().value();
  c.create_queue("orders").value();
  const journal_counters before = e.journal();
  c.send("orders", "x").value();
  const journal_counters after = e.journal();
  EXPECT_EQ(after.entries, before.entries + 1);
  EXPECT_GT(after.syncs, before.syncs);
  EXPECT_FALSE(after.disk_full);
}

TEST_F(data_dir, with_too_little_memory_for_what_is_in_it_is_refused) {
  {
    auto e = open().value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    const std::string large(1'000'000, 'x');
    for (int i = 0; i < 24; ++i) c.send("orders", large).value();
  }
  EXPECT_EQ(open({.memory_max = std::uint64_t{16} << 20}).error(), errc::memory_full);
  EXPECT_NE(why_.find("memory-max"), std::string::npos) << why_;
  auto e = open().value();
  EXPECT_EQ(e.recovered().messages, 24U);
}

TEST_F(data_dir, needs_no_memory_for_what_has_died_in_it) {
  const std::string large(1'000'000, 'x');
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    for (int i = 0; i < 30; ++i) c.send("orders", large + std::to_string(i)).value();
    for (int i = 0; i < 28; ++i) {
      const auto got = c.receive("orders").value();
      c.delete_message("orders", got[0].receipt).value();
    }
  }
  auto e = open({.memory_max = std::uint64_t{16} << 20}).value();
  EXPECT_GT(e.recovered().bytes, std::uint64_t{16} << 20);
  auto c = e.connect().value();
  EXPECT_EQ(drain(c, "orders"), (std::vector<std::string>{large + "28", large + "29"}));
}

TEST_F(data_dir, makes_room_for_messages_whose_bodies_find_none) {
  constexpr int messages = 8'000;
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    for (int i = 0; i < messages; ++i) c.send("orders", std::string(3'000, 'x')).value();
    c.purge_queue("orders").value();
  }
  auto e = open({.memory_max = std::uint64_t{16} << 20}).value();
  EXPECT_GT(e.recovered().entries, std::uint64_t{messages});
}

TEST_F(data_dir, leaves_no_blocks_for_the_sake_of_a_few_bodies) {
  constexpr int messages = 5'000;
  constexpr int kept_one_in = 8;  // about as many as lie in a block
  std::vector<std::string> kept;
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    c.create_queue("kept").value();
    for (int i = 0; i < messages; ++i) {
      const std::string body = std::to_string(i) + std::string(8'000, 'x');
      if (i % kept_one_in == 0) kept.push_back(body);
      c.send(i % kept_one_in == 0 ? "kept" : "orders", body).value();
    }
    drain(c, "orders");
  }
  auto e = open().value();
  EXPECT_EQ(e.recovered().messages, kept.size());
  EXPECT_GT(e.recovered().bytes, std::uint64_t{messages} * 8'000);
  auto c = e.connect().value();
  constexpr std::uint64_t warm = std::uint64_t{16} << 20;  // free blocks that stay
  EXPECT_LT(c.statistics(0).value().memory_in_use, warm + (std::uint64_t{8} << 20));
  EXPECT_EQ(drain(c, "kept"), kept);
}

TEST_F(data_dir, is_read_once) {
  const auto bytes_read = [] {
    std::ifstream counts("/proc/self/io");
    std::string name;
    std::uint64_t value = 0;
    while (counts >> name >> value && name != "rchar:") {
    }
    return value;
  };
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    for (int i = 0; i < 100; ++i) c.send("orders", std::string(1'000'000, 'x')).value();
  }
  const std::uint64_t before = bytes_read();
  auto e = open().value();
  const std::uint64_t read = bytes_read() - before;
  EXPECT_EQ(e.recovered().messages, 100U);
  EXPECT_GT(read, e.recovered().bytes);
  EXPECT_LT(read, 2 * e.recovered().bytes);  // spare segments are looked through too
}

TEST_F(data_dir, time_goes_on_from_the_last_entry_at_least) {
  std::int64_t last = 0;
  {
    auto e = open({.clock = clock_mode::virtual_time}).value();
    auto c = e.connect().value();
    ASSERT_TRUE(e.advance(std::int64_t{400} * 86'400'000).has_value());
    c.create_queue("orders").value();
    last = e.now_ms();
  }
  auto e = open().value();
  EXPECT_GE(e.now_ms(), last);
}

TEST_F(data_dir, a_backlog_is_not_written_again_for_being_opened) {
  const auto open_and_wait = [this] {
    auto e = open({.threading = thread_mode::own}).value();
    auto c = e.connect().value();
    static_cast<void>(c.receive("orders", {.wait_time_seconds = 1}));  // time for the journal
    return e.journal().bytes;
  };
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("orders").value();
    const std::string large(1'000'000, 'x');
    for (int i = 0; i < 100; ++i)
      c.send("orders", send_entry{as_bytes(large), {}, {}, nullptr, 900}).value();
  }
  EXPECT_LT(open_and_wait(), 1'000'000U);
}

TEST_F(data_dir, a_log_of_messages_that_come_and_go_stays_short) {
  auto e = open({.level = durability::os}).value();
  auto c = e.connect().value();
  c.create_queue("orders").value();
  const std::string large(500'000, 'x');
  for (int i = 0; i < 600; ++i) {
    c.send("orders", large).value();
    auto got = c.receive("orders").value();
    c.delete_message("orders", got[0].receipt).value();
  }
  EXPECT_GT(e.journal().bytes, 300'000'000U);
  // What was left has to be synced before it is used again, and a disk may be slower than this.
  for (int i = 0; i < 2'000 && e.journal().log_bytes >= 200'000'000U; ++i) {
    c.receive("orders").value();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_LT(e.journal().log_bytes, 200'000'000U);
}

/// What a message of level os carries lies, but for the first one's, in room that its client left.
struct bodies_in_place : data_dir, testing::WithParamInterface<std::uint32_t> {
  static constexpr int batches = 40;
  static constexpr std::size_t each = 10;

  static std::string text(std::size_t n) {
    constexpr std::array<std::size_t, 7> sizes{1, 500, 900, 5'000, 16'300, 16'400, 30'000};
    return std::to_string(n) +
           std::string(sizes[n % sizes.size()], static_cast<char>('a' + n % 26));
  }
  /// The next ten texts; every third batch is of a group.
  void send_ten(client& c, const char* queue, std::vector<std::string>& sent) const {
    const bool fifo = std::string_view(queue).ends_with(".fifo");
    const std::size_t first = sent.size();
    std::array<send_entry, each> batch;
    for (std::size_t i = 0; i < each; ++i) sent.push_back(text(first + i));
    for (std::size_t i = 0; i < each; ++i) {
      batch[i].body = as_bytes(sent[first + i]);
      if (fifo || first % 3 == 0) batch[i].message_group_id = "one";
      if (fifo)
        batch[i].message_deduplication_id = std::string_view(sent[first + i]).substr(0, 100);
    }
    std::array<send_result, each> results;
    c.send_batch(queue, batch, results).value();
    for (const send_result& one : results) EXPECT_EQ(one.status, errc::ok);
  }
};

TEST_P(bodies_in_place, come_back_whole) {
  constexpr std::array names{"orders", "synced", "orders.fifo", "more", "much", "most"};
  std::array<std::vector<std::string>, names.size()> sent;
  {
    auto e = open({.lanes = GetParam(), .threading = thread_mode::own}).value();
    auto c = e.connect().value();
    for (const char* name : names) {
      queue_attributes a;
      a.level = name == names[1] ? durability::disk : durability::os;
      a.fifo_queue = name == names[2];
      c.create_queue(name, a, given_durability | given_fifo_queue).value();
    }
    for (int i = 0; i < batches; ++i) {
      for (std::size_t q = 0; q < names.size(); ++q) send_ten(c, names[q], sent[q]);
    }
  }
  auto e = open().value();
  EXPECT_TRUE(e.recovered().findings.empty());
  auto c = e.connect().value();
  for (std::size_t q = 0; q < names.size(); ++q) {
    std::vector<std::string> got = drain(c, names[q]);
    if (q != 2) {  // fair between groups
      std::sort(got.begin(), got.end());
      std::sort(sent[q].begin(), sent[q].end());
    }
    EXPECT_TRUE(got == sent[q]) << names[q] << ", " << got.size() << " came back";
  }
}

INSTANTIATE_TEST_SUITE_P(lanes, bodies_in_place, testing::Values(1, 4));

TEST_F(data_dir, opened_again_carries_no_more_of_a_backlog_than_lies_in_the_oldest_part) {
  const std::string large(1'000'000, 'x');
  {
    auto e = open({.level = durability::os}).value();
    auto c = e.connect().value();
    c.create_queue("backlog").value();
    c.create_queue("orders").value();
    for (int i = 0; i < 150; ++i) c.send("backlog", large).value();
  }
  auto e = open({.level = durability::os}).value();
  auto c = e.connect().value();
  std::uint64_t sent = 0, longest = 0;
  while (sent < 400'000'000 && e.journal().log_bytes >= longest) {  // until a part is let go of
    longest = e.journal().log_bytes;
    c.send("orders", large).value();
    sent += large.size();
    auto got = c.receive("orders").value();
    c.delete_message("orders", got[0].receipt).value();
  }
  EXPECT_LT(e.journal().log_bytes, longest);
  // All of it is 150 MB, a part 17. How many go before the loop sees the first one gone is chance.
  EXPECT_LT(e.journal().bytes - sent, 95'000'000U);
}

}  // namespace
