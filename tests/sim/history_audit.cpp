// To the end of everything under way, and what must be true then.
#include <algorithm>

#include "history.hpp"

namespace millrace::sim {
namespace {

constexpr int rounds_most = 20'000;
constexpr std::int32_t drain_visibility_s = 40;

}  // namespace

void history::lane_turns(std::size_t budget) {
  for (std::uint32_t i = 0; i < core_->lanes(); ++i) core_->lane_at(i).poll(budget);
}

/// A turn for everybody; how much was done.
std::size_t history::pump() {
  std::size_t done = 0;
  for (std::uint32_t i = 0; i < core_->lanes(); ++i) done += core_->lane_at(i).poll(256);
  done += journal_turn() ? 1 : 0;
  for (auto& c : clients_) done += c->poll(64);
  return done;
}

/// Until every call is answered and nobody has anything to do. False: a crash came.
bool history::settle() {
  int quiet = 0;
  for (int i = 0; i < rounds_most && !interrupted(); ++i) {
    if (i % 16 == 0) {
      for (auto& c : clients_) c->cancel(true);
    }
    const bool idle =
        std::all_of(clients_.begin(), clients_.end(), [](const auto& c) { return c->idle(); });
    quiet = pump() == 0 ? quiet + 1 : 0;
    if (quiet >= 3 && idle) return true;
    if (quiet >= 3) scene_.advance_ms(quiet > 100 ? 1000 : 50);
  }
  if (interrupted()) return false;
  for (auto& c : clients_) c->complain_of_silence();
  scene_.complain(breach::unanswered, "the engine does not come to rest");
  return false;
}

/// Nothing is under way: looks at one queue, at a time that may be just when something changes.
void history::audit() {
  if (!settle()) return;
  const instant now = scene_.next_instant();
  scene_.book.all_is_quiet(now);
  scene_.queues.all_is_quiet(now);
  if (scene_.device_failing() || scene_.space_is_short) return;
  if (scene_.one_in(2)) {
    pass_to_boundary();
    if (!settle()) return;
  }
  const std::size_t queue = any_queue();
  if (scene_.queues.present(queue) && !scene_.queues.busy(queue)) audit_queue(queue);
}

void history::audit_queue(std::size_t queue) {
  sim_client& c = *clients_[0];
  c.list_moves(queue);
  c.describe(queue);
  if (!settle() || scene_.device_failing()) return;
  const base::time_ms now_ms = base::to_ms(core_->clock().now());
  const ledger::between expected = scene_.book.expected(queue, now_ms);
  if (c.described < expected.least || c.described > expected.most) {
    scene_.complain(breach::missed, scene_.plan.queues[queue].name + " holds " +
                                        std::to_string(c.described) + " messages, expected " +
                                        std::to_string(expected.least) + " to " +
                                        std::to_string(expected.most));
  }
  if (scene_.plan.in_flight_max < 1000) return;
  scene_.book.expect_all_visible(queue, scene_.next_instant());
  // A group waits while one of its messages is on its way to the dead letters, and a receive takes
  // only so many there.
  const std::uint64_t empty_most = (scene_.plan.queues[queue].fifo ? 2 : 1) + c.described / 32;
  for (std::uint64_t empty = 0; empty < empty_most; empty = c.received == 0 ? empty + 1 : 0) {
    c.received = 0;
    c.receive(queue, {.max_messages = 10, .visibility_timeout = 5, .wait_time_seconds = 0});
    if (!settle() || scene_.device_failing()) return;
    scene_.book.audit_receive_ended(queue);
  }
  scene_.book.all_were_received(scene_.next_instant());
}

/// The last life: no more faults, everything is received and deleted, and the account is made up.
void history::drain() {
  calm_down();
  if (!open()) return;
  connect();
  scene_.draining = true;
  int empty = 0;  // rounds in a row: in one the last message may have become a dead letter
  for (int round = 0; round < 400 && empty < 2; ++round) {
    if (!settle()) return;
    empty = drain_once() == 0 ? empty + 1 : 0;
    scene_.advance_ms(std::int64_t{drain_visibility_s} * 1000 + 1);
    if (round == 399) {
      scene_.complain(breach::missed,
                      scene_.plan.queues[stuck_].name + " holds messages that no receive brings");
    }
  }
  check_names();
  for (const std::size_t queue : dead_letter_queues()) clients_[0]->list_moves(queue);
  if (!settle()) return;
  scene_.fifo.finish(scene_.next_instant());
  scene_.book.finish(scene_.next_instant());
  close(crash_kind::kill);
}

/// How many messages were received or are left.
std::uint64_t history::drain_once() {
  const std::uint64_t before = scene_.counts.deliveries;
  std::uint64_t left = 0;
  std::vector<std::size_t> order(scene_.plan.queues.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  // First what does not last.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t q) { return std::pair(scene_.plan.queues[q].retention_s, q); };
    return key(a) < key(b);
  });
  for (const std::size_t queue : order) {
    drain_queue(queue);
    if (!settle()) return 0;
    sim_client& c = *clients_[0];
    c.described = 0;
    c.describe(queue);
    if (!settle()) return 0;
    left += c.described;
    if (c.described != 0) stuck_ = queue;
  }
  if (scene_.tolerant) drain_unnamed();
  return left + scene_.counts.deliveries - before;
}

/// Two empty answers: where the queue of the dead letters is missing, the first one finds that out.
void history::drain_queue(std::size_t queue) {
  sim_client& c = *clients_[0];
  for (int empty = 0; empty < 2; empty = c.received == 0 ? empty + 1 : 0) {
    c.received = 0;
    for (int i = 0; i < 4 && c.may_call(); ++i) {
      c.receive(
          queue,
          {.max_messages = 10, .visibility_timeout = drain_visibility_s, .wait_time_seconds = 0});
    }
    if (!settle()) return;
    while (!scene_.receipts[queue].empty()) {
      for (int i = 0; i < 4 && c.may_call() && !scene_.receipts[queue].empty(); ++i)
        c.remove(queue);
      if (!settle()) return;
    }
  }
}

/// Queues whose definition was damaged have names of the engine's.
void history::drain_unnamed() {
  sim_client& c = *clients_[0];
  c.list();
  if (!settle()) return;
  const std::vector<std::string> names = c.names;
  for (const std::string& name : names) {
    const auto& known = scene_.plan.queues;
    if (std::any_of(known.begin(), known.end(), [&](const auto& q) { return q.name == name; })) {
      continue;
    }
    do {
      c.received = 0;
      c.receive_from(name);
      if (!settle()) return;
      c.remove_from(name);
      if (!settle()) return;
    } while (c.received != 0);
  }
}

/// The names that the engine lists are those of the queues that exist.
void history::check_names() {
  sim_client& c = *clients_[0];
  c.list();
  if (!settle() || scene_.tolerant) return;
  for (std::size_t q = 0; q < scene_.plan.queues.size(); ++q) {
    const std::string& name = scene_.plan.queues[q].name;
    const bool there = std::find(c.names.begin(), c.names.end(), name) != c.names.end();
    if (there ? scene_.queues.absent(q) : scene_.queues.present(q)) {
      scene_.complain(breach::definition, name + (there ? " is there" : " is not there"));
    }
  }
  if (c.names.size() > scene_.plan.queues.size()) {
    scene_.complain(breach::definition, "there are queues that nobody has made");
  }
}

}  // namespace millrace::sim
