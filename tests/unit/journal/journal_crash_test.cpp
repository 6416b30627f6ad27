// Kills and power cuts at random moments of a journal at work: several lanes, both levels, segments
// that are left, carried out of and reused. What a lane recovers is what it had after one of its
// operations, and not before the last one that was acknowledged.
#include <gtest/gtest.h>

#include <map>

#include "base/random.hpp"
#include "journal/local_journal.hpp"
#include "support/sim_storage.hpp"
#include "sync/virtual_clock.hpp"

namespace {

using namespace millrace;
using sim::crash_kind;

constexpr std::uint64_t block = journal::format::block;
constexpr std::size_t lane_count = 3;

struct cell {
  std::uint64_t version = 0;
  durability level = durability::disk;
  std::uint32_t epoch = 0;
  std::uint64_t bytes = 0;
};
using cells = std::map<std::uint32_t, cell>;

/// One operation of a lane: sets a cell, or clears it (version 0).
struct record {
  std::uint32_t lane = 0;
  std::uint32_t key = 0;
  std::uint64_t version = 0;
  durability level = durability::disk;
};

/// What a lane has done since the start, and how far that is acknowledged.
struct lane_story {
  cells state;  ///< with everything done
  cells first;  ///< as recovered
  std::vector<record> done;
  std::vector<journal::position> positions;
  std::size_t acked = 0;  ///< operations, in order, for as long as all are
  std::size_t acked_after_power = 0;
  std::uint32_t carried = 0;
};

void change(cells& to, const record& r) {
  if (r.version == 0) {
    to.erase(r.key);
  } else {
    to[r.key].version = r.version;
  }
}

bool same(const cells& a, const cells& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.version == y.second.version;
  });
}

class crashing {
 public:
  /// With a `capacity` the disk is full now and then.
  crashing(std::uint64_t seed, std::uint64_t capacity) : random_(seed), disk_(seed) {
    if (capacity != 0) disk_.set_capacity(capacity);
  }

  void open() {
    journal::local_journal::options wanted;
    wanted.lanes = lane_count;
    wanted.threads = false;
    wanted.segment_bytes = 24 * block;
    wanted.segment_bytes_min = 16 * block;
    wanted.append_bytes_max = 10 * block;
    wanted.log_bytes_slack = 60 * block;
    wanted.incarnation = static_cast<std::uint32_t>(random_.next());
    wanted.clock = &clock_;
    std::string why;
    log_ = journal::local_journal::open(std::make_unique<sim::sim_storage>(disk_), wanted, why)
               .value();
    std::vector<cells> found(lane_count);
    const auto visit = [&](const journal::format::stored_entry& e, std::uint64_t) {
      record r;
      std::memcpy(&r, e.value.extra.data(), sizeof r);
      change(found[r.lane], r);
      if (r.version == 0) return;
      cell& c = found[r.lane][r.key];
      c.level = e.value.level;
      c.epoch = static_cast<std::uint32_t>(e.segment);
      c.bytes = e.value.extra.size();
    };
    const auto report = log_->recover(visit).value();
    for (const auto& f : report.findings) {
      EXPECT_EQ(f.kind, journal::finding_kind::torn_tail) << f.text();
    }
    for (std::uint32_t i = 0; i < lane_count; ++i) judge(i, found[i]);
    log_->start(report).value();
  }

  /// Works until the disk is interrupted, or for long enough.
  void live() {
    const crash_kind kind = random_.below(2) == 0 ? crash_kind::kill : crash_kind::power;
    constexpr std::uint64_t calls_max[] = {1500, 60, 60, 6};  // 6: again, right after a start
    disk_.interrupt_nth(1 + random_.below(calls_max[random_.below(4)]), kind);
    const std::uint64_t os_share = random_.below(5);  // of four: some lives are of one level
    for (int turn = 0; turn < 1500 && !disk_.interrupted(); ++turn) {
      for (std::uint64_t n = random_.below(4); n > 0; --n) operate(os_share);
      for (std::uint32_t i = 0; i < lane_count; ++i) finish_turn(i);
      for (std::uint64_t n = random_.below(4); n > 0 && log_->work(); --n) note_acks();
      if (random_.below(8) == 0) clock_.advance(6 * base::ns_per_ms);
    }
    note_acks();
    EXPECT_TRUE(disk_.interrupted() || log_->last_error().empty()) << log_->last_error();
    full_ = full_ || log_->statistics().disk_full;
    after_power_ = kind == crash_kind::power;
    if (!disk_.interrupted() && random_.below(2) == 0) {  // a clean end
      log_.reset();
      for (lane_story& lane : lanes_) lane.acked = lane.acked_after_power = lane.done.size();
    }
    disk_.crash(kind);
    log_.reset();
  }

  std::uint64_t segments_renamed() const { return disk_.counts().calls[3]; }
  bool was_full() const { return full_; }

