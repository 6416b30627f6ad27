#include "journal/local_journal.hpp"

#include "base/assert.hpp"
#include "journal/agent_thread.hpp"
#include "journal/committer.hpp"
#include "journal/lane_log.hpp"
#include "journal/segment_keeper.hpp"
#include "sync/extent_source.hpp"

namespace millrace::journal {
namespace {

/// Header and last block of a segment are no batch's.
constexpr std::uint64_t segment_overhead = 2 * format::block;

std::vector<std::unique_ptr<lane_log>> make_lanes(const local_journal::options& wanted,
                                                  log_state& state) {
  std::vector<std::unique_ptr<lane_log>> lanes;
  for (std::uint32_t i = 0; i < wanted.lanes; ++i) {
    lanes.push_back(std::make_unique<lane_log>(
        lane_log::options{.number = static_cast<std::uint16_t>(i),
                          .incarnation = wanted.incarnation,
                          .batch_bytes = wanted.segment_bytes_min - segment_overhead,
                          .append_bytes_max = wanted.append_bytes_max},
        state));
  }
  return lanes;
}

std::vector<lane_log*> all_of(const std::vector<std::unique_ptr<lane_log>>& lanes) {
  std::vector<lane_log*> all;
  for (const auto& lane : lanes) all.push_back(lane.get());
  return all;
}

}  // namespace

struct local_journal::parts {
  parts(std::unique_ptr<storage> where, const identity& of, const options& wanted)
      : chosen(wanted),
        directory(std::move(where)),
        id(of),
        lanes(make_lanes(wanted, state)),
        keeper({.segment_bytes = wanted.segment_bytes,
                .segment_bytes_min = wanted.segment_bytes_min,
                .spares = wanted.spares,
                .log_bytes_slack = wanted.log_bytes_slack,
                .append_bytes_max = wanted.append_bytes_max,
                .directory = of.id,
                .clock = wanted.clock},
               *directory, state, all_of(lanes)),
        writer(
            {.tail = {.incarnation = wanted.incarnation, .batch_salt = format::batch_salt(of.id)},
             .clock = wanted.clock,
             .gathers = wanted.gathers || (wanted.threads && wanted.may_spin),
             .guard = wanted.threads && wanted.may_spin ? &guard : nullptr},
            *directory, state, all_of(lanes)) {}

