// Entries that are written from where their bodies lie, or copied from there by the committer, with
// what comes before it put into the room that was left there.
#include <gtest/gtest.h>

#include <cstring>

#include "log_bench.hpp"
#include "sync/block_store.hpp"
#include "sync/block_writer.hpp"

namespace {

using namespace millrace;
using journal::entry;
using journal::io_status;
using test::io_call;
using test::log_bench;

struct payload {
  std::uint64_t number = 0;
};
constexpr std::uint32_t room = journal::format::entry_header_bytes + sizeof(payload);

struct around_bodies : testing::Test {
  around_bodies() {
    EXPECT_EQ(bench.start(), errc::ok);
    bench.keep();
  }
  ~around_bodies() override {
    for (const sync::body_ref& body : bodies) sync::release(body.home);
  }

  /// An entry with a body of that text, `room_left` bytes of room before it.
  entry holding(const std::string& text, std::uint32_t room_left = room) {
    std::byte* const at = pen.reserve(text.size(), sync::allocation_class::normal, room_left);
    std::memcpy(at, text.data(), text.size());
    entry e;
    e.emplace<payload>();
    e.level = durability::os;
    e.body = pen.commit(text.size());
    e.room = room_left;
    bodies.push_back(e.body);
    return e;
  }
  /// Nobody needs the messages any more.
  void forget_bodies() {
    for (const sync::body_ref& body : bodies) sync::release(body.home);
    bodies.clear();
  }
  /// Texts of those sizes, each of its own letter.
  std::vector<entry> holding(std::initializer_list<std::size_t> sizes) {
    std::vector<entry> made;
    for (const std::size_t bytes : sizes) {
      texts.emplace_back(bytes, static_cast<char>('a' + texts.size() % 26));
      made.push_back(holding(texts.back()));
    }
    return made;
  }
  /// More pieces than a batch has, every second of them of an entry that is copied.
  std::vector<entry> in_many_places(durability level) {
    std::vector<entry> all;
    for (std::size_t i = 0; i < journal::batch_buffer::pieces_max / 2 + 3; ++i) {
      for (const std::size_t bytes : {4100U, 10U}) {
        texts.emplace_back(bytes, static_cast<char>('a' + i % 26));
        all.push_back(holding(texts.back(), bytes == 10 ? 0 : room));
        all.back().level = level;
      }
    }
    return all;
  }
  /// Appends, and returns how much of the batch does not lie in the lane's own memory.
  std::size_t append(std::span<const entry> entries) {
    lane.append(entries);
    lane.offer(journal::turn_end::asleep);
    batch = lane.take();
    return batch->elsewhere;
  }
  /// Appends, writes, and returns the bodies that the log has.
  std::vector<std::string> written(std::span<const entry> entries) {
    lane.append(entries);
    bench.settle();
    std::vector<std::string> found;
    for (const test::read_batch& b : bench.read_all()) {
      found.insert(found.end(), b.bodies.begin(), b.bodies.end());
    }
    return found;
  }

