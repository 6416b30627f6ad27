#include "queue/fifo_index.hpp"

#include <algorithm>
#include <vector>

namespace millrace::queue {

bool fifo_index::reserve(sync::allocation_class use) noexcept {
  if (spare_message_ == nullptr) spare_message_ = messages_.create(use);
  if (spare_group_ == nullptr) spare_group_ = groups_.create(use);
  if (spare_duplicate_ == nullptr) spare_duplicate_ = duplicates_.create(use);
  return spare_message_ != nullptr && spare_group_ != nullptr && spare_duplicate_ != nullptr &&
         by_name_.reserve(use) && by_key_.reserve(use);
}

fifo_message& fifo_index::make_message() noexcept {
  MR_ASSERT(spare_message_ != nullptr);
  return *std::exchange(spare_message_, nullptr);
}

group* fifo_index::find_group(const queue_state& q, const fifo_key& name) const noexcept {
  return by_name_.find(hash_of(name, q.uid, q.epoch), [&](const group& g) {
    return g.name == name && g.queue == q.uid && g.epoch == q.epoch;
  });
}

void fifo_index::join(fifo_message& m, const fifo_key& name, std::uint64_t order) {
  group* g = find_group(*m.owner, name);
  if (g == nullptr) {
    // A move to another queue of the slot comes without a reserve, and leaves a group or not.
    if (spare_group_ == nullptr) spare_group_ = groups_.create(sync::allocation_class::priority);
    MR_ASSERT(spare_group_ != nullptr);
    g = std::exchange(spare_group_, nullptr);
    g->name = name;
    g->queue = m.owner->uid;
    g->epoch = m.owner->epoch;
    by_name_.insert(*g);
  }
  m.in = g;
  m.order = order;
  g->messages.push_back(m);
}

group* fifo_index::leave(fifo_message& m) noexcept {
  group* g = std::exchange(m.in, nullptr);
  base::list<fifo_message, group_tag>::erase(m);
  if (!g->messages.empty()) return g;
  // Of an earlier epoch: the list that it stood in has forgotten it.
  if (g->listed() && g->epoch == m.owner->epoch) {
    base::list<group, ready_group_tag>::erase(*g);
  }
  by_name_.erase(*g);
  groups_.destroy(g);
  return nullptr;
}

duplicate* fifo_index::find(const queue_state& q, const fifo_key& key) const noexcept {
  return by_key_.find(hash_of(key, q.uid, q.epoch), [&](const duplicate& d) {
    return d.key == key && d.queue == q.uid && d.epoch == q.epoch;
  });
}

void fifo_index::remember(const duplicate& values) {
  duplicate* d = by_key_.find(duplicate_hash::of(values), [&](const duplicate& known) {
    return known.key == values.key && known.queue == values.queue && known.epoch == values.epoch;
  });
  if (d == nullptr) {
    if (spare_duplicate_ == nullptr) {
      spare_duplicate_ = duplicates_.create(sync::allocation_class::priority);
    }
    MR_ASSERT(spare_duplicate_ != nullptr);
    d = std::exchange(spare_duplicate_, nullptr);
  } else {
    if (at_ == d) at_ = window_.after(*d);
    base::list<duplicate, window_tag>::erase(*d);
    by_key_.erase(*d);
  }
  *d = values;
  by_key_.insert(*d);
  window_.push_back(*d);
}

bool fifo_index::advance(base::time_ms now_ms, std::size_t budget) noexcept {
  while (duplicate* d = window_.front()) {
    if (d->until_ms > now_ms) return true;
    if (budget == 0) return false;
    --budget;
    if (at_ == d) at_ = window_.after(*d);
    base::list<duplicate, window_tag>::erase(*d);
    by_key_.erase(*d);
    duplicates_.destroy(d);
  }
  return true;
}

void fifo_index::sort_window() {
  std::vector<duplicate*> all;
  while (duplicate* d = window_.pop_front()) all.push_back(d);
  std::stable_sort(all.begin(), all.end(), [](const duplicate* a, const duplicate* b) {
    return a->until_ms < b->until_ms;
  });
  for (duplicate* d : all) window_.push_back(*d);
}

std::vector<group*> fifo_index::sorted_groups() {
  std::vector<group*> all;
  by_name_.for_each([&](group& g) { all.push_back(&g); });
  std::vector<fifo_message*> inside;
  for (group* g : all) {
    inside.clear();
    while (fifo_message* m = g->messages.pop_front()) inside.push_back(m);
    std::sort(inside.begin(), inside.end(),
              [](const fifo_message* a, const fifo_message* b) { return a->order < b->order; });
    for (fifo_message* m : inside) g->messages.push_back(*m);
  }
  std::sort(all.begin(), all.end(), [](const group* a, const group* b) {
    return a->messages.front()->order < b->messages.front()->order;
  });
  return all;
}

}  // namespace millrace::queue
