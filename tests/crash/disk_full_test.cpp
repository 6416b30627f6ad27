// The test disk_full: a small ext4 is filled until the server refuses sends. Meanwhile receives and
// deletes must go on; once there is room again, because messages were deleted or another file was,
// sends must succeed within a second; and whatever happened, killed or not, nothing acked is lost.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "ext4_image.hpp"
#include "hist/histogram.hpp"
#include "process/cpu_time.hpp"
#include "scratch_folder.hpp"
#include "script.hpp"
#include "tests.hpp"
#include "trust_row.hpp"

namespace millrace::crash {

namespace {

constexpr std::uint64_t image_bytes = std::uint64_t{96} << 20;
constexpr off_t ballast_bytes = off_t{24} << 20;
constexpr std::uint64_t refusals_in_a_row = 300;  ///< messages
constexpr double fill_seconds_max = 20;
constexpr double resume_seconds_max = 1;
constexpr std::uint64_t cycles_a_file_system = 5;

/// A send now and then, to see whether they are taken again.
class probe_script final : public script {
 public:
  std::optional<request> next() override {
    const std::uint64_t now = perf::monotonic_ns();
    if (now < due_) return std::nullopt;
    due_ = now + 2'000'000;
    return request{.what = action::send};
  }

 private:
  std::uint64_t due_ = 0;
};

class full_disk {
 public:
  full_disk(const crash_options& chosen, const std::string& folder)
      : disk_(folder, image_bytes),
        data_(disk_.mount_point() + "/data"),
        bed_(settings_of(chosen, folder), plain_roster(suffix_of(chosen.seed), 3), blow::kill),
        drain_(bed_.queues, bed_.notes, bed_.dice),
        fill_(bed_.queues) {
    bed_.notes.tolerate({.refusals = true});
  }

  void cycle(std::uint64_t number) {
    const bool fresh = number % cycles_a_file_system == 0;
    if (fresh) renew();
    if (server_ == nullptr) server_ = bed_.start({.data_dir = data_});
    fill();
    use_while_full();
    if (!fresh && number % 2 == 0) kill_while_full();
    if (fresh) {
      std::filesystem::remove(disk_.mount_point() + "/ballast");
    } else {
      delete_share(60 + bed_.dice() % 41);
    }
    await_sends();
    ++cycles_;
  }

  void finish() {
    if (server_ == nullptr) return;
    restart();  // so that nothing is hidden
    bed_.drain(0.05);
    bed_.stop(*server_, drain_);
    server_.reset();
  }

  [[nodiscard]] const ledger& book() const noexcept { return bed_.book; }
  [[nodiscard]] const recorder::totals& done() const noexcept { return bed_.notes.done(); }
  [[nodiscard]] const perf::histogram& resumed_ns() const noexcept { return resumed_ns_; }
  [[nodiscard]] std::uint64_t late() const noexcept { return late_; }
  [[nodiscard]] std::uint64_t kills() const noexcept { return kills_; }
  [[nodiscard]] std::uint64_t cycles() const noexcept { return cycles_; }

 private:
  static bed_settings settings_of(const crash_options& chosen, const std::string& folder) {
    bed_settings made = bed_settings_of(chosen, folder);
    made.sizes = body_sizes::large;
    return made;
  }

  /// Checks that nothing is lost, and begins again on an empty file system with a ballast file.
  void renew() {
    finish();
    disk_.reformat();
    for (queue_entry& each : bed_.queues) each.there = existence::absent;
    const std::string ballast = disk_.mount_point() + "/ballast";
    const int file = open(ballast.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || posix_fallocate(file, 0, ballast_bytes) != 0) perf::throw_errno(ballast);
    close(file);
  }

  void fill() {
    const account& counts = bed_.book.counts();
    std::uint64_t acked = counts.acked, refused = counts.refused;
    bool is_full = false;
    bed_.load(fill_, fill_seconds_max, [&] {
      if (counts.acked != acked) {
        acked = counts.acked;
        refused = counts.refused;
      }
      return is_full = counts.refused >= refused + refusals_in_a_row;
    });
    bed_.through.settle(fill_, fill_seconds_max);
    if (!is_full) {
      throw std::runtime_error("the disk does not become full: " + to_text(counts) +
                               (bed_.book.findings().empty() ? "" : bed_.book.findings()[0]));
    }
  }

