#include "fifo_model.hpp"

#include <algorithm>

namespace millrace::test {

queue::sent_as fifo_model::send(const std::string& name, const fifo_model_send& s,
                                const queue::sent_as& as) {
  const queue_attributes& a = queues.at(name);
  const bool in_group = a.scope == deduplication_scope::message_group;
  window_entry& known = window_[{name, in_group ? s.group + '/' + s.id : s.id}];
  if (known.until_ms > now_ms) return known.as;
  known = {as, now_ms + 300'000};
  fifo_model_message m;
  m.id = as.id;
  m.queue = name;
  m.group = s.group;
  m.body = s.body;
  m.sent_at_ms = now_ms;
  m.key = next_++;
  messages_.push_back(m);
  const base::time_ms delay = base::time_ms{a.delay_seconds} * 1000;
  put(messages_.back(), delay > 0 ? place::delayed : place::ready, now_ms + delay);
  return as;
}

void fifo_model::set_delay(const std::string& name, std::int32_t delay_s) {
  std::int32_t& has = queues.at(name).delay_seconds;
  const base::time_ms longer = (base::time_ms{delay_s} - has) * 1000;
  has = delay_s;
  if (longer == 0) return;
  for (fifo_model_message& m : messages_) {
    if (m.queue != name || m.where != place::delayed) continue;
    const base::time_ms until_ms = m.until_ms + longer;
    put(m, until_ms > now_ms ? place::delayed : place::ready, until_ms);
  }
}

void fifo_model::put(fifo_model_message& m, place where, base::time_ms until_ms) {
  m.where = where;
  m.until_ms = until_ms;
  m.order = next_++;
  update({m.queue, m.group});
}

void fifo_model::erase(std::uint64_t key) {
  const auto at = std::find_if(messages_.begin(), messages_.end(),
                               [&](const fifo_model_message& m) { return m.key == key; });
  const group_name name{at->queue, at->group};
  messages_.erase(at);
  update(name);
}

/// A group is ready while its first message is.
void fifo_model::update(const group_name& name) {
  const auto first = std::find_if(
      messages_.begin(), messages_.end(),
      [&](const fifo_model_message& m) { return m.queue == name.first && m.group == name.second; });
  if (first == messages_.end() || first->where != place::ready) {
    ready_since_.erase(name);
  } else if (!ready_since_.contains(name)) {
    ready_since_[name] = next_++;
  }
}

fifo_model_message* fifo_model::find(std::uint64_t key, const std::string& name) {
  for (fifo_model_message& m : messages_) {
    if (m.key == key && m.queue == name) return &m;
  }
  return nullptr;
}

bool fifo_model::outlived(const fifo_model_message& m) const {
  return m.sent_at_ms + base::time_ms{queues.at(m.queue).message_retention_period} * 1000 <= now_ms;
}

std::vector<fifo_model_message> fifo_model::receive(const std::string& name, std::int32_t max,
                                                    std::int32_t visibility_s) {
  enum class fate { expires, moves, leaves, taken };
  std::vector<std::pair<std::uint64_t, std::string>> groups;
  for (const auto& [of, since] : ready_since_) {
    if (of.first == name) groups.emplace_back(since, of.second);
  }
  std::sort(groups.begin(), groups.end());
  const redrive_policy policy = queues.at(name).redrive;
  const bool far = queue::slot_of(policy.target_queue) != queue::slot_of(name);
  // First what happens to whom, then the doing.
  std::vector<std::pair<std::uint64_t, fate>> fates;
  std::int32_t taken = 0;
  for (const auto& [since, group] : groups) {
    bool held = false;
    for (const fifo_model_message& m : messages_) {
      if (m.queue != name || m.group != group) continue;
      if (m.where != place::ready || taken == max) break;
      if (outlived(m)) {
        fates.emplace_back(m.key, fate::expires);
      } else if (!policy.target_queue.empty() && m.receives_here >= policy.max_receive_count) {
        fates.emplace_back(m.key, far ? fate::leaves : fate::moves);
        held |= far;
      } else if (held) {
        break;  // until what is on its way has arrived
      } else {
        fates.emplace_back(m.key, fate::taken);
        ++taken;
      }
    }
  }
  std::vector<fifo_model_message> out;
  for (const auto& [key, what] : fates) {
    fifo_model_message& m = *find(key, name);
    if (what == fate::expires) {
      erase(key);
    } else if (what == fate::leaves) {
      m.source = policy.target_queue;
      put(m, place::under_way, 0);
    } else if (what == fate::moves) {
      fifo_model_message letter = m;
      erase(key);
      letter.source = name;
      letter.queue = policy.target_queue;
      letter.sent_at_ms = now_ms;
      letter.receives_here = 0;
      messages_.push_back(letter);
      put(messages_.back(), place::ready, 0);
    } else {
      ++m.receive_count;
      ++m.receives_here;
      out.push_back(m);
      ready_since_.erase({m.queue, m.group});
      put(m, visibility_s == 0 ? place::ready : place::in_flight,
          now_ms + base::time_ms{visibility_s} * 1000);
    }
  }
  return out;
}

errc fifo_model::remove(std::uint64_t key, const std::string& name, std::uint32_t receive_count) {
  const fifo_model_message* m = find(key, name);
  if (m == nullptr) return errc::ok;
  if (m->where != place::in_flight || m->receive_count != receive_count) {
    return errc::receipt_handle_expired;
  }
  erase(key);
  return errc::ok;
}

errc fifo_model::change(std::uint64_t key, const std::string& name, std::uint32_t receive_count,
                        std::int32_t visibility_s) {
  fifo_model_message* m = find(key, name);
  if (m == nullptr) return errc::message_does_not_exist;
  if (m->where != place::in_flight || m->receive_count != receive_count) {
    return errc::message_not_in_flight;
  }
  put(*m, visibility_s == 0 ? place::ready : place::in_flight,
      now_ms + base::time_ms{visibility_s} * 1000);
  return errc::ok;
}

void fifo_model::purge(const std::string& name) {
  std::erase_if(messages_, [&](const fifo_model_message& m) { return m.queue == name; });
  std::erase_if(ready_since_, [&](const auto& g) { return g.first.first == name; });
  std::erase_if(window_, [&](const auto& w) { return w.first.first == name; });
}

std::uint64_t fifo_model::count(const std::string& name, place where) const {
  return static_cast<std::uint64_t>(std::count_if(
      messages_.begin(), messages_.end(),
      [&](const fifo_model_message& m) { return m.queue == name && m.where == where; }));
}

void fifo_model::work(base::time_ms at_ms) {
  now_ms = at_ms;
  end_timers();
  for (std::size_t i = 0; i < messages_.size();) {
    if (messages_[i].where != place::under_way && outlived(messages_[i])) {
      erase(messages_[i].key);
    } else {
      ++i;
    }
  }
  settle_transfers();
}

void fifo_model::end_timers() {
  while (true) {
    fifo_model_message* first = nullptr;
    for (fifo_model_message& m : messages_) {
      const bool timed = m.where == place::delayed || m.where == place::in_flight;
      if (!timed || m.until_ms > now_ms) continue;
      const bool sooner = first == nullptr || m.until_ms < first->until_ms ||
                          (m.until_ms == first->until_ms && m.order < first->order);
      if (sooner) first = &m;
    }
    if (first == nullptr) return;
    put(*first, place::ready, 0);
  }
}

/// What is under way arrives; then it is gone where it came from.
void fifo_model::settle_transfers() {
  std::vector<fifo_model_message> moving;
  for (const fifo_model_message& m : messages_) {
    if (m.where == place::under_way) moving.push_back(m);
  }
  std::sort(moving.begin(), moving.end(),
            [](const auto& a, const auto& b) { return a.order < b.order; });
  for (fifo_model_message letter : moving) {
    letter.key = next_++;
    letter.queue = std::exchange(letter.source, letter.queue);
    letter.sent_at_ms = now_ms;
    letter.receives_here = 0;
    messages_.push_back(letter);
    put(messages_.back(), place::ready, 0);
  }
  for (const fifo_model_message& m : moving) erase(m.key);
}

}  // namespace millrace::test
