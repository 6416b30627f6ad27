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
constexpr std::uint64_t sparse_bytes_min = std::uint64_t{16} << 20;
constexpr std::string_view too_little_memory =
    "memory-max is too small for what is in the data directory";

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
    case journal::service::topic: return topic::understood(e);
  }
  return false;
}

/// False: no memory for what the entry brings.
bool replay_one(lane::lane& into, const journal::entry& e, std::uint32_t epoch) {
  if (e.owner == journal::service::stream) {
    into.streams().set_log_epoch(epoch);
    return into.streams().replay(e);
  }
  if (e.owner == journal::service::topic) {
    into.topics().set_log_epoch(epoch);
    return into.topics().replay(e);
  }
  into.queues().set_log_epoch(epoch);
  return into.queues().replay(e);
}

/// The block's memory is filled ahead of whoever stores many bodies at once.
class filling {
 public:
  filling(sync::block_store& blocks, bool wanted) : blocks_(blocks) {
    if (wanted) blocks_.fill_ahead(&filler_.emplace());
  }
  filling(const filling&) = delete;
  filling& operator=(const filling&) = delete;
  ~filling() {
    filler_.reset();
    blocks_.fill_ahead(nullptr);
  }

 private:
  sync::block_store& blocks_;
  std::optional<sync::page_filler> filler_;
};

/// Bodies that have gone may have left blocks that a few others keep.
bool is_sparse(const sync::block_store& blocks, std::span<lane::lane* const> lanes) noexcept {
  std::uint64_t live = 0;
  for (const lane::lane* l : lanes) live += l->live().bytes;
  return blocks.bytes_in_use() > 2 * live + sparse_bytes_min;
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
  const owners into{lanes, lane_of_slot, blocks};
  bool has_bodies = false;
  if (const result<void> ok = replay(into, has_bodies, why); !ok) return ok.error();
  if (!has_bodies || is_sparse(blocks, lanes)) {
    if (const result<void> ok = attach_bodies(into, why); !ok) return ok.error();
  }
  last_ms = report_.last_ms;
  for (lane::lane* l : lanes) {
    l->queues().end_replay();
    l->streams().end_replay();
    l->topics().end_replay();
    summary_.messages += l->queues().queues().message_count();
    summary_.queues += l->queues().queues().by_name().size();
    summary_.streams += l->streams().streams().by_name().size();
    summary_.topics += l->topics().topics().by_name().size();
    summary_.records += l->streams().streams().record_count();
  }
  summary_.entries = report_.entries;
  summary_.bytes = report_.bytes;
  for (const journal::finding& f : report_.findings) summary_.findings.push_back(f.text());
  summary_.damaged = report_.damaged();
  summary_.took_ns = base::monotonic_ns() - begin;
  return {};
}

/// Bodies are attached on the way, as long as there is memory for those that die later too.
result<void> data_dir::replay(const owners& into, bool& has_bodies, std::string& why) {
  errc problem = errc::ok;
  for (lane::lane* l : into.lanes) {
    l->queues().begin_replay();
    l->streams().begin_replay();
    l->topics().begin_replay();
  }
  has_bodies = true;
  sync::block_writer writer(into.blocks);
  const filling ahead(into.blocks, threads_);
  const auto visit = [&](const journal::format::stored_entry& stored, std::uint64_t sequence) {
    if (problem != errc::ok) return;
    const journal::entry& e = stored.value;
    if (!understood(e)) {
      problem = errc::journal_damaged;
      why = "entry " + std::to_string(sequence) + " is of a kind that this version does not know";
      return;
    }
    if (MR_MUTANT(slot_lost_between_lanes) && into.lanes.size() > 1 && e.slot % 16 == 15) return;
    const auto epoch = static_cast<std::uint32_t>(stored.segment);
    bool replayed = replay_one(into.of(e), e, epoch);
    if (has_bodies && (!replayed || give_body(into, writer, stored) != errc::ok)) {
      has_bodies = false;
      writer.seal();
      drop_bodies(into);
      replayed = replayed || replay_one(into.of(e), e, epoch);
    }
    if (replayed) return;
    problem = errc::memory_full;
    why = too_little_memory;
  };
  result<journal::recovery_report> done = journal_->recover(visit);
  if (!done) return failed(done.error(), *journal_, why);
  if (problem != errc::ok) return problem;
  report_ = std::move(done).value();
  for (lane::lane* l : into.lanes) l->streams().settle();
  return {};
}

void data_dir::drop_bodies(const owners& into) noexcept {
  for (lane::lane* l : into.lanes) {
    l->queues().drop_bodies();
    l->streams().drop_bodies();
    l->topics().drop_bodies();
  }
  into.blocks.trim();
}

/// Bodies of what is alive at the end of the log and of nothing else, in the order in which they
/// lie there.
result<void> data_dir::attach_bodies(const owners& into, std::string& why) {
  drop_bodies(into);
  errc problem = errc::ok;
  sync::block_writer writer(into.blocks);
  const filling ahead(into.blocks, threads_);
  const auto visit = [&](const journal::format::stored_entry& stored, std::uint64_t) {
    if (problem != errc::ok) return;
    problem = give_body(into, writer, stored);
    if (problem == errc::memory_full) why = too_little_memory;
    if (problem == errc::invalid_option) {
      why = "there is a record of " + std::to_string(stored.body.size()) +
            " bytes in the data directory, which needs a larger stream-record-size-max";
    }
  };
  const result<void> done = journal_->revisit(report_, visit);
  if (!done) return failed(done.error(), *journal_, why);
  return problem == errc::ok ? result<void>() : result<void>(problem);
}

/// To what the entry brought, if that lives and has none yet. errc::memory_full, invalid_option: a
/// record that is larger than allowed.
errc data_dir::give_body(const owners& into, sync::block_writer& writer,
                         const journal::format::stored_entry& stored) const {
  if (stored.body.empty()) return errc::ok;
  const journal::entry& e = stored.value;
  lane::lane& owner = into.of(e);
  const bool streamed = e.owner == journal::service::stream;
  const bool published = e.owner == journal::service::topic;
  topic::publication* const p = published ? owner.topics().wants_body(e) : nullptr;
  stream::record* const r = streamed ? owner.streams().wants_body(e) : nullptr;
  queue::message* const m = streamed || published ? nullptr : owner.queues().wants_body(e);
  if (r == nullptr && m == nullptr && p == nullptr) return errc::ok;
  if (streamed && stored.body.size() > record_bytes_max_ + key_bytes_max) {
    return errc::invalid_option;
  }
  std::byte* const to = writer.reserve(stored.body.size(), sync::allocation_class::priority);
  if (to == nullptr) return errc::memory_full;
  std::memcpy(to, stored.body.data(), stored.body.size());
  const sync::body_ref body = writer.commit(stored.body.size());
  if (streamed) {
    owner.streams().attach_body(*r, body);
  } else if (published) {
    owner.topics().attach_body(*p, body);
  } else {
    owner.queues().attach_body(*m, body);
  }
  return errc::ok;
}

result<void> data_dir::start(std::string& why) {
  const result<void> started = journal_->start(report_);
  if (!started) return failed(started.error(), *journal_, why);
  return {};
}

}  // namespace millrace::api
