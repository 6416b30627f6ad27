#include "journal/recovery.hpp"

#include <algorithm>

#include "journal/recovery_walk.hpp"

namespace millrace::journal {
namespace {

std::string_view name_of(finding_kind kind) noexcept {
  switch (kind) {
    case finding_kind::torn_tail: return "torn tail";
    case finding_kind::damaged_entry: return "damaged entry";
    case finding_kind::damaged_header: return "damaged header";
    case finding_kind::damaged_batch: return "damaged batch";
    case finding_kind::damaged_segment: return "damaged segment";
    case finding_kind::missing_segment: return "missing segment";
    case finding_kind::foreign_segment: return "segment of another directory";
  }
  return "";
}

// Spares are as they should be, or left alone.
void describe_segments(const segment_catalog& catalog, const recovery_walk& walk,
                       recovery_report& report) {
  for (std::size_t i = 0; i != catalog.segments().size(); ++i) {
    const catalog_segment& one = catalog.segments()[i];
    const bool good = one.header_valid && one.whole && !one.foreign;
    const bool used = i < catalog.used_end();
    report.segments.push_back({one.number, one.bytes, one.name, used || !good, walk.was_taken(i)});
    if (used || good) continue;
    const auto kind = one.foreign ? finding_kind::foreign_segment : finding_kind::damaged_segment;
    report.findings.push_back({kind, one.number, 0, 0, 0, 0});
  }
}

}  // namespace

std::string finding::text() const {
  std::string line(name_of(kind));
  line += kind == finding_kind::foreign_segment ? ": " : ": segment ";
  line += std::to_string(segment);
  if (kind == finding_kind::missing_segment && last_segment > segment) {
    line += " to " + std::to_string(last_segment);
  }
  if (offset != 0) line += ", offset " + std::to_string(offset);
  if (first_sequence != 0) line += ", sequence " + std::to_string(first_sequence);
  if (entries > 1) line += " to " + std::to_string(first_sequence + entries - 1);
  return line;
}

bool recovery_report::damaged() const noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [](const finding& f) { return f.kind != finding_kind::torn_tail; });
}

result<recovery_report> recover(storage& directory, const format::directory_id& id,
                                const entry_visitor& visit) {
  const auto catalog = segment_catalog::read(directory, id);
  if (!catalog) return catalog.error();
  recovery_report report;
  report.directory = id;
  recovery_walk walk(directory, *catalog, visit, report);
  if (const auto walked = walk.run(); !walked) return walked.error();
  describe_segments(*catalog, walk, report);
  return report;
}

result<void> revisit(storage& directory, const recovery_report& report,
                     const entry_visitor& visit) {
  const auto again = recover(directory, report.directory, visit);
  if (!again) return again.error();
  const bool same = again->entries == report.entries &&
                    again->end.next_sequence == report.end.next_sequence &&
                    again->end.last_crc == report.end.last_crc;
  return same ? errc::ok : errc::system;
}

}  // namespace millrace::journal
