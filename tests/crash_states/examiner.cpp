#include "examiner.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "journal/segment_name.hpp"
#include "journal/segment_scan.hpp"
#include "sync/virtual_clock.hpp"

namespace millrace::crash_states {

namespace {

// So that a hash of a state is the exclusive-or of its sectors'.
std::uint64_t hash_sector(std::string_view name, std::uint64_t offset, bytes_view bytes) {
  return base::hash_bytes(as_text(bytes), base::hash_bytes(name, offset));
}

std::uint64_t hash_state(const crash_image& image) {
  std::uint64_t hash = 0;
  for (const auto& [name, file] : image.names()) {
    const bytes_view bytes = image.bytes(file);
    hash ^= base::hash_bytes(name, bytes.size());
    for (std::uint64_t at = 0; at < bytes.size(); at += sector_bytes) {
      hash ^= hash_sector(name, at, bytes.subspan(at, std::min(sector_bytes, bytes.size() - at)));
    }
  }
  return hash;
}

std::string_view name_of(const crash_image& image, std::uint32_t file) {
  for (const auto& [name, number] : image.names()) {
    if (number == file) return name;
  }
  return {};
}

std::string list(const std::vector<journal::finding>& findings) {
  std::string out;
  for (const journal::finding& one : findings) out += (out.empty() ? "" : "; ") + one.text();
  return out;
}

// What is acknowledged while operation `point` is under way.
const mark& mark_at(const history& of, std::size_t point) {
  std::size_t last = 0;
  for (std::size_t i = 0; i != of.marks.size() && of.marks[i].operations <= point; ++i) last = i;
  return of.marks[last];
}

// Every batch that is there, for whoever looks into a complaint.
std::string describe(const crash_image& image, const history& of) {
  std::string out;
  image_storage storage(image);
  for (const auto& [name, file] : image.names()) {
    out += "\n  " + name + ":";
    journal::segment_window window;
    const auto number = journal::segment_number(name);
    if (!number || window.open(storage, name) != journal::io_status::ok) continue;
    const std::uint32_t salt = journal::format::batch_salt(of.directory);
    std::uint64_t at = journal::format::block;
    while (const auto found = journal::next_batch(window, *number, salt, at)) {
      const journal::format::batch_header& header = found->header;
      out += " [at " + std::to_string(found->offset) + (found->by_trailer ? " by trailer" : "") +
             " group " + std::to_string(header.group) + " synced " +
             std::to_string(header.synced_group) + " life " + std::to_string(header.incarnation) +
             " from " + std::to_string(header.first_sequence) + " n " +
             std::to_string(header.entries) + " oldest " + std::to_string(header.oldest_segment) +
             "]";
      at = found->end_offset();
    }
  }
  return out;
}

}  // namespace

bool examiner::examine(const history& of) {
  ++counts_.histories;
  crash_image image(of);
  for (std::size_t point = 0; point <= of.operations.size(); ++point) {
    ++counts_.points;
    if (point != of.operations.size()) image.begin(of.operations[point]);
    if (!power_cuts(image, of, point) || !kills(image, of, point)) return false;
    if (enough()) return true;
    if (point != of.operations.size()) image.finish(of.operations[point]);
  }
  return true;
}

// Names get to the medium in order, or, when there are few, in any.
bool examiner::power_cuts(crash_image& image, const history& of, std::size_t point) {
  const std::size_t changes = image.name_changes();
  const bool any_order = changes <= 3;
  for (std::uint64_t chosen = 0; chosen != std::uint64_t{1} << changes; ++chosen) {
    const bool in_order = (chosen & (chosen + 1)) == 0;
    if (!in_order && !any_order) continue;
    image.choose_names(chosen);
    if (!subsets(image, of, point)) return false;
  }
  return true;
}

bool examiner::subsets(crash_image& image, const history& of, std::size_t point) {
  struct question {
    pending_sector* sector;
    std::uint64_t hash;  ///< what turning it changes
  };
  std::vector<question> open;
  for (pending_sector& sector : image.sectors()) {
    if (!image.is_shown(sector.file)) continue;
    const std::string_view name = name_of(image, sector.file);
    open.push_back({&sector, hash_sector(name, sector.offset, sector.before) ^
                                 hash_sector(name, sector.offset, sector.after)});
  }
  std::uint64_t hash = hash_state(image);
  const auto turn = [&](question& one) {
    image.show(*one.sector, !one.sector->kept);
    hash ^= one.hash;
  };
  const mark& holds = mark_at(of, point);
  const bool complete = open.size() < 63 && std::uint64_t{1} << open.size() <= subsets_max_;
  const std::uint64_t subsets = complete ? std::uint64_t{1} << open.size() : subsets_max_;
  ++(complete ? counts_.complete : counts_.sampled);
  bool good = true;
  for (std::uint64_t i = 1; good && i <= subsets; ++i) {
    good = check(image, of, holds, holds.acked_disk, hash);
    if (enough()) break;
    if (complete) {  // a Gray code: one sector at a time
      if (i != subsets) turn(open[static_cast<std::size_t>(__builtin_ctzll(i))]);
      continue;
    }
    const std::uint64_t kept = random_.below(17);  // of 16: from none to all
    for (question& one : open) {
      if (one.sector->kept != (random_.below(16) < kept)) turn(one);
    }
  }
  for (question& one : open) image.show(*one.sector, true);
  return good;
}

// What was written is there, and of what is being written the beginning.
bool examiner::kills(crash_image& image, const history& of, std::size_t point) {
  image.choose_names(~std::uint64_t{0});
  const mark& holds = mark_at(of, point);
  std::vector<pending_sector*> writing;
  if (point != of.operations.size()) {
    const sim::disk_operation& under_way = of.operations[point];
    for (pending_sector& sector : image.sectors()) {
      if (sector.file == under_way.file && sector.offset >= under_way.offset &&
          sector.offset < under_way.offset + under_way.bytes.size()) {
        writing.push_back(&sector);
      }
    }
    std::sort(writing.begin(), writing.end(),
              [](const auto* a, const auto* b) { return a->offset > b->offset; });
  }
  bool good = check(image, of, holds, holds.acked_os, hash_state(image));
  for (std::size_t i = 0; good && i != writing.size(); ++i) {
    image.show(*writing[i], false);
    good = check(image, of, holds, holds.acked_os, hash_state(image));
  }
  for (pending_sector* sector : writing) image.show(*sector, true);
  return good;
}

bool examiner::check(const crash_image& image, const history& of, const mark& holds,
                     std::uint64_t acked, std::uint64_t hash) {
  const auto [found, is_new] = seen_.try_emplace(hash, acked);
  if (!is_new && found->second >= acked) return true;
  found->second = std::max(found->second, acked);
  ++counts_.checked;
  std::uint64_t next_sequence = 1;
  std::string wrong = judge(image, of, holds, acked, next_sequence);
  if (wrong.empty() && random_.below(32) == 0) wrong = go_on(image, of, next_sequence);
  if (wrong.empty()) return true;
  complaint_ = of.name + ", operations " + std::to_string(holds.operations) + ": " + wrong +
               describe(image, of);
  return false;
}

std::string examiner::judge(const crash_image& image, const history& of, const mark& holds,
                            std::uint64_t acked, std::uint64_t& next_sequence) {
  image_storage storage(image);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string wrong;
  const auto found =
      journal::recover(storage, of.directory, [&](const auto& e, std::uint64_t sequence) {
        if (first == 0) first = sequence;
        if (last != 0 && sequence != last + 1) wrong = "a hole before " + std::to_string(sequence);
        last = sequence;
        const auto name = test::name_of(e);
        const bool known = sequence < of.entries.size();
        if (!name || !known || *name != of.entries[sequence]) {
          wrong =
              std::string(name ? "another entry" : "no entry") + " at " + std::to_string(sequence);
        }
      });
  if (!found) return "recovery fails";
  if (!wrong.empty()) return wrong;
  if (found->damaged()) return list(found->findings);
  next_sequence = found->end.next_sequence;
  if (last != 0 && next_sequence != last + 1) return "goes on at a wrong sequence";
  if (next_sequence <= acked) {
    return std::to_string(acked) + " is lost, the last is " + std::to_string(next_sequence - 1);
  }
  // What was let go of is the only thing that may be missing, all of it perhaps.
  if (first == 0) first = next_sequence;
  if (first > holds.needed_from) return std::to_string(first) + " is the first";
  return {};
}

namespace {

// One more life, by local_journal.
bool live_journal(sim::sim_disk& disk, const history& of) {
  sync::virtual_clock clock(2'000'000'000);
  std::string why;
  auto log = journal::local_journal::open(std::make_unique<sim::sim_storage>(disk),
                                          journal_options(of.incarnation + 1, 2, clock), why);
  if (!log) return false;
  const auto found = (*log)->recover([](const auto&, auto) {});
  if (!found || found->damaged() || !(*log)->start(*found)) return false;
  for (std::uint32_t i = 0; i != 4; ++i) {
    const journal::entry e = test::named_entry({i + 1, of.incarnation + 1});
    journal::journal& lane = (*log)->of_lane(i % 2);
    const journal::position at = lane.append({&e, 1});
    lane.offer(journal::turn_end::asleep);
    while ((*log)->work()) {
    }
    if (lane.reached(durability::disk) != at) return false;
  }
  return true;
}

// By a log_writer.
bool live_writer(sim::sim_disk& disk, const history& of) {
  sim::sim_storage storage(disk);
  const auto found = journal::recover(storage, of.directory, [](const auto&, auto) {});
  test::log_writer::options options;
  options.segment_bytes = std::uint64_t{32} << 10;
  options.incarnation = of.incarnation + 1;
  options.directory = of.directory;
  test::log_writer writer(storage, options);
  if (!found || !writer.start(*found)) return false;
  for (std::uint16_t lanes = 1; lanes != 3; ++lanes) {
    for (std::uint16_t lane = 0; lane != lanes; ++lane) {
      writer.add(lane, static_cast<std::uint32_t>(3 - lanes));
    }
    if (!writer.commit(durability::disk)) return false;
  }
  return writer.seal();
}

}  // namespace

// Another life behind that state: its four entries follow on, and nothing of the crash looks like
// damage.
std::string examiner::go_on(const crash_image& image, const history& of,
                            std::uint64_t next_sequence) {
  ++counts_.continued;
  sim::sim_disk disk(random_.next());
  for (const auto& [name, file] : image.names()) disk.load(name, image.bytes(file));
  if (!(of.by_journal ? live_journal(disk, of) : live_writer(disk, of))) return "cannot go on";
  sim::sim_storage storage(disk);
  std::uint64_t last = 0;
  bool good = true;
  const auto again =
      journal::recover(storage, of.directory, [&](const auto& e, std::uint64_t sequence) {
        good = good && test::name_of(e) && (last == 0 || sequence == last + 1);
        last = sequence;
      });
  if (!again || !good || last != next_sequence + 3) return "what follows is not all there";
  if (again->damaged()) return "later: " + list(again->findings);
  if (!again->end.clean) return "the end is not clean after a seal";
  return {};
}

}  // namespace millrace::crash_states
