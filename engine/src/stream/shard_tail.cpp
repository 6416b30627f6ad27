#include "stream/shard_tail.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "stream/entries.hpp"

namespace millrace::stream {
namespace {

constexpr std::size_t frame_records_max = 512;

sync::ring_words words_of(sync::block& memory) noexcept {
  return sync::ring_words({memory.data() + sizeof(sync::block), shard_tail::ring_bytes});
}

}  // namespace

shard_tail::shard_tail(sync::block& memory) noexcept : memory_(&memory), ring_(words_of(memory)) {}

shard_tail::~shard_tail() {
  for (const held_body& h : held_) sync::release(h.home);
  sync::release(memory_);
}

void shard_tail::begin(const shard_facts& of) noexcept {
  facts_ = of;
  retention_ms_.set(of.retention_ms);
}

std::optional<std::size_t> shard_tail::open() noexcept {
  const std::optional<std::size_t> slot = claims_.open();
  if (slot) detached_[*slot].set(false);
  return slot;
}

bool shard_tail::add(const record& r) {
  const bool first = marked_;
  marked_ = false;
  const std::byte* body = r.body.bytes().data();
  const auto* head = reinterpret_cast<const record_envelope*>(body);
  waiting_.push_back({reinterpret_cast<std::uint64_t>(body + sizeof *head),
                      head->data_bytes | std::uint64_t{head->key_bytes} << 32, r.index,
                      static_cast<std::uint64_t>(r.at_ms)});
  return first;
}

/// Nobody reads it any more: it ends, and the shard makes another when somebody comes.
void shard_tail::mark(journal::position wait_for) {
  marked_ = true;
  if (!claims_.any_open()) retire();
  marks_.push_back({waiting_.size(), wait_for});
}

bool shard_tail::publish(journal::position reached) {
  drop_held();
  std::size_t ready = 0;
  std::size_t passed = 0;
  for (; passed < marks_.size() && marks_[passed].wait_for <= reached; ++passed) {
    ready = marks_[passed].count;
  }
  if (ready == 0) return marks_.empty();
  if (!retired()) write(ready);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(ready));
  marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(passed));
  for (waiting_mark& m : marks_) m.count -= ready;
  return marks_.empty();
}

void shard_tail::write(std::size_t count) noexcept {
  for (std::size_t done = 0; done < count;) {
    const std::size_t now = std::min(count - done, frame_records_max);
    // No reader holds the ring back, so there is always room.
    const bool written =
        ring_.publish_batch(&waiting_[done], static_cast<std::uint32_t>(now), sizeof(tail_record));
    MR_ASSERT(written);
    done += now;
  }
}

void shard_tail::give_up(std::uint64_t below, const record_log& records) {
  drop_held();
  if (below <= given_up_) return;
  claims_.give_up(below);
  for (std::size_t slot = 0; slot < claims_.slots(); ++slot) {
    const std::optional<std::uint64_t> claim = claims_.look(slot);
    if (claim) hold(slot, *claim, below, records);
  }
  given_up_ = below;
}

/// What lies in that claim and was not given up before is kept.
void shard_tail::hold(std::size_t slot, std::uint64_t claim, std::uint64_t below,
                      const record_log& records) {
  const std::uint64_t end = std::min(below, claim + claims::claim_span);
  for (std::size_t i = records.find(std::max(claim, given_up_)); i < records.size(); ++i) {
    const record& r = records[i];
    if (r.index >= end) return;
    if (!r.body) continue;
    sync::retain(r.body.home);
    held_.push_back({slot, claim, r.body.home});
  }
}

void shard_tail::drop_held() noexcept {
  if (held_.empty()) return;
  std::erase_if(held_, [this](const held_body& h) {
    if (claims_.look(h.slot) == h.claim) return false;
    sync::release(h.home);
    return true;
  });
}

}  // namespace millrace::stream
