// Turns bits of a journal at rest over, behind a seal, and recovers it: each one that matters is
// reported where it is, costs at most the entry that it hits, and is shown to nobody.
//   flips --flips 100000      one at a time, each with a recovery of the whole log
//   flips --rounds 10000      many at a time: whatever is lost is reported
//   flips --seed 7            another log, other bits
//   flips --trust FILE        says so to scripts/promises
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "journal/recovery.hpp"
#include "journal/segment_name.hpp"
#include "log_writer.hpp"
#include "sim_storage.hpp"
#include "trust_note.hpp"

using namespace millrace;
using journal::finding;
using journal::finding_kind;
using test::log_writer;
using test::written;

namespace {

struct arguments {
  std::uint64_t flips = 100'000;
  std::uint64_t rounds = 10'000;
  std::uint64_t seed = 1;
  std::string trust;
};

bool parse(int count, char** texts, arguments& out) {
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = texts[i];
    if (name == "--trust") {
      out.trust = texts[i + 1];
      continue;
    }
    std::uint64_t* const value = name == "--flips"    ? &out.flips
                                 : name == "--rounds" ? &out.rounds
                                 : name == "--seed"   ? &out.seed
                                                      : nullptr;
    if (value == nullptr) return false;
    *value = std::strtoull(texts[i + 1], nullptr, 10);
  }
  return count % 2 == 1;
}

/// A byte of a file, and what a flip of it must lead to.
struct place {
  std::string name;
  std::uint64_t offset = 0;
};
struct expectation {
  bool reported = false;
  finding_kind kind = finding_kind::damaged_entry;
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;  ///< that is lost; 0: none
};

class tester {
 public:
  explicit tester(std::uint64_t seed) : random_(seed), disk_(seed), storage_(disk_) {}

  bool write_log() {
    log_writer::options options;
    options.segment_bytes = std::uint64_t{64} << 10;
    writer_ = std::make_unique<log_writer>(storage_, options);
    bool good = writer_->start();
    for (int group = 0; good && group != 12; ++group) {
      for (std::uint16_t lane = 0; lane != 2; ++lane) {
        writer_->add(lane, static_cast<std::uint32_t>(random_.below(9)) + 1);
      }
      good = writer_->commit(group % 3 == 0 ? durability::os : durability::disk);
    }
    return good && writer_->seal() && recover().empty() && lost_.empty();
  }

  // Empty: as it must be.
  std::string flip_one(std::uint64_t& mattered) {
    const place where = any_place();
    const auto bit = static_cast<unsigned>(random_.below(8));
    disk_.flip(where.name, where.offset, bit);
    const expectation wanted = expect(where);
    mattered += wanted.reported ? 1 : 0;
    std::string wrong = recover();
    if (wrong.empty()) wrong = compare(wanted, where);
    disk_.flip(where.name, where.offset, bit);
    if (wrong.empty()) return {};
    return wrong + " (" + where.name + ", offset " + std::to_string(where.offset) + ", bit " +
           std::to_string(bit) + ")";
  }

  std::string flip_many() {
    struct flipped {
      place where;
      unsigned bit;
    };
    std::vector<flipped> all(random_.below(50) + 2);
    const place center = any_place();
    const bool near = random_.below(2) == 0;
    for (flipped& one : all) {
      one.where = near ? center : any_place();
      if (near) one.where.offset = (center.offset + random_.below(12288)) % (64 << 10);
      one.bit = static_cast<unsigned>(random_.below(8));
      disk_.flip(one.where.name, one.where.offset, one.bit);
    }
    std::string wrong = recover();
    const bool vouched = seal_is_there();
    for (const std::uint64_t sequence : lost_) {
      if (!wrong.empty() || told(sequence)) continue;
      // Where nothing is left behind the damage, it looks like the end.
      if (vouched || sequence < shown_end_) {
        wrong = "entry " + std::to_string(sequence) + " is lost in silence";
      }
      ++unknowable_;
    }
    for (const flipped& one : all) disk_.flip(one.where.name, one.where.offset, one.bit);
    return wrong;
  }

  [[nodiscard]] std::uint64_t recoveries() const { return recoveries_; }
  /// Entries that were lost with all that came after them, header, trailer and seal.
  [[nodiscard]] std::uint64_t unknowable() const { return unknowable_; }

 private:
  [[nodiscard]] bool seal_is_there() const {
    const written& seal = writer_->batches().back();
    const auto bytes = disk_.bytes_of(journal::segment_name(seal.segment));
    const std::uint32_t salt = journal::format::batch_salt(writer_->wanted().directory);
    return journal::format::decode_batch(bytes.subspan(seal.offset, 64), salt) ||
           journal::format::decode_batch(bytes.subspan(seal.offset + seal.bytes - 64, 64), salt);
  }

  place any_place() {
    const auto names = disk_.names();
    const std::string& name = names[random_.below(names.size())];
    return {name, random_.below(disk_.bytes_of(name).size())};
  }

