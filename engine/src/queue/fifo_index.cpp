#include "queue/fifo_index.hpp"

#include <algorithm>
#include <vector>

namespace millrace::queue {

bool fifo_index::reserve(sync::allocation_class use) noexcept {
  if (spare_message_ == nullptr) spare_message_ = messages_.create(use);
  if (spare_group_ == nullptr) spare_group_ = groups_.create(use);
  if (spare_duplicate_ == nullptr) spare_duplicate_ = duplicates_.create(use);
  return spare_message_ != nullptr && spare_group_ != nullptr && spare_duplicate_ != nullptr;
}

fifo_message& fifo_index::make_message() noexcept {
  MR_ASSERT(spare_message_ != nullptr);
  return *std::exchange(spare_message_, nullptr);
}

group* fifo_index::find_group(const queue_state& q, const fifo_key& name) const noexcept {
  return by_name_[part_of(name)].find(name.low ^ q.uid, [&](const group& g) {
    return g.name == name && g.queue == q.uid && g.epoch == q.epoch;
  });
}

std::size_t fifo_index::table_bytes() const noexcept {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parts; ++i) bytes += by_name_[i].bytes() + by_key_[i].bytes();
  return bytes;
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
    by_name_[part_of(name)].insert(*g);
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
  by_name_[part_of(g->name)].erase(*g);
  by_name_[part_of(g->name)].shrink();
  groups_.destroy(g);
  return nullptr;
}

duplicate* fifo_index::find(const queue_state& q, const fifo_key& key) const noexcept {
  return by_key_[part_of(key)].find(key.low ^ q.uid, [&](const duplicate& d) {
    return d.key == key && d.queue == q.uid && d.epoch == q.epoch;
  });
}

void fifo_index::remember(const duplicate& values) {
  auto& table = by_key_[part_of(values.key)];
  duplicate* d = table.find(values.key.low ^ values.queue, [&](const duplicate& known) {
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
    table.erase(*d);
  }
  *d = values;
  table.insert(*d);
  window_.push_back(*d);
}

bool fifo_index::advance(base::time_ms now_ms, std::size_t budget) noexcept {
  while (duplicate* d = window_.front()) {
    if (d->until_ms > now_ms) return true;
    if (budget == 0) return false;
    --budget;
    if (at_ == d) at_ = window_.after(*d);
    base::list<duplicate, window_tag>::erase(*d);
    by_key_[part_of(d->key)].erase(*d);
    by_key_[part_of(d->key)].shrink();
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
  for (auto& part : by_name_) {
    part.for_each([&](group& g) { all.push_back(&g); });
  }
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
