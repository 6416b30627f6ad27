#include "queue/attempts.hpp"

#include "base/assert.hpp"

namespace millrace::queue {

attempt* attempts::find(std::uint64_t queue, const fifo_key& id) const noexcept {
  return by_id_.find(id.low ^ queue,
                     [&](const attempt& a) { return a.id == id && a.queue == queue; });
}

attempt* attempts::find(std::uint64_t queue, const fifo_key& id,
                        base::time_ms now_ms) const noexcept {
  attempt* a = find(queue, id);
  return a == nullptr || a->until_ms <= now_ms ? nullptr : a;
}

bool attempts::reserve() noexcept {
  if (spare_ == nullptr) spare_ = all_.create(sync::allocation_class::priority);
  return spare_ != nullptr;
}

attempt& attempts::begin(std::uint64_t queue, const fifo_key& id, base::time_ms until_ms) {
  MR_ASSERT(spare_ != nullptr);
  if (attempt* earlier = find(queue, id)) forget(*earlier);
  attempt& a = *std::exchange(spare_, nullptr);
  a.id = id;
  a.queue = queue;
  a.until_ms = until_ms;
  by_id_.insert(a);
  window_.push_back(a);
  return a;
}

void attempts::forget(attempt& a) noexcept {
  base::list<attempt, attempt_tag>::erase(a);
  by_id_.erase(a);
  all_.destroy(&a);
}

bool attempts::advance(base::time_ms now_ms, std::size_t budget) noexcept {
  while (attempt* a = window_.front()) {
    if (a->until_ms > now_ms) return true;
    if (budget == 0) return false;
    --budget;
    forget(*a);
  }
  return true;
}

}  // namespace millrace::queue
