#include "history.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/random.hpp"
#include "journal/segment_name.hpp"

namespace millrace::crash_states {

using test::log_writer;

namespace {

// Lives of a journal on one disk, one after the other; the last one is recorded.
class builder {
 public:
  explicit builder(std::uint64_t seed) : random_(seed), disk_(seed) { begin(nullptr); }

  void lay(ground under) {
    if (under == ground::fresh) return;
    for (int i = 0; i != 3; ++i) take(step::disk_one);
    if (under == ground::clean) take(step::seal);
    if (under == ground::killed) take(step::os_two);
    if (under == ground::torn) {
      disk_.interrupt_nth(1, sim::crash_kind::power);
      writer_->add(0, 3);
      writer_->add(1, 3);
      MR_ASSERT(!writer_->commit(durability::disk));
    }
    restart(sim::crash_kind::kill);
  }

  // What is lost was not acknowledged, or not at the level that a power cut leaves.
  void restart(sim::crash_kind kind) {
    const std::uint64_t at_disk = writer_->acked(durability::disk);
    disk_.crash(kind);
    storage_ = std::make_unique<sim::sim_storage>(disk_);
    const auto found = recover();
    MR_ASSERT(made_.last_sequence() >= at_disk);
    begin(&found);
  }

  void take(step what) {
    note();
    switch (what) {
      case step::disk_one: return commit(1, durability::disk);
      case step::disk_two: return commit(2, durability::disk);
      case step::os_one: return commit(1, durability::os);
      case step::os_two: return commit(2, durability::os);
      case step::seal: return MR_ASSERT(writer_->seal());
      case step::roll: return roll();
      case step::recycle: return recycle();
    }
  }

  void record() {
    for (const auto& file : disk_.files()) {
      made_.files.push_back({file.name, file.number, {file.bytes.begin(), file.bytes.end()}});
    }
    disk_.record(&made_.operations);
    made_.marks.clear();
    note();
  }

  history finish(std::string name) {
    note();
    made_.name = std::move(name);
    made_.incarnation = options_.incarnation;
    while (made_.last_sequence() < writer_->last_sequence()) {
      made_.entries.push_back({made_.entries.size(), options_.incarnation});
    }
    made_.directory = options_.directory;
    return std::move(made_);
  }

  base::random& random() { return random_; }

 private:
  void begin(const journal::recovery_report* found) {
    options_.segment_bytes = std::uint64_t{32} << 10;
    if (found != nullptr) ++options_.incarnation;
    writer_ = std::make_unique<log_writer>(*storage_, options_);
    MR_ASSERT(found != nullptr ? writer_->start(*found) : writer_->start());
    note();
  }

  journal::recovery_report recover() {
    first_of_.clear();
    std::uint64_t last = 0;
    auto report =
        journal::recover(*storage_, options_.directory, [&](const auto& e, std::uint64_t sequence) {
          const auto name = test::name_of(e);
          MR_ASSERT(name && name->number == sequence);
          made_.entries.resize(sequence + 1);
          made_.entries[sequence] = *name;
          last = sequence;
          first_of_.try_emplace(e.segment, sequence);
        });
    MR_ASSERT(report && !report->damaged());
    made_.entries.resize(last + 1);
    return std::move(*report);
  }

  void commit(std::uint16_t lanes, durability level) {
    for (std::uint16_t lane = 0; lane != lanes; ++lane) {
      writer_->add(lane, static_cast<std::uint32_t>(random_.below(4)) + 1);
    }
    MR_ASSERT(writer_->commit(level));
    note();
  }

  // Only a segment with a batch is left.
  void roll() {
    if (writer_->offset() == journal::format::block) commit(1, durability::disk);
    MR_ASSERT(writer_->roll());
  }

  void recycle() {
    const std::uint64_t oldest = oldest_;
    if (writer_->segment() == oldest) roll();
    commit(1, durability::disk);  // the oldest segment that is needed has a batch on the device
    oldest_ = first_of_.upper_bound(oldest)->first;  // not one that a restart left behind
    writer_->let_go(oldest_);
    needed_from_ = writer_->last_sequence() + 1;
    for (const test::written& batch : writer_->batches()) {
      if (batch.segment >= oldest_) needed_from_ = std::min(needed_from_, batch.first_sequence);
    }
    for (const auto& [number, sequence] : first_of_) {
      if (number >= oldest_) needed_from_ = std::min(needed_from_, sequence);
    }
    note();
    commit(1, durability::disk);
    MR_ASSERT(writer_->recycle(oldest));
  }

  void note() {
    for (const test::written& batch : writer_->batches()) {
      first_of_.try_emplace(batch.segment, batch.first_sequence);
    }
    made_.marks.push_back({made_.operations.size(), writer_->acked(durability::disk),
                           writer_->acked(durability::os), needed_from_});
  }

  base::random random_;
  sim::sim_disk disk_;
  std::unique_ptr<sim::sim_storage> storage_ = std::make_unique<sim::sim_storage>(disk_);
  log_writer::options options_;
  std::unique_ptr<log_writer> writer_;
  std::map<std::uint64_t, std::uint64_t> first_of_;  ///< segment -> first sequence
  std::uint64_t oldest_ = 1;
  std::uint64_t needed_from_ = 1;
  history made_;
};

}  // namespace

history make_history(ground under, const std::vector<step>& script, std::uint64_t seed) {
  builder make(seed);
  make.lay(under);
  make.record();
  std::string name = "ground " + std::to_string(static_cast<int>(under)) + ", steps";
  for (const step one : script) {
    make.take(one);
    name += ' ' + std::to_string(static_cast<int>(one));
  }
  return make.finish(std::move(name));
}

history make_history(std::uint64_t seed) {
  builder make(seed);
  base::random& random = make.random();
  make.lay(static_cast<ground>(random.below(grounds)));
  for (std::uint64_t lives = random.below(3); lives != 0; --lives) {
    for (std::uint64_t left = random.below(6); left != 0; --left) {
      make.take(static_cast<step>(random.below(steps)));
    }
    make.restart(random.below(2) == 0 ? sim::crash_kind::kill : sim::crash_kind::power);
  }
  make.record();
  for (std::uint64_t left = random.below(10) + 3; left != 0; --left) {
    make.take(static_cast<step>(random.below(steps)));
  }
  return make.finish("seed " + std::to_string(seed));
}

}  // namespace millrace::crash_states
