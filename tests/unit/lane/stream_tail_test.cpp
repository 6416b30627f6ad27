// A shard's tail and its lane: cursors see a record when its entry is durable, not before, and not
// at all after a failure.
#include <gtest/gtest.h>

#include "stream/tail_reader.hpp"
#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;
using outcome = stream::tail_reader::outcome;

struct stream_tail : testing::Test {
  stream_tail() {
    call(operation_kind::create_stream, [](lane::operation&) {});
    call(operation_kind::open_cursor,
         [&](lane::operation& op) { op.stream->tail = b.client->make_tail(); });
  }
  /// Runs one operation on the stream to its answer.
  template <class Fill>
  void call(operation_kind kind, Fill&& fill) {
    lane::operation* op = begin(kind, fill);
    b.client->run(*op);
    ASSERT_EQ(op->status, errc::ok);
    if (kind == operation_kind::open_cursor) {
      ASSERT_NE(op->stream->tail, nullptr);
      reader.emplace(op->stream->tail, op->stream->tail_slot);
    }
    b.client->abandon(*op);
  }
  template <class Fill>
  lane::operation* begin(operation_kind kind, Fill&& fill) {
    lane::operation* op = b.client->begin_stream(kind, ++token);
    MR_ASSERT(detail::client_core::address_stream(*op, "clicks") == errc::ok);
    fill(*op);
    MR_ASSERT(b.client->submit(*op) == errc::ok);
    return op;
  }
  void put(const std::string& data) {
    const put_entry entry{as_bytes(data), "key"};
    begin(operation_kind::put_records, [&](lane::operation& op) {
      MR_ASSERT(b.client->fill_puts(op, std::span(&entry, 1)) == errc::ok);
    });
    b.run();
  }
  [[nodiscard]] outcome read(std::uint64_t index) { return reader->read(index, 512, 0); }

  lane_bench b;
  std::optional<stream::tail_reader> reader;
  std::uint64_t token = 100;
};

TEST_F(stream_tail, shows_what_is_durable_and_only_that) {
  b.log.automatic = false;
  put("one");
  EXPECT_FALSE(b.answered(token));
  EXPECT_EQ(read(1), outcome::nothing) << "seen before it was durable";
  const auto first = b.log.appended;
  put("two");
  b.log.done = first;
  b.run();
  ASSERT_EQ(read(1), outcome::records);
  ASSERT_EQ(reader->views().size(), 1U);
  EXPECT_EQ(as_text(reader->views()[0].data), "one");
  EXPECT_EQ(read(2), outcome::nothing);
  b.log.done = b.log.appended;
  b.run();
  ASSERT_EQ(read(2), outcome::records);
  EXPECT_EQ(as_text(reader->views()[0].data), "two");
}

TEST_F(stream_tail, sends_its_readers_to_the_lane_after_a_failure) {
  b.log.automatic = false;
  put("one");
  b.log.broken = true;
  b.run();
  EXPECT_EQ(read(1), outcome::detached);
}

TEST_F(stream_tail, ends_when_nobody_reads_it) {
  put("one");
  ASSERT_EQ(read(1), outcome::records);
  reader.reset();
  put("two");
  put("three");
  call(operation_kind::open_cursor,
       [&](lane::operation& op) { op.stream->tail = b.client->make_tail(); });
  EXPECT_EQ(read(3), outcome::behind) << "a new tail, that begins with what comes next";
  EXPECT_EQ(read(4), outcome::nothing);
  put("four");
  ASSERT_EQ(read(4), outcome::records);
}

TEST_F(stream_tail, is_asked_for_only_when_the_shard_has_none) {
  const auto place_without_a_ring = [&] {
    lane::operation* op = begin(operation_kind::open_cursor, [](lane::operation&) {});
    b.client->run(*op);
    MR_ASSERT(op->status == errc::ok);
    const bool wanted = op->stream->tail_wanted;
    const bool there = op->stream->tail != nullptr;
    if (there) stream::tail_reader(op->stream->tail, op->stream->tail_slot);
    b.client->abandon(*op);
    return std::pair(wanted, there);
  };
  EXPECT_EQ(place_without_a_ring(), std::pair(false, true));
  reader.reset();
  put("one");  // the ring ends: nobody reads it
  EXPECT_EQ(place_without_a_ring(), std::pair(true, false));
}

}  // namespace
