#include "api/data_dir.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "base/random.hpp"
#include "sync/block_store.hpp"
#include "sync/page_filler.hpp"

namespace millrace::api {
namespace {

constexpr std::uint64_t usual_record_bytes_max = std::uint64_t{1} << 20;
constexpr std::uint64_t key_bytes_max = 2048;  // and what stands around data and key

journal::identity fresh_identity() {
  journal::identity made;
  const std::uint64_t id[2] = {base::os_random(), base::os_random()};
  std::memcpy(made.id.data(), id, sizeof id);
  made.receipt_key = {base::os_random(), base::os_random()};
  return made;
}

bool understood(const journal::entry& e) noexcept {
  switch (e.owner) {
    case journal::service::queue: return queue::understood(e);
    case journal::service::stream: return stream::understood(e);
  }
  return false;
}

/// False: no memory for what the entry brings.
bool replay_one(lane::lane& into, const journal::entry& e, std::uint32_t epoch) {
  if (e.owner == journal::service::stream) {
    into.streams().set_log_epoch(epoch);
    return into.streams().replay(e);
  }
  into.queues().set_log_epoch(epoch);
  return into.queues().replay(e);
}

/// Calls attach(body) if what the entry brought lives and has none yet.
template <class Attach>
void give_body(lane::lane& owner, const journal::entry& e, Attach&& attach) {
  if (e.owner == journal::service::stream) {
    stream::record* r = owner.streams().wants_body(e);
    if (r == nullptr) return;
    if (const sync::body_ref body = attach()) owner.streams().attach_body(*r, body);
    return;
  }
  queue::message* m = owner.queues().wants_body(e);
  if (m == nullptr) return;
  if (const sync::body_ref body = attach()) owner.queues().attach_body(*m, body);
}

/// A turn's worth and one such record go into one append, and an append into any segment.
void allow_records(std::uint64_t bytes_max, journal::local_journal::options& how) {
  how.append_bytes_max += bytes_max - usual_record_bytes_max;
  const std::uint64_t segment = how.append_bytes_max + 4 * journal::format::block;
  how.segment_bytes_min = std::max(how.segment_bytes_min, journal::format::round_to_block(segment));
  MR_ASSERT(how.segment_bytes >= how.segment_bytes_min);
}

result<void> failed(errc code, const journal::local_journal& log, std::string& why) {
  why = log.last_error();
  return code;
}

}  // namespace

result<std::unique_ptr<data_dir>> data_dir::open(std::unique_ptr<journal::storage> directory,
                                                 const options& wanted, std::string& why) {
  std::unique_ptr<data_dir> made(new data_dir);
  journal::local_journal::options how;
  if (wanted.journal != nullptr) {
    how = *wanted.journal;
  } else {
    how.incarnation = static_cast<std::uint32_t>(base::os_random()) | 1U;
    how.fresh = fresh_identity();
    allow_records(wanted.record_bytes_max, how);
  }
  made->record_bytes_max_ = wanted.record_bytes_max;
  made->incarnation_ = how.incarnation;
  made->append_bytes_max_ = how.append_bytes_max;
  how.lanes = wanted.lanes;
  how.threads = made->threads_ = wanted.threads;
  how.may_spin = wanted.may_spin;
  how.clock = wanted.clock;
  result<std::unique_ptr<journal::local_journal>> opened =
      journal::local_journal::open(std::move(directory), how, why);
  if (!opened) return opened.error();
  made->journal_ = std::move(opened).value();
  return made;
}

result<void> data_dir::recover(std::span<lane::lane* const> lanes,
                               std::span<const std::uint32_t> lane_of_slot,
                               sync::block_store& blocks, base::time_ms& last_ms,
                               std::string& why) {
  const std::int64_t begin = base::monotonic_ns();
  if (const result<void> ok = replay(lanes, lane_of_slot, why); !ok) return ok.error();
  if (const result<void> ok = attach_bodies(lanes, lane_of_slot, blocks, why); !ok) {
    return ok.error();
  }
  last_ms = report_.last_ms;
  for (lane::lane* l : lanes) {
    l->queues().end_replay();
    l->streams().end_replay();
    summary_.messages += l->queues().queues().message_count();
    summary_.queues += l->queues().queues().by_name().size();
    summary_.streams += l->streams().streams().by_name().size();
    summary_.records += l->streams().streams().record_count();
  }
  summary_.entries = report_.entries;
  summary_.bytes = report_.bytes;
  for (const journal::finding& f : report_.findings) summary_.findings.push_back(f.text());
  summary_.damaged = report_.damaged();
  summary_.took_ns = base::monotonic_ns() - begin;
  return {};
}

result<void> data_dir::replay(std::span<lane::lane* const> lanes,
                              std::span<const std::uint32_t> lane_of_slot, std::string& why) {
  errc problem = errc::ok;
  for (lane::lane* l : lanes) {
    l->queues().begin_replay();
    l->streams().begin_replay();
  }
  const auto visit = [&](const journal::format::stored_entry& stored, std::uint64_t sequence) {
    if (problem != errc::ok) return;
    const journal::entry& e = stored.value;
    if (!understood(e)) {
      problem = errc::journal_damaged;
      why = "entry " + std::to_string(sequence) + " is of a kind that this version does not know";
      return;
    }
    if (MR_MUTANT(slot_lost_between_lanes) && lanes.size() > 1 && e.slot % 16 == 15) return;
    if (!replay_one(*lanes[lane_of_slot[e.slot]], e, static_cast<std::uint32_t>(stored.segment))) {
      problem = errc::memory_full;
      why = "memory-max is too small for what is in the data directory";
    }
  };
  result<journal::recovery_report> done = journal_->recover(visit);
  if (!done) return failed(done.error(), *journal_, why);
  if (problem != errc::ok) return problem;
  report_ = std::move(done).value();
  for (lane::lane* l : lanes) l->streams().settle();
  return {};
}

/// Bodies of what is alive at the end of the log, in the order in which they lie there.
result<void> data_dir::attach_bodies(std::span<lane::lane* const> lanes,
                                     std::span<const std::uint32_t> lane_of_slot,
                                     sync::block_store& blocks, std::string& why) {
  errc problem = errc::ok;
  sync::block_writer writer(blocks);
  const auto visit = [&](const journal::format::stored_entry& stored, std::uint64_t) {
    if (problem != errc::ok || stored.body.empty()) return;
    const bool too_large = stored.value.owner == journal::service::stream &&
                           stored.body.size() > record_bytes_max_ + key_bytes_max;
    give_body(*lanes[lane_of_slot[stored.value.slot]], stored.value, [&] {
      if (too_large) {
        problem = errc::invalid_option;
        why = "there is a record of " + std::to_string(stored.body.size()) +
              " bytes in the data directory, which needs a larger stream-record-size-max";
        return sync::body_ref();
      }
      std::byte* to = writer.reserve(stored.body.size(), sync::allocation_class::priority);
      if (to == nullptr) {
        problem = errc::memory_full;
        why = "memory-max is too small for what is in the data directory";
        return sync::body_ref();
      }
      std::memcpy(to, stored.body.data(), stored.body.size());
      return writer.commit(stored.body.size());
    });
  };
  std::optional<sync::page_filler> filler;
  if (threads_) blocks.fill_ahead(&filler.emplace());
  const result<void> done = journal_->revisit(report_, visit);
  filler.reset();
  blocks.fill_ahead(nullptr);
  if (!done) return failed(done.error(), *journal_, why);
  return problem == errc::ok ? result<void>() : result<void>(problem);
}

result<void> data_dir::start(std::string& why) {
  const result<void> started = journal_->start(report_);
  if (!started) return failed(started.error(), *journal_, why);
  return {};
}

}  // namespace millrace::api
