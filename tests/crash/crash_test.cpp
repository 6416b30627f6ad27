// The tests control, kill and power_cut: a campaign of crashes, its verdict, and its rows of trust.

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "campaign.hpp"
#include "power_cut.hpp"
#include "scratch_folder.hpp"
#include "tests.hpp"
#include "trust_row.hpp"

namespace millrace::crash {

namespace {

constexpr std::uint64_t image_bytes = std::uint64_t{1} << 30;

std::vector<trust_row> rows_of(const crash_options& chosen, const campaign_result& result) {
  const account& found = result.counts;
  const bool cuts = chosen.kind == test_kind::power_cut;
  const std::string test = chosen.test_name;
  const auto ms = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e6; };
  std::vector<trust_row> rows = {
      {"J1",
       test,
       cuts ? "cuts" : "kills",
       result.crashes,
       found.lost + found.corrupted + found.definitions + found.miscounts + found.errors,
       {{"acked", static_cast<double>(found.acked)},
        {"under_load", static_cast<double>(result.crashes_hit)},
        {"start_ms_p50", ms(result.start_ns.percentile(50))},
        {"start_ms_p99", ms(result.start_ns.percentile(99))}}},
      {"Q1",
       test,
       "acked messages",
       found.acked,
       found.lost + found.unexpected,
       {{"attempts", static_cast<double>(found.attempts)},
        {"ok", static_cast<double>(found.ok)},
        {"recovered", static_cast<double>(found.recovered)},
        {"duplicated", static_cast<double>(found.duplicated)}}},
      {"Q2", test, "deliveries", found.deliveries, found.overlaps},
      {"Q3",
       test,
       "acked deletes",
       found.deletes,
       found.resurrected + found.receipts_refused,
       {{"receipts_over_a_crash", static_cast<double>(found.old_deletes)}}},
      {"Q6", test, "dead letters", found.dead_letters,
       found.overcounted + found.two_places + found.early_moves}};
  rows.push_back({"F1", test, "deliveries in groups", found.in_groups, found.overtaken});
  rows.push_back({"F2", test, "resends", found.resends, found.doubled});
  if (cuts) rows.push_back({"J3", test, "cuts", result.crashes, found.acks_after_death});
  return rows;
}

/// Why the run counts for nothing; empty when it does.
std::string why_void(const crash_options& chosen, const campaign_result& result) {
  const auto crashes = static_cast<double>(result.crashes);
  if (chosen.kind == test_kind::control) return result.counts.acked < 1000 ? "too few sends" : "";
  if (result.crashes < chosen.cycles && chosen.seconds_max == 0) return "too few crashes";
  if (static_cast<double>(result.done.operations) < chosen.operations_min * crashes) {
    return "too few operations";
  }
  const bool few_resends = static_cast<double>(result.counts.resends) < crashes / 4;
  if (few_resends && !chosen.expect_loss) return "too few resends";
  if (static_cast<double>(result.crashes_hit) < chosen.hit_share_min * crashes) {
    return "too few of the crashes met a change under way";
  }
  return {};
}

void print(const campaign_result& result) {
  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu crashes, %llu of them with changes under way (%llu changes), %llu drains, "
      "%.1f s, %.1f crashes/s\n",
      count(result.crashes), count(result.crashes_hit), count(result.done.hit),
      count(result.drains), result.seconds, static_cast<double>(result.crashes) / result.seconds);
  std::printf(
      "%llu operations in %llu requests, %.0f operations/s while under load; refused %llu, "
      "failed %llu\n",
      count(result.done.operations), count(result.done.requests),
      static_cast<double>(result.done.operations) / result.load_seconds, count(result.done.refused),
      count(result.done.failed));
  std::printf("start to ready: p50 %.1f ms, p99 %.1f ms, max %.1f ms\n",
              static_cast<double>(result.start_ns.percentile(50)) / 1e6,
              static_cast<double>(result.start_ns.percentile(99)) / 1e6,
              static_cast<double>(result.start_ns.max()) / 1e6);
  std::fputs(to_text(result.counts).c_str(), stdout);
  for (const std::string& each : result.findings) std::printf("  ! %s\n", each.c_str());
}

int verdict(const crash_options& chosen, const campaign_result& result, const std::string& empty) {
  const bool violated = result.counts.violations() != 0;
  if (chosen.expect_loss) {
    const bool found = result.counts.lost != 0;
    std::puts(found ? "found, as it should be" : "NOT FOUND: the harness is blind");
    return found ? exit_ok : exit_violations;
  }
  if (violated) return exit_violations;
  if (empty.empty()) return exit_ok;
  std::printf("VOID: %s\n", empty.c_str());
  return exit_void;
}

campaign_settings settings_of(const crash_options& chosen) {
  campaign_settings made;
  made.lanes = chosen.lanes;
  made.crashes = chosen.cycles;
  made.drain_every = chosen.drain_every;
  made.seconds_max = chosen.seconds_max;
  return made;
}

std::unique_ptr<disaster> disaster_of(const crash_options& chosen, const std::string& folder) {
  if (chosen.kind == test_kind::power_cut) {
    return std::make_unique<power_cut>(folder, image_bytes, chosen.seed);
  }
  const std::string data = folder + "/data";
  if (chosen.kind == test_kind::control) return std::make_unique<no_disaster>(data);
  return std::make_unique<kill_disaster>(data);
}

int not_run(const crash_options& chosen, const std::string& why) {
  std::printf("not run: %s\n", why.c_str());
  if (!chosen.trust_file.empty()) {
    const std::string& test = chosen.test_name;
    write_trust(chosen.trust_file, {.seed = chosen.seed, .is_void = true, .not_run = why},
                {{"J1", test, "cuts"}, {"J3", test, "cuts"}});
  }
  return exit_not_run;
}

}  // namespace

bed_settings bed_settings_of(const crash_options& chosen, const std::string& folder) {
  bed_settings made;
  made.program = chosen.server;
  made.log_file = folder + "/millraced.log";
  made.default_level = chosen.held_to;
  made.connections = chosen.connections;
  made.seed = chosen.seed;
  made.arguments = {"--durability", to_string(chosen.server_level.value_or(chosen.held_to))};
  return made;
}

int run_crashes(const crash_options& chosen) {
  scratch_folder folder;
  std::unique_ptr<disaster> fate;
  try {
    fate = disaster_of(chosen, folder.path());
  } catch (const std::runtime_error& error) {
    return not_run(chosen, error.what());
  }
  test_bed bed(bed_settings_of(chosen, folder.path()), mixed_roster(suffix_of(chosen.seed)),
               fate->kind());
  campaign crashes(settings_of(chosen), bed, *fate);
  std::unique_ptr<campaign_result> result;
  try {
    const bool calm = chosen.kind == test_kind::control;
    result = calm ? crashes.run_calmly(chosen.seconds_max) : crashes.run();
  } catch (...) {
    folder.keep();
    throw;
  }
  print(*result);
  const std::string empty = why_void(chosen, *result);
  if (!chosen.trust_file.empty()) {
    write_trust(chosen.trust_file,
                {.seed = chosen.seed, .duration_s = result->seconds, .is_void = !empty.empty()},
                rows_of(chosen, *result));
  }
  const int code = verdict(chosen, *result, empty);
  if (code == exit_violations && !chosen.expect_loss) {
    folder.keep();
    std::printf("kept: %s\n", folder.path().c_str());
  }
  return code;
}

}  // namespace millrace::crash