  expectation expect(const place& where) const {
    const std::uint64_t segment = *journal::segment_number(where.name);
    const auto within = [&](const written& what, std::uint64_t bytes) {
      return what.segment == segment && where.offset >= what.offset &&
             where.offset < what.offset + bytes;
    };
    if (where.offset < 64) return {true, finding_kind::damaged_segment, 0, 0};
    for (const written& batch : writer_->batches()) {
      if (!within(batch, 64)) continue;
      const bool last = &batch == &writer_->batches().back();  // the seal: nobody vouches for it
      return {true, last ? finding_kind::torn_tail : finding_kind::damaged_header, batch.offset, 0};
    }
    for (const written& e : writer_->entries()) {
      const journal::entry was = test::named_entry({e.first_sequence, 1});
      const std::uint64_t length =
          journal::format::entry_header_bytes + was.used + was.extra.size() + was.body.length;
      if (!within(e, length)) continue;
      return {true, finding_kind::damaged_entry, e.offset, e.first_sequence};
    }
    return {};  // a trailer, or what nobody reads
  }

  std::string compare(const expectation& wanted, const place& where) const {
    if (findings_.size() != (wanted.reported ? 1U : 0U)) {
      return std::to_string(findings_.size()) + " findings";
    }
    if (lost_.size() != (wanted.sequence != 0 ? 1U : 0U)) {
      return std::to_string(lost_.size()) + " entries are lost";
    }
    if (wanted.sequence != 0 && lost_.front() != wanted.sequence) return "another entry is lost";
    if (!wanted.reported) return {};
    const finding& found = findings_.front();
    if (found.kind != wanted.kind || found.segment != *journal::segment_number(where.name) ||
        found.offset != wanted.offset) {
      return "reported as " + found.text();
    }
    if (wanted.sequence != 0 && (found.first_sequence != wanted.sequence || found.entries != 1)) {
      return "reported as " + found.text();
    }
    return {};
  }

  // What it shows must be true; what it does not show is lost_.
  std::string recover() {
    ++recoveries_;
    lost_.clear();
    std::uint64_t next = 1;
    std::string wrong;
    const auto report = journal::recover(storage_, writer_->wanted().directory,
                                         [&](const auto& e, std::uint64_t sequence) {
                                           if (!test::is_numbered(e, sequence))
                                             wrong = "shows what was never written";
                                           if (sequence < next) wrong = "shows an entry twice";
                                           for (; next < sequence; ++next) lost_.push_back(next);
                                           next = sequence + 1;
                                         });
    if (!report) return "fails";
    shown_end_ = next;
    for (; next <= writer_->last_sequence(); ++next) lost_.push_back(next);
    findings_ = report->findings;
    return wrong;
  }

  [[nodiscard]] bool told(std::uint64_t sequence) const {
    return std::any_of(findings_.begin(), findings_.end(), [&](const finding& f) {
      return sequence >= f.first_sequence && sequence < f.first_sequence + f.entries;
    });
  }

  base::random random_;
  sim::sim_disk disk_;
  sim::sim_storage storage_;
  std::unique_ptr<log_writer> writer_;
  std::vector<std::uint64_t> lost_;
  std::vector<finding> findings_;
  std::uint64_t shown_end_ = 1;
  std::uint64_t recoveries_ = 0;
  std::uint64_t unknowable_ = 0;
};

}  // namespace

int main(int count, char** texts) {
  arguments wanted;
  if (!parse(count, texts, wanted)) {
    std::fprintf(stderr, "usage: flips [--flips N] [--rounds N] [--seed N] [--trust FILE]\n");
    return 2;
  }
  tester trial(wanted.seed);
  if (!trial.write_log()) {
    std::printf("BROKEN: the log cannot be written\n");
    return 1;
  }
  const std::clock_t begin = std::clock();
  std::uint64_t mattered = 0;
  std::string wrong;
  for (std::uint64_t i = 0; wrong.empty() && i != wanted.flips; ++i)
    wrong = trial.flip_one(mattered);
  for (std::uint64_t i = 0; wrong.empty() && i != wanted.rounds; ++i) wrong = trial.flip_many();
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "flips: %llu, of which %llu matter, and %llu rounds of many; %llu recoveries, "
      "%llu entries gone with all behind them; %.1f s\n",
      n(wanted.flips), n(mattered), n(wanted.rounds), n(trial.recoveries()), n(trial.unknowable()),
      seconds);
  test::write_notes(wanted.trust, wanted.seed, seconds,
                    {{"J4", "flips", "flips and rounds of flips", wanted.flips + wanted.rounds,
                      wrong.empty() ? 0U : 1U}});
  if (wrong.empty()) return 0;
  std::printf("BROKEN: seed %llu: %s\n", n(wanted.seed), wrong.c_str());
  return 1;
}
