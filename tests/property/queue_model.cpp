#include "queue_model.hpp"

#include <algorithm>

namespace millrace::test {

namespace {
base::time_ms seconds(std::int32_t s) { return base::time_ms{s} * 1000; }
}  // namespace

void queue_model::create(const std::string& name, const queue_attributes& attributes) {
  queues[name] = {next_++, attributes, 0};
}

void queue_model::delete_queue(const std::string& name) {
  for (const model_waiter& w : waiters_) {
    if (w.queue == name) answers.push_back({w.number, errc::queue_does_not_exist, {}});
  }
  std::erase_if(waiters_, [&](const model_waiter& w) { return w.queue == name; });
  purge(name);
  queues.erase(name);
}

void queue_model::purge(const std::string& name) {
  std::erase_if(messages_, [&](const model_message& m) { return m.queue == name; });
}

void queue_model::send(const std::string& name, const message_id& id, const std::string& body,
                       std::int32_t delay_s) {
  model_message m;
  m.id = id;
  m.queue = name;
  m.body = body;
  m.sent_at_ms = now_ms;
  m.key = next_++;
  messages_.push_back(m);
  const std::int32_t delay = delay_s >= 0 ? delay_s : queues[name].attributes.delay_seconds;
  if (delay > 0) return hide(messages_.back(), place::delayed, now_ms + seconds(delay));
  show(messages_.back());
}

void queue_model::show(model_message& m) {
  m.where = place::ready;
  m.order = next_++;
}

void queue_model::hide(model_message& m, place where, base::time_ms until_ms) {
  m.where = where;
  m.until_ms = until_ms;
  m.order = next_++;
}

void queue_model::erase(const model_message& m) {
  std::erase_if(messages_, [key = m.key](const model_message& x) { return x.key == key; });
}

bool queue_model::outlived(const model_message& m) const {
  return m.sent_at_ms + seconds(queues.at(m.queue).attributes.message_retention_period) <= now_ms;
}

/// The ready message of the queue that comes first after that order, or null.
model_message* queue_model::next_ready(const std::string& name, std::uint64_t after) {
  model_message* best = nullptr;
  for (model_message& m : messages_) {
    if (m.queue != name || m.where != place::ready || m.order <= after) continue;
    if (best == nullptr || m.order < best->order) best = &m;
  }
  return best;
}

void queue_model::move(model_message& m, const std::string& target, bool new_key) {
  m.source = m.queue;
  m.queue = target;
  m.receives_here = 0;
  if (new_key) m.key = next_++;
  show(m);
}

errc queue_model::receive(const std::string& name, std::int32_t max, std::int32_t visibility_s,
                          std::vector<model_message>& out) {
  const model_queue& q = queues.at(name);
  const redrive_policy& policy = q.attributes.redrive;
  const std::uint64_t flying = count(name, place::in_flight);
  // First what happens to whom, then the doing: what is shown again must not be met twice.
  std::vector<std::uint64_t> dead, moved, taken;
  errc status = errc::ok;
  for (model_message* m = next_ready(name, 0); m != nullptr; m = next_ready(name, m->order)) {
    if (static_cast<std::int32_t>(taken.size()) == max) break;
    const bool redriven = !policy.target_queue.empty() &&
                          m->receives_here >= policy.max_receive_count &&
                          now_ms >= q.redrive_again_ms;
    const bool far = queue::slot_of(policy.target_queue) != queue::slot_of(name);
    if (outlived(*m)) {
      dead.push_back(m->key);
    } else if (redriven && (far || queues.contains(policy.target_queue))) {
      moved.push_back(m->key);
    } else if (flying + taken.size() >= in_flight_max_) {
      if (taken.empty()) status = errc::over_limit;
      break;
    } else {
      taken.push_back(m->key);
    }
  }
  std::erase_if(messages_, [&](const model_message& m) {
    return std::find(dead.begin(), dead.end(), m.key) != dead.end();
  });
  const auto by_key = [&](std::uint64_t key) -> model_message& {
    return *std::find_if(messages_.begin(), messages_.end(),
                         [&](const model_message& m) { return m.key == key; });
  };
  for (const std::uint64_t key : moved) {
    if (queue::slot_of(policy.target_queue) == queue::slot_of(name)) {
      move(by_key(key), policy.target_queue, false);
    } else {
      by_key(key).where = place::under_way;
      by_key(key).order = next_++;
      by_key(key).source = policy.target_queue;  // where it goes, until it is there
    }
  }
  for (const std::uint64_t key : taken) {
    model_message& m = by_key(key);
    ++m.receive_count;
    ++m.receives_here;
    m.received_at_ms = now_ms;
    if (m.first_received_at_ms == 0) m.first_received_at_ms = now_ms;
    out.push_back(m);
    if (visibility_s == 0) {
      show(m);
    } else {
      hide(m, place::in_flight, now_ms + seconds(visibility_s));
    }
  }
  return status;
}

model_message* queue_model::find(const model_receipt& r) {
  for (model_message& m : messages_) {
    if (m.key == r.key && m.queue == r.queue) return &m;
  }
  return nullptr;
}

errc queue_model::remove(const std::string& name, const model_receipt& r) {
  if (r.queue != name || r.generation != queues.at(name).generation) {
    return errc::receipt_handle_is_invalid;
  }
  if (const model_message* m = find(r)) erase(*m);
  return errc::ok;
}

errc queue_model::change(const std::string& name, const model_receipt& r,
                         std::int32_t visibility_s) {
  if (r.queue != name || r.generation != queues.at(name).generation) {
    return errc::receipt_handle_is_invalid;
  }
  model_message* m = find(r);
  if (m == nullptr || m->where == place::under_way) return errc::message_does_not_exist;
  constexpr base::time_ms twelve_hours = 43'200'000;
  if (now_ms + seconds(visibility_s) >= m->received_at_ms + twelve_hours + 1000) {
    return errc::invalid_visibility_timeout;
  }
  if (m->where == place::ready && visibility_s == 0) return errc::ok;
  if (visibility_s == 0) {
    show(*m);
  } else {
    hide(*m, place::in_flight, now_ms + seconds(visibility_s));
  }
  return errc::ok;
}

void queue_model::park(const model_waiter& w) {
  waiters_.push_back(w);
  waiters_.back().order = next_++;
}

void queue_model::unpark(std::size_t number) {
  std::erase_if(waiters_, [&](const model_waiter& w) { return w.number == number; });
}

std::uint64_t queue_model::count(const std::string& name, place where) const {
  return static_cast<std::uint64_t>(
      std::count_if(messages_.begin(), messages_.end(),
                    [&](const model_message& m) { return m.queue == name && m.where == where; }));
}

void queue_model::work(base::time_ms at_ms) {
  now_ms = at_ms;
  do {
    end_timers();
    expire();
    serve();
    end_waits();
  } while (settle_transfers());
}

void queue_model::end_timers() {
  while (true) {
    model_message* first = nullptr;
    for (model_message& m : messages_) {
      const bool timed = m.where == place::delayed || m.where == place::in_flight;
      if (!timed || m.until_ms > now_ms) continue;
      if (first == nullptr || m.until_ms < first->until_ms ||
          (m.until_ms == first->until_ms && m.order < first->order)) {
        first = &m;
      }
    }
    if (first == nullptr) return;
    show(*first);
  }
}

void queue_model::expire() {
  std::erase_if(messages_,
                [&](const model_message& m) { return m.where != place::under_way && outlived(m); });
}

/// The longest waiting receive of a queue gets what there is, then the next.
void queue_model::serve() {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < waiters_.size(); ++i) {
      const model_waiter w = waiters_[i];
      const std::uint64_t ready = count(w.queue, place::ready);
      if (ready == 0) continue;
      std::vector<model_message> got;
      receive(w.queue, w.max, w.visibility_s, got);
      // Without a message dead ones may have moved, perhaps to where somebody else waits.
      again = !got.empty() || count(w.queue, place::ready) != ready;
      if (!got.empty()) {
        answers.push_back({w.number, errc::ok, got});
        unpark(w.number);
      }
      if (again) break;
    }
  }
}

void queue_model::end_waits() {
  for (const model_waiter& w : waiters_) {
    if (w.deadline_ms <= now_ms) answers.push_back({w.number, errc::ok, {}});
  }
  std::erase_if(waiters_, [&](const model_waiter& w) { return w.deadline_ms <= now_ms; });
}

/// What is under way arrives, or comes back. False: nothing was.
bool queue_model::settle_transfers() {
  bool any = false;
  while (true) {
    model_message* first = nullptr;
    for (model_message& m : messages_) {
      if (m.where != place::under_way) continue;
      if (first == nullptr || m.order < first->order) first = &m;
    }
    if (first == nullptr) return any;
    any = true;
    const std::string target = std::exchange(first->source, {});
    if (queues.contains(target)) {
      move(*first, target, true);
    } else {
      queues.at(first->queue).redrive_again_ms = now_ms + 5000;
      show(*first);
    }
  }
}

}  // namespace millrace::test