  test::memory_disk disk;
  sync::memory_budget budget{std::uint64_t{64} << 20};
  sync::block_store store{sync::mmap_extent_source(), budget, {.warm_bytes_max = 0}};
  log_bench bench{disk,
                  {.segment_bytes = 128 * log_bench::block,
                   .segment_bytes_min = 64 * log_bench::block,
                   .append_bytes_max = 40 * log_bench::block}};
  journal::lane_log& lane = *bench.lanes[0];
  sync::block_writer pen{store};
  std::vector<sync::body_ref> bodies;
  std::vector<std::string> texts;
  journal::batch_buffer* batch = nullptr;
};

TEST_F(around_bodies, are_written_from_where_these_lie) {
  const std::vector<entry> all = holding({1000, 1, 3000, 7, 20'000, 5000});
  EXPECT_EQ(written(all), texts);
  const auto head = bodies[0].home->data() + bodies[0].offset - room;
  EXPECT_TRUE(journal::format::decode_entry({head, 2000}, journal::format::entry_salt(77, 0, 1)));
}

TEST_F(around_bodies, go_with_what_is_copied_into_one_batch_in_order) {
  std::vector<entry> all = holding({600, 3000, 3000});
  texts.insert(texts.begin(), "copied");
  all.insert(all.begin(), holding("copied", 0));
  for (entry& e : holding({3000, 3000})) all.push_back(e);  // behind the body that was copied
  texts.emplace_back("too");
  all.push_back(holding("too", 0));
  all.push_back(holding("last", 0));
  texts.emplace_back("last");
  EXPECT_EQ(written(all), texts);
  ASSERT_EQ(bench.read_all().size(), 1U);
}

TEST_F(around_bodies, of_two_appends_that_lie_one_behind_the_other_are_one_piece) {
  lane.append(holding({5000}));
  EXPECT_GT(append(holding({100})), 5100U);
  EXPECT_EQ(batch->piece_count, 2U);
  EXPECT_EQ(batch->entries, 2U);
  lane.give_back(batch);
}

TEST_F(around_bodies, are_copied_where_that_is_cheaper) {
  EXPECT_EQ(append(holding({1000, 1000, 1000})), 0U) << "little";
  lane.give_back(batch);
  std::vector<entry> apart = holding({3000, 1, 3000});
  apart.erase(apart.begin() + 1);
  EXPECT_EQ(append(apart), 0U) << "none lies behind the other";
  lane.give_back(batch);
}

TEST_F(around_bodies, are_copied_where_they_have_to_be) {
  std::vector<entry> others = holding({6000, 6000});
  for (entry& e : others) e.extra = as_bytes("more than there is room for");
  EXPECT_EQ(append(others), 0U);
  lane.give_back(batch);
  std::vector<entry> known = holding({6000, 6000});
  for (entry& e : known) e.room = 0;
  EXPECT_EQ(append(known), 0U) << "their room is another entry's";
  lane.give_back(batch);
  entry synced;
  synced.level = durability::disk;
  lane.append({&synced, 1});
  EXPECT_EQ(append(holding({6000, 6000})), 0U) << "their batch is written past the cache";
  lane.give_back(batch);
}

TEST_F(around_bodies, of_level_disk_are_copied_by_who_signs_them) {
  std::vector<entry> durable = holding({80'000});
  durable[0].level = durability::disk;
  EXPECT_EQ(append(durable), 0U) << "its place is free";
  EXPECT_TRUE(batch->copied_later);
  EXPECT_EQ(batch->piece_count, 2U);
  lane.give_back(batch);
}

TEST_F(around_bodies, of_level_disk_are_copied_here_where_there_is_time_or_little_to_copy) {
  std::vector<entry> durable = holding({6000, 6000});
  for (entry& e : durable) e.level = durability::disk;
  append(durable);
  EXPECT_FALSE(batch->copied_later) << "little";
  lane.give_back(batch);
  bench.state.wanted.set(journal::appetite::none);
  durable = holding({80'000});
  durable[0].level = durability::disk;
  append(durable);
  EXPECT_FALSE(batch->copied_later) << "the committer is writing";
  EXPECT_FALSE(batch->crcs_missing);
  lane.give_back(batch);
}

TEST_F(around_bodies, of_level_disk_are_not_left_to_a_writing_committer_by_one_of_level_os) {
  std::vector<entry> all = holding({6000, 80'000});
  all[1].level = durability::disk;
  bench.state.wanted.set(journal::appetite::none);
  EXPECT_EQ(append(all), 0U);
  EXPECT_FALSE(batch->crcs_missing);
  lane.give_back(batch);
}

TEST_F(around_bodies, of_level_disk_are_let_go_of_when_the_journal_failed) {
  disk.before = [](io_call, const std::string&) { return io_status::failed; };
  std::vector<entry> durable = holding({80'000});
  durable[0].level = durability::disk;
  lane.append(durable);
  forget_bodies();
  bench.settle();
  EXPECT_TRUE(lane.failed());
  bench.writer.reset();
  bench.keeper.reset();
  bench.lanes.clear();
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(around_bodies, of_level_disk_are_written_past_the_cache_in_order_with_all_else) {
  std::vector<entry> all = holding({30'000, 3000, 40'000, 7});
  texts.insert(texts.begin(), "copied");
  all.insert(all.begin(), holding("copied", 0));
  texts.emplace_back("too");
  all.push_back(holding("too", 0));
  for (entry& e : holding({3000, 5000})) all.push_back(e);
  for (entry& e : all) e.level = durability::disk;
  all[2].level = all[6].level = durability::os;
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string&) {
    calls.push_back(call);
    return io_status::ok;
  };
  lane.append(all);
  forget_bodies();
  pen.seal();
  bench.settle();
  EXPECT_EQ(calls, (std::vector{io_call::write_durable})) << "one write, no sync";
  ASSERT_EQ(bench.read_all().size(), 1U);
  EXPECT_EQ(bench.read_all()[0].bodies, texts);
  EXPECT_EQ(lane.reached(durability::disk), all.size());
  EXPECT_EQ(store.bytes_in_use(), 0U) << "nothing holds the blocks any more";
}

TEST_F(around_bodies, of_level_disk_follow_those_of_level_os_as_copies) {
  std::vector<entry> all = holding({40'000, 40'000});
  for (entry& e : holding({40'000, 40'000})) all.push_back(e);
  all[2].level = all[3].level = durability::disk;
  EXPECT_EQ(written(all), texts);
  const std::size_t both = append(all);
  EXPECT_FALSE(batch->copied_later);
  lane.give_back(batch);
  EXPECT_EQ(append(std::span(all).first(2)), both) << "of the others nothing lies elsewhere";
  lane.give_back(batch);
}

TEST_F(around_bodies, that_lie_in_many_places_are_written_all_the_same) {
  const std::vector<entry> all = in_many_places(durability::os);
  EXPECT_EQ(written(all), texts);
}

TEST_F(around_bodies, of_level_disk_that_lie_in_many_places_are_written_all_the_same) {
  const std::vector<entry> all = in_many_places(durability::disk);
  EXPECT_EQ(written(all), texts);
}

TEST_F(around_bodies, hold_their_blocks_until_they_are_written) {
  const std::vector<entry> all = holding({5000, 5000});
  lane.append(all);
  forget_bodies();
  const std::string other(10'000, 'x');
  pen.seal();
  for (int i = 0; i < 20; ++i) static_cast<void>(holding(other, 0));
  bench.settle();
  ASSERT_EQ(bench.read_all().size(), 1U);
  EXPECT_EQ(bench.read_all()[0].bodies, texts);
  forget_bodies();
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(around_bodies, are_let_go_of_when_the_journal_failed) {
  disk.before = [](io_call, const std::string&) { return io_status::failed; };
  lane.append(holding({5000, 5000}));
  bench.settle();
  EXPECT_TRUE(lane.failed());
  forget_bodies();
  pen.seal();
  EXPECT_NE(store.bytes_in_use(), 0U);
  bench.writer.reset();
  bench.keeper.reset();
  bench.lanes.clear();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(around_bodies, wait_for_a_sync_with_what_is_durable) {
  std::vector<io_call> calls;
  disk.before = [&](io_call call, const std::string&) {
    calls.push_back(call);
    return io_status::ok;
  };
  lane.append(holding({5000, 5000}));
  entry durable;
  durable.level = durability::disk;
  lane.append({&durable, 1});
  lane.offer(journal::turn_end::asleep);
  ASSERT_TRUE(bench.writer->work());
  EXPECT_EQ(calls, (std::vector{io_call::write, io_call::sync}));
  EXPECT_EQ(lane.reached(durability::disk), 3U);
}

}  // namespace
