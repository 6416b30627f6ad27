// Cursors bring what the shard holds, whatever the history: each sees the records that may be read
// from its place on, in order, without a gap, wherever they come from: the ring or the lane.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace {

using namespace millrace;

constexpr std::int64_t hour_ms = 3'600'000;

class cursor_history {
 public:
  explicit cursor_history(const std::vector<std::uint64_t>& steps) {
    options o;
    o.clock = clock_mode::virtual_time;
    e_ = engine::open(o).value();
    c_ = e_.connect().value();
    s_ = streams().create_stream("clicks").value();
    for (const std::uint64_t number : steps) {
      left_ = number;
      step();
      if (!difference.empty()) return;
    }
    for (std::size_t i = 0; i < cursors_.size(); ++i) {
      while (read(i, 512) != 0) {
      }
    }
    for (const shard_cursor& each : cursors_) note(each);
  }

  std::string difference;
  cursor_counters counted;

 private:
  struct kept {
    std::string data;
    std::int64_t at_ms = 0;
  };
  stream_client streams() { return stream_client(c_); }
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left_ % n;
    left_ /= n;
    return out;
  }
  void step() {
    const std::uint64_t what = pick(16);
    if (what < 5) return put(pick(what == 0 ? 3'000 : 40) + 1);
    if (what < 11) {
      if (!cursors_.empty()) read(pick(cursors_.size()), pick(pick(2) == 0 ? 10 : 700) + 1);
      return;
    }
    if (what < 13 && cursors_.size() < 6) {
      const std::uint64_t from = pick(model_.size() + 2);
      cursors_.push_back(streams().open_cursor(s_, {0, from}).value());
      return;
    }
    if (what == 13 && !cursors_.empty()) {
      const auto gone = cursors_.begin() + static_cast<std::ptrdiff_t>(pick(cursors_.size()));
      note(*gone);
      cursors_.erase(gone);
      return;
    }
    e_.advance(pick(2) == 0 ? 1 : static_cast<std::int64_t>(pick(30)) * hour_ms).value();
  }
  void put(std::size_t count) {
    while (count != 0) {
      const std::size_t now = std::min<std::size_t>(count, 500);
      std::vector<std::string> data;
      std::vector<put_entry> entries;
      for (std::size_t i = 0; i < now; ++i) data.push_back(std::to_string(model_.size() + i));
      for (const std::string& d : data) entries.push_back({as_bytes(d), "key"});
      std::vector<put_result> results(now);
      streams().put_records(s_, entries, results).value();
      for (std::string& d : data) model_.push_back({std::move(d), e_.now_ms()});
      count -= now;
    }
  }
  /// The first index from `index` on that may still be read.
  std::uint64_t visible(std::uint64_t index) const {
    std::uint64_t at = std::max<std::uint64_t>(index, 1);
    while (at <= model_.size() && e_.now_ms() - model_[at - 1].at_ms > 24 * hour_ms) ++at;
    return at;
  }
  std::size_t read(std::size_t which, std::size_t max) {
    shard_cursor& in = cursors_[which];
    const std::uint64_t from = visible(in.position().index);
    const auto got = in.next(max).value();
    if (got.size() > max) difference = "more than was asked for";
    if (got.empty() && from <= model_.size()) difference = "nothing, where there is something";
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::uint64_t index = got[i].sequence.index;
      const bool there = index == from + i && index <= model_.size();
      if (!there || as_text(got[i].data) != model_[index - 1].data ||
          got[i].arrived_at_ms != model_[index - 1].at_ms) {
        difference = "record " + std::to_string(index) + " where " + std::to_string(from + i) +
                     " was expected";
        break;
      }
    }
    return difference.empty() ? got.size() : 0;
  }
  void note(const shard_cursor& of) {
    counted.records_in_place += of.counters().records_in_place;
    counted.records_by_lane += of.counters().records_by_lane;
    counted.laps += of.counters().laps;
  }

  engine e_;
  client c_;
  stream_handle s_;
  std::vector<kept> model_;
  std::vector<shard_cursor> cursors_;
  std::uint64_t left_ = 0;
};

TEST(cursors, bring_what_the_shard_holds) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  const std::size_t sequences = wanted == nullptr ? 300 : std::strtoull(wanted, nullptr, 10) / 50;
  const char* given = std::getenv("RC_PARAMS");
  const std::string before = given == nullptr ? "" : given;
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=120 " + before;
  setenv("RC_PARAMS", params.c_str(), 1);
  cursor_counters all;
  EXPECT_TRUE(rc::check("cursors are the shard", [&] {
    cursor_history run(*rc::gen::container<std::vector<std::uint64_t>>(
        rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48)));
    if (!run.difference.empty()) RC_FAIL(run.difference);
    all.records_in_place += run.counted.records_in_place;
    all.records_by_lane += run.counted.records_by_lane;
    all.laps += run.counted.laps;
  }));
  EXPECT_GT(all.records_in_place, sequences * 100) << "too few to mean anything";
  EXPECT_GT(all.records_by_lane, sequences * 100) << "too few to mean anything";
  EXPECT_GT(all.laps, sequences / 10) << "too few to mean anything";
}

}  // namespace
