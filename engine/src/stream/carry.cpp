#include "stream/carry.hpp"

#include "base/mutant.hpp"

#include "stream/decide.hpp"

namespace millrace::stream {
namespace {

constexpr std::size_t visits_per_step = 16'384;

void log_stream(entry_log& log, stream_state& s, base::time_ms now_ms) {
  journal::entry& e = log.add();
  begin<stream_payload>(e, entry_kind::stream_carried, s.slot(), now_ms).stream = s.uid;
  e.object = &s;
  e.extra = log.keep(encode(definition_of(s)));
}

void log_account(entry_log& log, const state& all, base::time_ms now_ms) {
  journal::entry& e = log.add();
  begin<stream_payload>(e, entry_kind::account_carried, account_slot, now_ms);
  e.extra = log.keep(encode(all.account()));
}

void log_record(entry_log& log, shard& of, record& r, base::time_ms now_ms) {
  journal::entry& e = log.add();
  auto& p = begin<record_payload>(e, entry_kind::record_carried, of.of->slot(), now_ms);
  p = {of.of->uid, of.number, r.index, r.at_ms};
  e.level = of.of->settings.level;
  e.body = r.body;
  e.subject = &r;
}

}  // namespace

void carry_walk::begin(std::uint32_t epoch) {
  epoch_ = epoch;
  stream_.clear();
  shard_ = index_ = 0;
}

bool carry_walk::step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes) {
  bytes_until_ = log.bytes() + bytes;
  visits_ = visits_per_step;
  if (all.account_log_epoch() < epoch_ && !all.account().stored.empty()) {
    if (used_up(log)) return false;
    log_account(log, all, now_ms);
    all.evolve(log.all().back());
  }
  for (auto it = all.by_name().lower_bound(stream_); it != all.by_name().end(); ++it) {
    stream_state& s = *it->second;
    if (it->first != stream_) {
      stream_ = it->first;
      shard_ = index_ = 0;
    }
    if (s.log_epoch < epoch_) {
      if (used_up(log)) return false;
      log_stream(log, s, now_ms);
      all.evolve(log.all().back());
    }
    for (const auto& one : s.shards) {
      if (one->number < shard_ || s.settings.level == durability::memory) continue;
      if (one->number != shard_) index_ = 0;
      shard_ = one->number;
      if (!carry_records(all, *one, log, now_ms)) return false;
      index_ = 0;
      ++shard_;
    }
  }
  return true;
}

bool carry_walk::carry_records(state& all, shard& of, entry_log& log, base::time_ms now_ms) {
  for (std::size_t i = of.records.find(index_); i < of.records.size(); ++i) {
    record& r = of.records[i];
    index_ = r.index;
    if (used_up(log)) return false;
    --visits_;
    if (r.log_epoch >= epoch_ || !r.body || MR_MUTANT(record_not_carried)) continue;
    log_record(log, of, r, now_ms);
    all.evolve(log.all().back());
  }
  return true;
}

}  // namespace millrace::stream