  const options chosen;
  const std::unique_ptr<storage> directory;
  const identity id;
  log_state state;
  const std::vector<std::unique_ptr<lane_log>> lanes;
  segment_keeper keeper;
  sync::idle_guard guard;
  committer writer;
  std::uint64_t damaged = 0;
  bool started = false;
  std::string error;
  agent_thread keeper_thread;
  agent_thread writer_thread;
};

result<std::unique_ptr<local_journal>> local_journal::open(std::unique_ptr<storage> directory,
                                                           const options& wanted,
                                                           std::string& why) {
  MR_ASSERT(wanted.segment_bytes_min >= wanted.append_bytes_max + segment_overhead + format::block);
  MR_ASSERT(wanted.segment_bytes >= wanted.segment_bytes_min && wanted.lanes != 0);
  MR_ASSERT(wanted.segment_bytes % format::block == 0);
  MR_ASSERT(wanted.segment_bytes_min % format::block == 0);
  const auto refuse = [&](errc code) {
    why = directory->last_error();
    return code;
  };
  const io_status locked = directory->lock();
  if (locked == io_status::busy) return refuse(errc::data_dir_in_use);
  if (locked != io_status::ok) return refuse(errc::system);
  const result<identity> id = open_identity(*directory, wanted.fresh, true);
  if (!id) return refuse(id.error());
  auto made = std::make_unique<parts>(std::move(directory), *id, wanted);
  for (const auto& lane : made->lanes) {
    if (!lane->allocate(sync::mmap_extent_source())) return errc::system;
  }
  return std::unique_ptr<local_journal>(new local_journal(std::move(made)));
}

local_journal::local_journal(std::unique_ptr<parts> made) noexcept : parts_(std::move(made)) {}

/// Whatever the lanes have appended is written, as far as there is space, and then a seal.
local_journal::~local_journal() {
  parts& p = *parts_;
  p.keeper_thread.stop();
  p.writer_thread.stop();
  p.guard.stop();
  if (!p.started) return;
  p.writer.stop_gathering();
  for (const auto& lane : p.lanes) lane->offer(turn_end::asleep);
  do {
    p.writer.hurry_keeper();
  } while (p.writer.work() || (p.writer.waits_for_keeper() && p.keeper.work()));
  p.writer.seal();
}

const identity& local_journal::id() const noexcept { return parts_->id; }

std::string local_journal::last_error() const {
  return parts_->state.failed.is_set() ? parts_->writer.error() : parts_->error;
}

result<recovery_report> local_journal::recover(const entry_visitor& visit) {
  result<recovery_report> report =
      millrace::journal::recover(*parts_->directory, parts_->id.id, visit);
  if (!report) parts_->error = parts_->directory->last_error();
  return report;
}

result<void> local_journal::revisit(const recovery_report& report, const entry_visitor& visit) {
  result<void> done = millrace::journal::revisit(*parts_->directory, report, visit);
  if (!done) parts_->error = parts_->directory->last_error();
  return done;
}

result<void> local_journal::start(const recovery_report& report) {
  parts& p = *parts_;
  MR_ASSERT(!p.started);
  for (const finding& f : report.findings) {
    p.damaged += f.kind == finding_kind::torn_tail ? 0 : 1;
  }
  p.state.current.advance(report.end.segment);
  p.state.oldest_durable.advance(report.end.oldest_segment);
  const result<segment*> current = p.keeper.start(report);
  if (!current) {
    p.error = p.directory->last_error();
    return current.error();
  }
  p.writer.start(report.end, *current);
  for (const auto& lane : p.lanes) lane->start();
  p.started = true;
  if (!p.chosen.threads) return {};
  return start_threads();
}

result<void> local_journal::start_threads() {
  parts& p = *parts_;
  // A lane's turn between two syncs may take this long; waking this thread would double it.
  const sync::wait_strategy::options spins{
      .may_spin = true, .yield_after_ns = 50'000, .park_after_ns = 300'000};
  const sync::wait_strategy::options parks{
      .may_spin = false, .yield_after_ns = 0, .park_after_ns = 0};
  const auto lane_cpu = [&p] { return static_cast<int>(p.state.lane_cpu.value()); };
  result<void> done = p.writer_thread.start({.name = "mr-journal",
                                             .work = [&p] { return p.writer.work(); },
                                             .due_ns = [&p] { return p.writer.due_ns(); },
                                             .bell = &p.state.committer_bell,
                                             .avoided_cpu = lane_cpu,
                                             .hurries = true,
                                             .idle = p.chosen.may_spin ? spins : parks});
  if (!done) return done;
  if (p.chosen.may_spin) done = p.guard.start({.name = "mr-idle"});
  if (!done) return done;
  return p.keeper_thread.start({.name = "mr-keeper",
                                .work = [&p] { return p.keeper.work(); },
                                .due_ns = [&p] { return p.keeper.due_ns(); },
                                .bell = &p.state.keeper_bell,
                                .idle = parks});
}

journal& local_journal::of_lane(std::uint32_t lane) noexcept { return *parts_->lanes[lane]; }

void local_journal::set_bell(std::uint32_t lane, sync::doorbell& bell) noexcept {
  parts_->lanes[lane]->set_bell(bell);
}

bool local_journal::write() noexcept {
  MR_ASSERT(!parts_->chosen.threads);
  return parts_->writer.work();
}

bool local_journal::keep() noexcept {
  MR_ASSERT(!parts_->chosen.threads);
  return parts_->keeper.work();
}

bool local_journal::work() noexcept {
  const bool wrote = write();
  if (keep() || wrote) return true;
  return parts_->writer.stop_waiting() && write();
}

bool local_journal::waits() const noexcept {
  MR_ASSERT(!parts_->chosen.threads);
  return parts_->writer.waits();
}

journal_statistics local_journal::statistics() const noexcept {
  const parts& p = *parts_;
  const committer::statistics& counted = p.writer.counted();
  return {.groups = counted.groups.value(),
          .syncs = counted.syncs.value(),
          .entries = counted.entries.value(),
          .bytes = counted.bytes.value(),
          .log_bytes = p.keeper.log_bytes(),
          .segments = p.keeper.segments(),
          .damaged = p.damaged,
          .sync_ns_last = counted.sync_ns_last.value(),
          .disk_full = p.state.disk_full.get(),
          .failed = p.state.failed.is_set()};
}

}  // namespace millrace::journal
