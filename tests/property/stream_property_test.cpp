// Streams do what the model does, whatever the history: every reader sees every record of a shard
// in order until its retention is over, every key has one open shard at every moment, and a
// recovery from the journal, or from what was kept of it behind a part that was carried forward,
// changes nothing but that numbers go on behind a gap.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "base/hash.hpp"
#include "stream/hash_space.hpp"
#include "stream_model.hpp"

namespace {

using namespace millrace;
using test::got_record;
using test::stream_bench;
using test::stream_model;

constexpr base::time_ms hour_ms = 3'600'000;

class stream_history {
 public:
  explicit stream_history(const std::vector<std::uint64_t>& steps)
      : s_(&bench_.create("clicks", 2)), model_(shards()) {
    for (const std::uint64_t number : steps) {
      left_ = number;
      step();
      carry(number);
      if (!difference.empty()) return;
    }
    compare_all(bench_, *s_);
  }

  std::string difference;
  std::uint64_t put = 0;
  std::uint64_t resharded = 0;
  std::uint64_t carried = 0;

  void compare_recovery() {
    stream_bench fresh;
    fresh.recover(bench_, needed_from_);
    stream::stream_state* s = fresh.find("clicks");
    if (s == nullptr) {
      difference = "the stream is gone after a recovery";
      return;
    }
    told_ += " recovery";
    compare_all(fresh, *s);
    compare_shards(*s);
    const put_result last = fresh.put(*s, "later", {});
    const auto& before = model_.shards.at(last.shard).records;
    expect("numbers grow", before.empty() || before.back().index < last.sequence.index, true);
  }

