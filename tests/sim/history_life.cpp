// The lives of a simulated engine: how each begins, and the ways in which it ends.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "history.hpp"
#include "sim_engine.hpp"

namespace millrace::sim {
namespace {

constexpr std::uint64_t endless = std::uint64_t{1} << 40;

}  // namespace

void history::live() {
  const fate how = choose_fate();
  if (!open()) return;
  connect();
  std::uint64_t left = how.steps;
  const std::uint64_t moved = scene_.counts.moved;
  for (; left > 0 && !interrupted(); --left) {
    step();
    if (scene_.device_died != 0) left = std::min<std::uint64_t>(left, 60);
    if (left % 256 == 17 && !full_) audit();
    if (how.at_birth && scene_.counts.moved != moved) return die(how.kind);
  }
  if (how.closes && !interrupted()) {
    close(how.kind);
  } else {
    die(how.kind);
  }
}

history::fate history::choose_fate() {
  base::random& random = scene_.random;
  fate f;
  f.closes = scene_.one_in(6);
  f.kind = scene_.one_in(2) ? crash_kind::kill : crash_kind::power;
  f.steps = random.below(scene_.plan.steps_most) + 1;
  f.at_birth = scene_.one_in(4);
  disk_.interrupt_nth(0, f.kind);  // an earlier life's has not come
  if (scene_.one_in(2)) {
    disk_.interrupt_nth(random.below(std::uint64_t{1} << random.below(9)) + 1, f.kind);
    f.steps = scene_.plan.steps_most;
  }
  if (scene_.plan.errors && scene_.one_in(2)) {
    constexpr disk_call calls[] = {
        disk_call::create, disk_call::rename, disk_call::remove,         disk_call::write,
        disk_call::sync,   disk_call::sync,   disk_call::sync_directory, disk_call::sync_directory,
        disk_call::read,   disk_call::open,   disk_call::durable_write};
    disk_.fail_nth(calls[random.below(std::size(calls))],
                   random.below(std::uint64_t{1} << random.below(8)) + 1,
                   journal::io_status::failed);
  }
  interrupt_kind_ = f.kind;
  return f;
}

base::time_ns history::next_start() {
  constexpr std::int64_t away_ms[] = {0, 3, 1000, 30'000, 100'000};
  const base::time_ns later =
      clock_ns_ + away_ms[scene_.random.below(std::size(away_ms))] * base::ns_per_ms;
  const bool back = scene_.plan.clock_jumps && scene_.one_in(3);
  scene_.counts.clock_jumps += back ? 1 : 0;
  return back ? later - base::time_ns{3600} * base::ns_per_s : later;
}

/// Until it succeeds: an error of the disk or a crash may come in between.
bool history::open() {
  for (int i = 0; i < 20; ++i) {
    if (scene_.one_in(20)) compare_replays();
    try_to_open();
    if (core_ != nullptr) return true;
    if (!scene_.complaint.empty()) return false;
    if (interrupted()) {
      crash(interrupt_kind_);
      // What the operating system had of the last life was not on the device yet.
      end_life(interrupt_kind_ == crash_kind::power);
    }
    if (i == 3) calm_down();
  }
  scene_.complain(breach::definition, "the data directory does not open");
  return false;
}

/// No more faults.
void history::calm_down() {
  disk_.forget_faults();
  disk_.set_capacity(endless);
  full_ = false;
}

void history::try_to_open() {
  std::string why;
  const engine_choice wanted{.lanes = static_cast<std::uint32_t>(scene_.random.below(4)) + 1,
                             .seed = scene_.random.next(),
                             .start_ns = next_start()};
  const std::uint64_t failed = scene_.failed_before_life = disk_.counts().failed;
  auto opened = open_engine(disk_, scene_.plan, wanted, why);
  if (opened) {
    core_ = std::move(opened).value();
    return;
  }
  if (disk_.counts().failed != failed) ++scene_.counts.read_errors;
  if (interrupted() || disk_.counts().failed != failed) return;
  if (opened.error() == errc::disk_full && full_) return calm_down();
  scene_.complain(breach::definition,
                  "does not open: " + std::string(to_string(opened.error())) + ", " + why);
}

void history::connect() {
  scene_.engine = core_.get();
  ++scene_.counts.lives;
  if (scene_.tracing) {
    std::fprintf(stderr, "life %llu with %u lanes\n",
                 static_cast<unsigned long long>(scene_.counts.lives), core_->lanes());
  }
  scene_.device_died = 0;
  // A call that failed while the engine opened may have been borne, or the journal has failed.
  failed_later_ = grave_failures();
  carry_wanted_ = core_->data()->of_lane(0).carry_wanted();
  scene_.space_is_short = full_;
  scene_.space_is_tiny = full_ && tiny_;
  const instant now = scene_.next_instant();
  if (now.ms < scene_.durable_ms) {
    scene_.complain(breach::clock, "engine time is " + std::to_string(now.ms) + ", and was " +
                                       std::to_string(scene_.durable_ms));
  }
  const std::uint64_t damaged = core_->data()->log().statistics().damaged;
  if (damaged != 0) {
    scene_.complain(breach::false_alarm, std::to_string(damaged) + " places are called damaged");
  }
  scene_.book.life_began(now);
  for (std::size_t i = 0; i < scene_.plan.clients; ++i) {
    clients_.push_back(std::make_unique<sim_client>(scene_));
  }
  living_ = true;
  if (scene_.plan.slow) disk_.set_faults({.slow = 20'000});
  if (scene_.plan.slow || scene_.plan.gathers) {  // a group waits as long as a write takes
    const disk_times times{.slow_ns = 700 * base::ns_per_ms};
    disk_.set_clock(times, [this](std::int64_t ns) {
      if (scene_.engine != nullptr) scene_.advance_ns(ns);
    });
  }
  for (std::size_t q = 0; q < scene_.plan.queues.size(); ++q) {
    if (scene_.queues.present(q) || (scene_.plan.queues[q].comes_and_goes && scene_.one_in(2))) {
      continue;
    }
    sim_client& c = any_client();
    if (c.may_call()) c.create_queue(q);
  }
}

void history::crash(crash_kind kind) {
  if (scene_.tracing) std::fprintf(stderr, "crash of kind %d\n", static_cast<int>(kind));
  disk_.crash(kind);
  ++scene_.counts.crashes;
  ++(kind == crash_kind::kill ? scene_.counts.kills : scene_.counts.power_cuts);
}

/// After a sync that failed the operating system no longer has what it was to write.
void history::end_life(bool power_cut) {
  const bool dropped = std::exchange(not_synced_, disk_.counts().not_synced) != not_synced_;
  if (scene_.space_is_short) scene_.book.may_refuse();
  scene_.book.life_ended(last_, power_cut || dropped);
  scene_.fifo.life_ended(last_, power_cut || dropped);
  scene_.queues.all_is_quiet(last_);
  scene_.moves.life_ended();
}

void history::die(crash_kind kind) {
  living_ = false;
  for (auto& c : clients_) c->give_up();
  last_ = scene_.next_instant();
  if (scene_.tracing) {
    std::fprintf(stderr, "end of the life: %s\n", core_->data()->log().last_error().c_str());
  }
  count_journal();
  crash(kind);
  stop_engine();
  end_life(kind == crash_kind::power);
}

/// The process is gone; what is left of it here must end, without an effect.
void history::stop_engine() {
  clock_ns_ = core_->clock().now();
  for (int i = 0; i < 8 && !core_->data()->log().statistics().failed; ++i) {
    lane_turns(256);
    core_->data()->log().work();
    scene_.advance_ms(300);
  }
  clients_.clear();
  scene_.engine = nullptr;
  core_.reset();
}

/// An orderly end, or one that a crash interrupts.
void history::close(crash_kind kind) {
  if (full_) give_space();
  if (scene_.one_in(2)) settle();
  living_ = false;
  for (auto& c : clients_) c->give_up();
  if (interrupted()) return die(kind);
  close_at_once(kind);
}

void history::close_at_once(crash_kind kind) {
  living_ = false;
  clients_.clear();
  last_ = scene_.next_instant();
  clock_ns_ = core_->clock().now();
  count_journal();
  scene_.engine = nullptr;
  core_.reset();
  const bool cut_short = interrupted();
  if (cut_short) {
    crash(kind);
  } else {
    ++scene_.counts.closes;
  }
  end_life(cut_short && kind == crash_kind::power);
}

void history::count_journal() {
  const journal::journal_statistics s = core_->data()->log().statistics();
  scene_.counts.groups += s.groups;
  if (scene_.device_died != 0) ++scene_.counts.dead_devices;
}

}  // namespace millrace::sim
