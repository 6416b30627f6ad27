// The test at_rest: a bit of a stopped server's journal flips. `millraced --check` must say where,
// and the server that is started again must serve everything but the entry that was hit. Every
// other flip hits the body of a message that is still owed; the others hit anything that was
// written.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "process/cpu_time.hpp"
#include "scratch_folder.hpp"
#include "script.hpp"
#include "tests.hpp"
#include "trust_row.hpp"

namespace millrace::crash {

namespace {

namespace fs = std::filesystem;

/// From an entry's start to its body there are at most so many bytes.
constexpr std::uint64_t entry_front_max = 4096;
constexpr std::uint64_t entry_bytes_max = std::uint64_t{3} << 20;

struct segment_file {
  std::string path;
  std::uint64_t number = 0;
  std::string bytes;  ///< up to the last that is not 0
};

std::vector<segment_file> read_segments(const std::string& data) {
  std::vector<segment_file> all;
  for (const auto& entry : fs::directory_iterator(data + "/journal")) {
    if (entry.path().extension() != ".seg") continue;
    segment_file read;
    read.path = entry.path().string();
    read.number = std::stoull(entry.path().stem().string());
    std::ifstream file(read.path, std::ios::binary);
    read.bytes.assign(std::istreambuf_iterator<char>(file), {});
    read.bytes.erase(read.bytes.find_last_not_of('\0') + 1);
    if (!read.bytes.empty()) all.push_back(std::move(read));
  }
  return all;
}

struct place {
  const segment_file* file = nullptr;
  std::uint64_t offset = 0;
  std::uint64_t body = 0;  ///< where the body begins that is hit; 0: no particular one
};

std::optional<place> place_in_body(const std::vector<segment_file>& segments, test_bed& bed) {
  const auto owed = bed.book.owed_messages();
  for (int attempt = 0; attempt < 20 && !owed.empty(); ++attempt) {
    const ledger::message_id id = owed[bed.dice() % owed.size()];
    std::string body;
    bed.texts.append(id, body);
    if (body.size() < 2 * bodies::number_digits) continue;
    for (const segment_file& each : segments) {
      const std::size_t at = each.bytes.find(body);
      if (at != each.bytes.npos) return place{&each, at + bed.dice() % body.size(), at};
    }
  }
  return std::nullopt;
}

place place_anywhere(const std::vector<segment_file>& segments, test_bed& bed) {
  std::uint64_t total = 0;
  for (const segment_file& each : segments) total += each.bytes.size();
  std::uint64_t at = bed.dice() % total;
  for (const segment_file& each : segments) {
    if (at < each.bytes.size()) return {&each, at};
    at -= each.bytes.size();
  }
  return {};
}

void flip(const place& where, unsigned bit) {
  const int file = open(where.file->path.c_str(), O_WRONLY | O_CLOEXEC);
  const char changed =
      static_cast<char>(where.file->bytes[where.offset] ^ static_cast<char>(1u << bit));
  if (file < 0 || pwrite(file, &changed, 1, static_cast<off_t>(where.offset)) != 1) {
    perf::throw_errno(where.file->path);
  }
  close(file);
}

/// The number behind `word` in `line`.
std::optional<std::uint64_t> number_behind(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(word);
  if (at == line.npos) return std::nullopt;
  line.remove_prefix(at + word.size());
  std::uint64_t value = 0;
  if (std::from_chars(line.data(), line.data() + line.size(), value).ec != std::errc()) return {};
  return value;
}

/// Whether what --check printed names the place.
bool names(std::string_view printed, const place& where) {
  while (!printed.empty()) {
    const std::string_view line = printed.substr(0, printed.find('\n'));
    printed.remove_prefix(std::min(printed.size(), line.size() + 1));
    if (number_behind(line, "segment ") != where.file->number) continue;
    const std::uint64_t offset = number_behind(line, "offset ").value_or(0);
    const std::uint64_t earliest = where.body != 0
                                       ? where.body - std::min(where.body, entry_front_max)
                                       : where.offset - std::min(where.offset, entry_bytes_max);
    if (offset >= earliest && offset <= where.offset) return true;
  }
  return false;
}

struct totals {
  std::uint64_t flips = 0, in_bodies = 0, detected = 0, harmless = 0, entries_lost = 0;
  std::uint64_t undetected = 0, misplaced = 0, too_costly = 0, corrupted = 0, errors = 0;