 private:
  /// One append of one to three operations.
  void operate(std::uint64_t os_share) {
    const auto number = static_cast<std::uint32_t>(random_.below(lane_count));
    lane_story& lane = lanes_[number];
    journal::journal& log = log_->of_lane(number);
    const bool clears = random_.below(4) == 0;
    if (!admitted(log, !clears)) return;
    const std::uint64_t count = random_.below(3) == 0 ? 1 + random_.below(3) : 1;
    const std::uint64_t most = count == 1 && random_.below(6) == 0 ? 20'000 : 300;
    std::vector<std::pair<record, std::uint64_t>> together;
    for (std::uint64_t i = 0; i < count; ++i) {
      const record r = decide(number, clears, random_.below(4) < os_share);
      const std::uint64_t bytes = sizeof r + random_.below(most);
      if (!clears) lane.state[r.key] = {r.version, r.level, log.epoch(), bytes};
      together.emplace_back(r, bytes);
      lane.done.push_back(r);
    }
    const journal::position last = append(log, together);
    for (std::uint64_t i = count; i-- > 0;) lane.positions.push_back(last - i);
  }

  record decide(std::uint32_t number, bool clears, bool os) {
    lane_story& lane = lanes_[number];
    record r{number, static_cast<std::uint32_t>(random_.below(6)), 0, durability::disk};
    if (!clears) r.version = ++last_version_;
    // A cell that was durable is changed durably.
    const auto found = lane.state.find(r.key);
    const bool was_durable = found != lane.state.end() && found->second.level == durability::disk;
    if (os && !was_durable) r.level = durability::os;
    change(lane.state, r);
    return r;
  }

  static bool admitted(journal::journal& log, bool grows) {
    const journal::admission now = log.admits();
    return now == journal::admission::open || (now == journal::admission::reserved && !grows);
  }

  static journal::position append(journal::journal& log,
                                  const std::vector<std::pair<record, std::uint64_t>>& together) {
    std::vector<journal::entry> entries(together.size());
    std::vector<std::vector<std::byte>> extras;
    for (std::size_t i = 0; i < together.size(); ++i) {
      const auto& [r, bytes] = together[i];
      std::memcpy(extras.emplace_back(bytes).data(), &r, sizeof r);
      entries[i].level = r.level;
      entries[i].extra = extras.back();
    }
    return log.append(entries);
  }

  void finish_turn(std::uint32_t number) {
    lane_story& lane = lanes_[number];
    journal::journal& log = log_->of_lane(number);
    const std::uint32_t wanted = log.carry_wanted();
    if (wanted > lane.carried && carry(number, wanted)) log.carried(lane.carried = wanted);
    std::uint64_t live = 0;
    for (const auto& [key, c] : lane.state) live += c.bytes + 100;
    log.live({.bytes = live});
    log.offer(random_.below(8) == 0 ? journal::turn_end::asleep : journal::turn_end::busy);
  }

  /// A bounded step of it; true: all of it.
  bool carry(std::uint32_t number, std::uint32_t wanted) {
    journal::journal& log = log_->of_lane(number);
    for (auto& [key, c] : lanes_[number].state) {
      if (c.epoch >= wanted) continue;
      if (!admitted(log, false) || random_.below(4) == 0) return false;
      append(log, {{record{number, key, c.version, c.level}, c.bytes}});
      c.epoch = log.epoch();
    }
    return true;
  }

  void note_acks() {
    for (std::uint32_t i = 0; i < lane_count; ++i) {
      lane_story& lane = lanes_[i];
      const journal::journal& log = log_->of_lane(i);
      while (lane.acked < lane.done.size() &&
             lane.positions[lane.acked] <= log.reached(lane.done[lane.acked].level)) {
        const bool durable = lane.done[lane.acked++].level == durability::disk;
        if (durable) lane.acked_after_power = lane.acked;
      }
    }
  }

  /// Some prefix of what the lane did, with all that was acknowledged.
  void judge(std::uint32_t number, const cells& found) {
    lane_story& lane = lanes_[number];
    const std::size_t least = after_power_ ? lane.acked_after_power : lane.acked;
    cells at = lane.first;
    bool good = false;
    for (std::size_t n = 0; n <= lane.done.size() && !good; ++n) {
      if (n != 0) change(at, lane.done[n - 1]);
      good = n >= least && same(at, found);
    }
    EXPECT_TRUE(good) << "lane " << number
                      << (after_power_ ? " after a power cut" : " after a kill") << ", done "
                      << lane.done.size() << ", acked " << least;
    lane = {};
    lane.first = lane.state = found;
  }

  base::random random_;
  sim::sim_disk disk_;
  sync::virtual_clock clock_{1'000'000'000};
  std::unique_ptr<journal::local_journal> log_;
  lane_story lanes_[lane_count];
  std::uint64_t last_version_ = 0;
  bool after_power_ = false;
  bool full_ = false;
};

struct totals {
  std::uint64_t renamed = 0;
  std::uint64_t full = 0;  ///< journals that met a full disk
};

totals crash_many(std::uint64_t seeds, std::uint64_t capacity) {
  totals seen;
  for (std::uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    crashing journal(seed, capacity);
    journal.open();
    for (int life = 0; life < 25 && !testing::Test::HasFailure(); ++life) {
      SCOPED_TRACE("life " + std::to_string(life));
      journal.live();
      journal.open();
    }
    seen.renamed += journal.segments_renamed();
    seen.full += journal.was_full() ? 1 : 0;
  }
  return seen;
}

TEST(journal_crash, recovers_what_was_acknowledged_and_a_prefix_of_the_rest) {
  const totals seen = crash_many(40, 0);
  EXPECT_GT(seen.renamed, 1000U) << "the logs were too short to be worth the test";
}

TEST(journal_crash, on_a_disk_that_is_full_now_and_then) {
  const totals seen = crash_many(15, 110 * block);
  EXPECT_GT(seen.full, 5U);
}

}  // namespace
