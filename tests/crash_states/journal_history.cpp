// Histories of local_journal itself. Which entry has which sequence is its committer's choice:
// after each step recovery says so, of what the process sees.
#include <algorithm>

#include "base/assert.hpp"
#include "base/random.hpp"
#include "history.hpp"
#include "sync/virtual_clock.hpp"

namespace millrace::crash_states {

using journal::local_journal;

namespace {

class journal_builder {
 public:
  explicit journal_builder(std::uint64_t seed) : random_(seed), disk_(seed) {}

  history make(std::uint64_t seed) {
    for (std::uint64_t lives = random_.below(3); lives != 0; --lives) {
      open();
      for (std::uint64_t left = random_.below(8); left != 0; --left) step_once();
      close();
    }
    for (const auto& file : disk_.files()) {
      made_.files.push_back({file.name, file.number, {file.bytes.begin(), file.bytes.end()}});
    }
    disk_.record(&made_.operations);
    made_.marks.clear();
    note();
    open();
    for (std::uint64_t left = random_.below(8) + 1; left != 0; --left) step_once();
    log_.reset();
    learn();
    note();
    disk_.record(nullptr);
    made_.name = "journal seed " + std::to_string(seed);
    made_.incarnation = incarnation_;
    made_.directory = journal_options(1, 1, clock_).fresh.id;
    made_.by_journal = true;
    return std::move(made_);
  }

 private:
  struct appended_entry {
    test::entry_name name;
    durability level = durability::memory;
  };
  struct lane_end {
    sync::doorbell bell;
    std::vector<appended_entry> appended{1};  ///< by position; [0] is none
    std::uint32_t carried = 0;
  };

  void open() {
    lanes_.clear();
    for (std::uint64_t lanes = random_.below(3) + 1; lanes != 0; --lanes) {
      lanes_.push_back(std::make_unique<lane_end>());
    }
    std::string why;
    const auto count = static_cast<std::uint32_t>(lanes_.size());
    auto opened = local_journal::open(std::make_unique<sim::sim_storage>(disk_),
                                      journal_options(++incarnation_, count, clock_), why);
    MR_ASSERT(opened.has_value());
    log_ = std::move(*opened);
    const auto report = log_->recover([](const auto&, auto) {});
    MR_ASSERT(report && !report->damaged());
    for (std::uint32_t i = 0; i != count; ++i) log_->set_bell(i, lanes_[i]->bell);
    MR_ASSERT(log_->start(*report).has_value());
    work();
  }

  // The process ends well, is killed, or the power is cut.
  void close() {
    const std::uint64_t acked = acked_disk_;
    const std::uint64_t how = random_.below(3);
    if (how == 0) log_.reset();
    if (how == 1) disk_.crash(sim::crash_kind::kill);
    if (how == 2) disk_.crash(sim::crash_kind::power);
    log_.reset();
    made_.entries.resize(1);
    learn();
    MR_ASSERT(made_.last_sequence() >= acked);
    acked_disk_ = acked_os_ = made_.last_sequence();  // the next life builds on all of it
  }

  void step_once() {
    switch (random_.below(6)) {
      case 0:
      case 1: append(durability::disk); break;
      case 2: append(durability::os); break;
      case 3: append(random_.below(2) == 0 ? durability::os : durability::disk); [[fallthrough]];
      case 4: carry(); break;
      default: clock_.advance(10 * base::ns_per_s); break;
    }
    work();
  }

  void append(durability level) {
    for (std::size_t i = 0; i != lanes_.size(); ++i) {
      if (random_.below(3) == 0) continue;
      lane_end& end = *lanes_[i];
      journal::journal& lane = log_->of_lane(static_cast<std::uint32_t>(i));
      if (lane.admits() != journal::admission::open) continue;
      for (std::uint64_t left = random_.below(4) + 1; left != 0; --left) {
        const test::entry_name name{++last_number_, incarnation_};
        journal::entry e = test::named_entry(name);
        e.level = level;
        end.appended.push_back({name, level});
        const journal::position at = lane.append({&e, 1});
        MR_ASSERT(at == end.appended.size() - 1);
      }
      lane.offer(random_.below(2) == 0 ? journal::turn_end::asleep : journal::turn_end::busy);
    }
  }