  [[nodiscard]] std::uint64_t violations() const noexcept {
    return undetected + misplaced + too_costly + corrupted + errors;
  }
};

class trial {
 public:
  trial(const crash_options& chosen, const std::string& folder, std::uint64_t seed)
      : chosen_(chosen),
        data_(folder + "/data-" + std::to_string(seed)),
        bed_(settings_of(chosen, folder, seed), plain_roster(suffix_of(seed), 3), blow::kill),
        script_(bed_.queues, bed_.book, bed_.notes, bed_.dice, {.present = 300, .delays = false}) {}

  void run(bool in_body, totals& sums) {
    write();
    const auto segments = read_segments(data_);
    std::optional<place> where;
    if (in_body) where = place_in_body(segments, bed_);
    sums.in_bodies += where.has_value();
    if (!where) where = place_anywhere(segments, bed_);
    flip(*where, static_cast<unsigned>(bed_.dice() % 8));
    ++sums.flips;
    judge(*where, sums);
    fs::remove_all(data_);
  }

 private:
  static bed_settings settings_of(const crash_options& chosen, const std::string& folder,
                                  std::uint64_t seed) {
    bed_settings made = bed_settings_of(chosen, folder);
    made.seed = seed;
    return made;
  }

  void write() {
    const auto server = bed_.start({.data_dir = data_, .lanes = chosen_.lanes[0]});
    bed_.load(script_, 0.05 + static_cast<double>(bed_.dice() % 100) / 1e3, [] { return false; });
    bed_.stop(*server, script_);
  }

  void judge(const place& where, totals& sums) {
    const auto checked = run_program({chosen_.server, "--check", data_});
    const bool detected = checked.code != 0;
    const auto server =
        bed_.start({.data_dir = data_, .lanes = chosen_.lanes[0], .check_queues = false});
    bed_.drain(0.05, 0.2);
    bed_.stop(*server, script_);
    const account& found = bed_.book.counts();
    const std::uint64_t cost = found.lost + found.resurrected + found.unexpected;
    const std::uint64_t before = sums.violations();
    sums.detected += detected;
    sums.harmless += cost == 0;
    sums.entries_lost += cost;
    sums.undetected += !detected && (cost != 0 || where.body != 0);
    sums.misplaced += detected && !names(checked.output, where);
    sums.too_costly += cost > 1;
    sums.corrupted += found.corrupted;
    sums.errors += found.violations() - cost - found.corrupted;
    if (sums.violations() != before) explain(where, checked, found);
  }

  void explain(const place& where, const finished_program& checked, const account& found) const {
    std::printf("  ! seed %llu: segment %llu, byte %llu%s: --check ended with %d and printed\n%s%s",
                static_cast<unsigned long long>(bed_.settings.seed),
                static_cast<unsigned long long>(where.file->number),
                static_cast<unsigned long long>(where.offset),
                where.body != 0 ? " (in a body)" : "", checked.code, checked.output.c_str(),
                to_text(found).c_str());
  }

  const crash_options& chosen_;
  std::string data_;
  test_bed bed_;
  mixed_script script_;
};

void print(const totals& sums, double seconds) {
  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu flips (%llu in bodies that are owed), %.1f s: detected %llu, cost nothing %llu, "
      "entries lost %llu\n",
      count(sums.flips), count(sums.in_bodies), seconds, count(sums.detected), count(sums.harmless),
      count(sums.entries_lost));
  std::printf(
      "  UNDETECTED %llu, misplaced %llu, cost more than their entry %llu, bodies corrupted "
      "%llu, other %llu\n",
      count(sums.undetected), count(sums.misplaced), count(sums.too_costly), count(sums.corrupted),
      count(sums.errors));
}

}  // namespace

int run_at_rest(const crash_options& chosen) {
  scratch_folder folder;
  const std::uint64_t began = perf::monotonic_ns();
  totals sums;
  for (std::uint64_t i = 0; i < chosen.cycles; ++i) {
    trial(chosen, folder.path(), chosen.seed + i).run(i % 2 == 0, sums);
  }
  const double seconds = seconds_since(began);
  print(sums, seconds);
  const bool is_void = sums.in_bodies < sums.flips / 4;
  if (!chosen.trust_file.empty()) {
    write_trust(chosen.trust_file, {.seed = chosen.seed, .duration_s = seconds, .is_void = is_void},
                {{"J4",
                  chosen.test_name,
                  "flips",
                  sums.flips,
                  sums.violations(),
                  {{"in_owed_bodies", static_cast<double>(sums.in_bodies)},
                   {"entries_lost", static_cast<double>(sums.entries_lost)}}}});
  }
  if (sums.violations() != 0) return exit_violations;
  return is_void ? exit_void : exit_ok;
}

}  // namespace millrace::crash