 private:
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left_ % n;
    left_ /= n;
    return out;
  }
  template <class A, class B>
  void expect(const char* what, const A& mine, const B& theirs) {
    if (mine == theirs || !difference.empty()) return;
    difference = std::string(what) + " differs after" + told_;
  }
  [[nodiscard]] std::vector<shard_description> shards() const {
    std::vector<shard_description> out;
    stream::service::list_shards(*s_, 0, SIZE_MAX, out);
    return out;
  }
  hash_key key() { return {base::mix64(pick(1'000)), 0}; }

  void step() {
    const std::uint64_t what = pick(16);
    if (what < 8) return put_one();
    if (what < 11) return read_one();
    if (what == 11) return split();
    if (what == 12) return merge();
    if (what == 13 && pick(4) == 0) return scale();
    if (what == 14 && pick(4) == 0) return retain();
    static constexpr base::time_ms jumps[] = {1, 999, 60'000, hour_ms, 23 * hour_ms, 25 * hour_ms};
    const base::time_ms by = jumps[pick(6)];
    told_ += " +" + std::to_string(by);
    bench_.advance(by);
    model_.forget(bench_.now_ms());
    forget_gone();
  }

  void put_one() {
    const hash_key at = key();
    const std::string data = std::to_string(++put);
    told_ += " put";
    const put_result as = bench_.put(*s_, data, at);
    expect("put", as.status, errc::ok);
    expect("shard", static_cast<int>(as.shard), model_.at(at));
    if (difference.empty()) model_.put(as, data, bench_.now_ms());
  }

  void read_one() {
    auto place = model_.shards.begin();
    std::advance(place, static_cast<std::ptrdiff_t>(pick(model_.shards.size())));
    const auto& all = place->second.records;
    const std::uint64_t from = all.empty() ? pick(3) : all[pick(all.size())].index + pick(2);
    const auto max = static_cast<std::uint32_t>(pick(20) + 1);
    told_ += " read " + std::to_string(place->first);
    const auto mine = bench_.read(*s_, {.from = {place->first, from}, .max_records = max});
    const auto theirs = model_.read(place->first, from, max);
    expect("status", mine.status, errc::ok);
    expect("records", mine.records, theirs);
    const auto more = model_.read(place->first, mine.summary.next.index, 1);
    expect("end", mine.summary.end_of_shard, place->second.closed_at_ms != 0 && more.empty());
    if (!theirs.empty()) expect("next", mine.summary.next.index, theirs.back().index + 1);
  }

  void split() {
    auto [number, s] = any_open();
    const hash_key at{s.first.high + (s.last.high - s.first.high) / 2, pick(3)};
    told_ += " split " + std::to_string(number);
    const errc e = bench_.streams.split(*s_, number, at);
    const bool inside = s.first < at && at < s.last && !(at == hash_key{s.first.high, 1});
    expect("split", e, inside ? errc::ok : errc::invalid_split_point);
    bench_.advance(0);
    if (e != errc::ok) return;
    ++resharded;
    model_.close(number, bench_.now_ms());
    model_.make(s.first,
                at.low == 0 ? hash_key{at.high - 1, UINT64_MAX} : hash_key{at.high, at.low - 1},
                {number});
    model_.make(at, s.last, {number});
    compare_shards(*s_);
  }

  void merge() {
    auto [a, first] = any_open();
    auto [b, second] = any_open();
    told_ += " merge " + std::to_string(a) + " and " + std::to_string(b);
    const bool behind = stream::after(first.last) == second.first && first.last != hash_key_max;
    const errc e = bench_.streams.merge(*s_, a, b);
    expect("merge", e, behind ? errc::ok : errc::shards_not_adjacent);
    bench_.advance(0);
    if (e != errc::ok) return;
    ++resharded;
    for (const std::uint32_t number : {a, b}) model_.close(number, bench_.now_ms());
    model_.make(first.first, second.last, {a, b});
    compare_shards(*s_);
  }

  /// What comes out is the service's choice but for its ranges and that it is all of one tree.
  void scale() {
    const auto count = static_cast<std::uint32_t>(pick(6) + 1);
    told_ += " scale to " + std::to_string(count);
    expect("scale", bench_.streams.set_shard_count(*s_, count), errc::ok);
    bench_.advance(0);
    for (const shard_description& d : shards()) {
      if (!model_.shards.contains(d.number)) {
        std::vector<std::uint32_t> parents{*d.parent};
        if (d.adjacent_parent) parents.push_back(*d.adjacent_parent);
        for (const std::uint32_t p : parents) expect("parent", model_.shards.contains(p), true);
        model_.make(d.first, d.last, parents);
      }
      model_.shards.at(d.number).closed_at_ms = d.closed_at_ms;
    }
    ++resharded;
    std::uint32_t open = 0;
    for (const auto& [number, s] : model_.shards) open += s.closed_at_ms == 0 ? 1 : 0;
    expect("count", open, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const int at = model_.at(stream::share_begin(i, count));
      expect("share",
             at != -1 && model_.shards.at(static_cast<std::uint32_t>(at)).first ==
                             stream::share_begin(i, count),
             true);
    }
  }

  void retain() {
    stream_settings wanted;
    wanted.retention_hours = pick(2) == 0 ? 24 : 48;
    told_ += " retain " + std::to_string(wanted.retention_hours);
    expect("retain", bench_.streams.set(*s_, wanted, given_retention), errc::ok);
    model_.retention_ms = base::time_ms{wanted.retention_hours} * hour_ms;
    bench_.advance(0);
    model_.forget(bench_.now_ms());
    forget_gone();
  }

  std::pair<std::uint32_t, stream_model::shard> any_open() {
    std::vector<std::uint32_t> open;
    for (const auto& [number, s] : model_.shards) {
      if (s.closed_at_ms == 0) open.push_back(number);
    }
    const std::uint32_t number = open[pick(open.size())];
    return {number, model_.shards.at(number)};
  }

  [[nodiscard]] bool over(const stream_model::shard& s) const {
    return s.closed_at_ms != 0 && bench_.now_ms() - s.closed_at_ms > model_.retention_ms;
  }
  /// A closed shard goes some time after its records have, not before.
  void forget_gone() {
    std::vector<shard_description> left = shards();
    for (auto it = model_.shards.begin(); it != model_.shards.end();) {
      const bool there = std::any_of(left.begin(), left.end(), [&](const shard_description& d) {
        return d.number == it->first;
      });
      if (!there) {
        expect("gone too early", over(it->second), true);
        expect("gone with records", model_.read(it->first, 0, 1).size(), 0U);
      }
      it = there ? std::next(it) : model_.shards.erase(it);
    }
  }

  void compare_all(stream_bench& of, stream::stream_state& s) {
    for (const auto& [number, one] : model_.shards) {
      const auto mine = of.read(s, {.from = {number, 0}});
      expect("all records", mine.records, model_.read(number, 0, SIZE_MAX));
    }
  }
  void check_child(const shard_description& child, std::uint32_t parent,
                   const std::vector<shard_description>& all) {
    for (const shard_description& d : all) {
      if (d.number != parent) continue;
      expect("numbers of a child", d.ending && to_text(*d.ending) < to_text(child.starting), true);
    }
  }
  /// Of those that are over some may have gone.
  void compare_shards(stream::stream_state& s) {
    std::vector<shard_description> mine;
    stream::service::list_shards(s, 0, SIZE_MAX, mine);
    std::erase_if(mine, [&](const shard_description& d) {
      return d.closed_at_ms != 0 && bench_.now_ms() - d.closed_at_ms > model_.retention_ms;
    });
    const auto theirs_left = std::count_if(model_.shards.begin(), model_.shards.end(),
                                           [&](const auto& one) { return !over(one.second); });
    expect("number of shards", static_cast<std::ptrdiff_t>(mine.size()), theirs_left);
    for (const shard_description& d : mine) {
      const auto theirs = model_.shards.find(d.number);
      if (theirs == model_.shards.end()) return expect("shard", 0, 1);
      expect("first", d.first, theirs->second.first);
      expect("last", d.last, theirs->second.last);
      expect("closed", d.closed_at_ms, theirs->second.closed_at_ms);
      if (d.parent) check_child(d, *d.parent, mine);
      if (d.adjacent_parent) check_child(d, *d.adjacent_parent, mine);
      expect("parents", (d.parent ? 1U : 0U) + (d.adjacent_parent ? 1U : 0U),
             theirs->second.parents.size());
    }
  }

  void carry(std::uint64_t number) {
    if (!carrying_) {
      if ((number >> 40) % 8 != 0) return;
      carrying_ = true;
      began_ = bench_.journal().size();
      bench_.streams.set_log_epoch(++epoch_);
      bench_.streams.begin_carry(epoch_);
    }
    if (!bench_.carry(400)) return;
    carrying_ = false;
    needed_from_ = began_;
    ++carried;
  }

  stream_bench bench_;
  stream::stream_state* s_;
  stream_model model_;
  std::string told_;
  std::uint64_t left_ = 0;
  bool carrying_ = false;
  std::uint32_t epoch_ = 1;
  std::size_t began_ = 0;
  std::size_t needed_from_ = 0;
};

TEST(streams, do_what_the_model_does_over_recoveries_too) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  const std::size_t sequences = wanted == nullptr ? 2'000 : std::strtoull(wanted, nullptr, 10);
  const char* given = std::getenv("RC_PARAMS");
  const std::string before = given == nullptr ? "" : given;
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=120 " + before;
  setenv("RC_PARAMS", params.c_str(), 1);
  std::uint64_t put = 0;
  std::uint64_t resharded = 0;
  std::uint64_t carried = 0;
  EXPECT_TRUE(rc::check("streams are stream_model", [&] {
    stream_history run(*rc::gen::container<std::vector<std::uint64_t>>(
        rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48)));
    if (run.difference.empty()) run.compare_recovery();
    if (!run.difference.empty()) RC_FAIL(run.difference);
    put += run.put;
    resharded += run.resharded;
    carried += run.carried;
  }));
  EXPECT_GT(put, sequences * 4) << "too few to mean anything";
  EXPECT_GT(resharded, sequences) << "too few to mean anything";
  EXPECT_GT(carried, sequences / 4) << "too few to mean anything";
}

}  // namespace