  // Nothing of ours is alive for longer than it takes: each lane lets go of what it may.
  void carry() {
    for (std::size_t i = 0; i != lanes_.size(); ++i) {
      journal::journal& lane = log_->of_lane(static_cast<std::uint32_t>(i));
      const std::uint32_t wanted = lane.carry_wanted();
      if (wanted <= lanes_[i]->carried) continue;
      lanes_[i]->carried = wanted;
      needed_from_ = made_.last_sequence() + 1;
      note();
      lane.carried(wanted);
    }
  }

  void work() {
    for (std::size_t i = 0; i != lanes_.size(); ++i) {
      log_->of_lane(static_cast<std::uint32_t>(i)).offer(journal::turn_end::asleep);
    }
    int most = 10'000;
    while (log_->work()) MR_ASSERT(--most != 0);
    learn();
    for (std::size_t i = 0; i != lanes_.size(); ++i) {
      journal::journal& lane = log_->of_lane(static_cast<std::uint32_t>(i));
      MR_ASSERT(!lane.failed());
      acked_os_ = std::max(acked_os_, last_of(*lanes_[i], durability::os, lane));
      acked_disk_ = std::max(acked_disk_, last_of(*lanes_[i], durability::disk, lane));
    }
    note();
  }

  // The sequence of the lane's last entry of that level or above that the level has reached.
  std::uint64_t last_of(const lane_end& of, durability level, const journal::journal& lane) const {
    std::uint64_t at = lane.reached(level);
    while (at != 0 && of.appended[at].level < level) --at;
    if (at == 0) return 0;
    const auto found = std::find(made_.entries.begin(), made_.entries.end(), of.appended[at].name);
    MR_ASSERT(found != made_.entries.end());
    return static_cast<std::uint64_t>(found - made_.entries.begin());
  }

  void learn() {
    sim::sim_storage storage(disk_);
    const auto report = journal::recover(storage, journal_options(1, 1, clock_).fresh.id,
                                         [&](const auto& e, std::uint64_t sequence) {
                                           const auto name = test::name_of(e);
                                           MR_ASSERT(name.has_value());
                                           if (made_.entries.size() <= sequence)
                                             made_.entries.resize(sequence + 1);
                                           made_.entries[sequence] = *name;
                                         });
    MR_ASSERT(report && !report->damaged());
    // Of the entries before, none may be left: all was let go.
    if (made_.entries.size() < report->end.next_sequence) {
      made_.entries.resize(report->end.next_sequence);
    }
  }

  void note() {
    made_.marks.push_back({made_.operations.size(), acked_disk_, acked_os_, needed_from_});
  }

  base::random random_;
  sim::sim_disk disk_;
  sync::virtual_clock clock_{1'000'000'000};
  std::vector<std::unique_ptr<lane_end>> lanes_;
  std::unique_ptr<local_journal> log_;
  std::uint32_t incarnation_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t acked_os_ = 0;
  std::uint64_t acked_disk_ = 0;
  std::uint64_t needed_from_ = 1;
  history made_;
};

}  // namespace

history make_journal_history(std::uint64_t seed) { return journal_builder(seed).make(seed); }

local_journal::options journal_options(std::uint32_t incarnation, std::uint32_t lanes,
                                       const base::clock& clock) {
  local_journal::options wanted;
  wanted.lanes = lanes;
  wanted.threads = false;
  wanted.segment_bytes = wanted.segment_bytes_min = std::uint64_t{32} << 10;
  wanted.append_bytes_max = std::uint64_t{16} << 10;
  wanted.log_bytes_slack = std::uint64_t{48} << 10;
  wanted.incarnation = incarnation;
  wanted.fresh.id = {5, 6, 7};
  wanted.clock = &clock;
  return wanted;
}

}  // namespace millrace::crash_states
