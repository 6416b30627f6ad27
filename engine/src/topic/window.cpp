#include "topic/window.hpp"

#include <algorithm>
#include <vector>

namespace millrace::topic {

window::~window() {
  while (duplicate* d = all_.pop_front()) slab_.destroy(d);
  if (spare_ != nullptr) slab_.destroy(spare_);
}

bool window::reserve(sync::allocation_class use) noexcept {
  if (spare_ == nullptr) spare_ = slab_.create(use);
  return spare_ != nullptr;
}

duplicate* window::find(std::uint64_t topic, const base::fifo_key& key) const noexcept {
  return table_.find(key.low ^ topic,
                     [&](const duplicate& d) { return d.topic == topic && d.key == key; });
}

void window::remember(const duplicate& d) noexcept {
  if (duplicate* known = find(d.topic, d.key)) forget(*known);
  duplicate* made = std::exchange(spare_, nullptr);
  MR_ASSERT(made != nullptr);
  made->key = d.key;
  made->topic = d.topic;
  made->id = d.id;
  made->sequence = d.sequence;
  made->until_ms = d.until_ms;
  made->log_epoch = d.log_epoch;
  made->level = d.level;
  table_.insert(*made);
  all_.push_back(*made);
}

void window::forget(duplicate& d) noexcept {
  if (at_ == &d) at_ = all_.after(d);
  table_.erase(d);
  base::list<duplicate, window_tag>::erase(d);
  slab_.destroy(&d);
}

bool window::advance(base::time_ms now_ms, std::size_t budget) noexcept {
  while (duplicate* d = all_.front()) {
    if (d->until_ms > now_ms) return true;
    if (budget-- == 0) return false;
    forget(*d);
  }
  return true;
}

void window::sort() {
  std::vector<duplicate*> all;
  while (duplicate* d = all_.pop_front()) all.push_back(d);
  std::stable_sort(all.begin(), all.end(), [](const duplicate* a, const duplicate* b) {
    return a->until_ms < b->until_ms;
  });
  for (duplicate* d : all) all_.push_back(*d);
}

}  // namespace millrace::topic