  /// A refused receive or delete is reported by the recorder: only sends may be.
  void use_while_full() { delete_until(bed_.book.counts().deletes + 10); }

  void delete_share(std::uint64_t percent) {
    delete_until(bed_.book.counts().deletes + bed_.book.present() * percent / 100);
  }

  void delete_until(std::uint64_t deletes) {
    drain_.restart();
    bed_.load(drain_, fill_seconds_max, [&] { return bed_.book.counts().deletes >= deletes; });
    bed_.through.settle(drain_, fill_seconds_max);
    if (bed_.book.counts().deletes < deletes) {
      bed_.book.report(bed_.book.counts().errors, "a full disk stops receives or deletes");
    }
  }

  void kill_while_full() {
    bed_.load(fill_, 0.01, [] { return false; });
    restart();
    ++kills_;
  }

  void restart() {
    bed_.crash(*server_, fill_);
    server_ = bed_.start({.data_dir = data_});
  }

  void await_sends() {
    const std::uint64_t began = perf::monotonic_ns();
    const std::uint64_t acked = bed_.book.counts().acked;
    probe_script probe;
    bed_.load(probe, fill_seconds_max, [&] { return bed_.book.counts().acked != acked; });
    resumed_ns_.record(perf::monotonic_ns() - began);
    if (seconds_since(began) > resume_seconds_max) ++late_;
    bed_.through.settle(probe, fill_seconds_max);
  }

  ext4_image disk_;
  std::string data_;
  test_bed bed_;
  drain_script drain_;
  fill_script fill_;
  std::unique_ptr<server_process> server_;
  perf::histogram resumed_ns_;
  std::uint64_t late_ = 0, kills_ = 0, cycles_ = 0;
};

void print(const full_disk& test, double seconds) {
  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("%llu times full, %llu of them killed so, %.1f s; sends refused %llu\n",
              count(test.cycles()), count(test.kills()), seconds, count(test.done().refused));
  std::printf("sends again: p50 %.1f ms, p99 %.1f ms, later than a second %llu\n",
              static_cast<double>(test.resumed_ns().percentile(50)) / 1e6,
              static_cast<double>(test.resumed_ns().percentile(99)) / 1e6, count(test.late()));
  std::fputs(to_text(test.book().counts()).c_str(), stdout);
  for (const std::string& each : test.book().findings()) std::printf("  ! %s\n", each.c_str());
}

int not_run(const crash_options& chosen, const std::string& why) {
  std::printf("not run: %s\n", why.c_str());
  if (!chosen.trust_file.empty()) {
    write_trust(chosen.trust_file, {.seed = chosen.seed, .is_void = true, .not_run = why},
                {{"J6", chosen.test_name, "full disks"}});
  }
  return exit_not_run;
}

}  // namespace

int run_disk_full(const crash_options& chosen) {
  scratch_folder folder;
  std::unique_ptr<full_disk> test;
  try {
    test = std::make_unique<full_disk>(chosen, folder.path());
  } catch (const std::runtime_error& error) {
    return not_run(chosen, error.what());
  }
  const std::uint64_t began = perf::monotonic_ns();
  for (std::uint64_t i = 0; i < chosen.cycles && test->book().counts().violations() == 0; ++i) {
    test->cycle(i);
  }
  test->finish();
  const double seconds = seconds_since(began);
  print(*test, seconds);
  const std::uint64_t violations = test->book().counts().violations() + test->late();
  if (!chosen.trust_file.empty()) {
    write_trust(
        chosen.trust_file, {.seed = chosen.seed, .duration_s = seconds},
        {{"J6",
          chosen.test_name,
          "full disks",
          test->cycles(),
          violations,
          {{"killed_while_full", static_cast<double>(test->kills())},
           {"acked", static_cast<double>(test->book().counts().acked)},
           {"refused", static_cast<double>(test->done().refused)},
           {"resume_ms_p99", static_cast<double>(test->resumed_ns().percentile(99)) / 1e6}}}});
  }
  if (violations == 0) return exit_ok;
  folder.keep();  // the server's log; the disk goes with its mount
  std::printf("kept: %s\n", folder.path().c_str());
  return exit_violations;
}

}  // namespace millrace::crash
