// What happens in a life, step by step: clients act, lanes and the journal get their turn, time
// passes, the disk fills up.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "history.hpp"

namespace millrace::sim {
namespace {

constexpr std::uint32_t lanes_work = 5;
constexpr std::uint32_t clients_look = 4;
/// What a full disk has to have room for, so that nothing that gives space back is refused.
constexpr std::uint64_t least_segments = 8;
constexpr std::uint64_t endless = std::uint64_t{1} << 40;

}  // namespace

void history::step() {
  ++step_;
  const history_plan& plan = scene_.plan;
  const std::uint64_t all = plan.clients_act + plan.journal_works + lanes_work + clients_look + 1;
  std::uint64_t chosen = scene_.random.below(all);
  if (chosen < plan.clients_act) return act();
  chosen -= plan.clients_act;
  if (chosen < plan.journal_works) {
    const std::uint64_t who = scene_.random.below(4);
    journal_turn(who != 0, who != 1);
    return;
  }
  chosen -= plan.journal_works;
  if (chosen < lanes_work) return lane_turn();
  chosen -= lanes_work;
  if (chosen < clients_look) {
    any_client().poll(scene_.random.below(16) + 1);
    return;
  }
  if (scene_.one_in(3)) pass_time();
  if (plan.fills_up && !full_ && scene_.one_in(24)) fill_disk();
  if (full_ && step_ >= full_until_step_) give_space();
}

/// A call of the device that has failed is known everywhere after one more turn of both threads.
bool history::journal_turn(bool writes, bool keeps) {
  const bool failing = writes && keeps && grave_failures() != failed_later_;
  journal::local_journal& log = core_->data()->log();
  const bool did = writes && keeps ? log.work() : writes ? log.write() : log.keep();
  scene_.counts.group_waits += log.waits() ? 1 : 0;
  const std::uint32_t carry = core_->data()->of_lane(0).carry_wanted();
  scene_.counts.carried += std::exchange(carry_wanted_, carry) < carry ? 1 : 0;
  if (failing && scene_.device_died == 0) scene_.device_died = ++scene_.moment;
  return did;
}

/// The journal's threads are inside a storage call, the others go on.
void history::during_a_call() {
  if (!living_ || interrupted() || !scene_.one_in(3)) return;
  lane_turn();
  any_client().poll(16);
}

void history::lane_turn() {
  const auto lane = static_cast<std::uint32_t>(scene_.random.below(core_->lanes()));
  core_->lane_at(lane).poll(scene_.one_in(4) ? scene_.random.below(4) + 1 : 256);
}

void history::act() {
  sim_client& c = any_client();
  if (!c.may_call()) return;
  if (scene_.one_in(24)) return act_on_moves(c);
  const std::size_t queue = any_queue();
  const std::uint64_t what = scene_.random.below(64);
  if (what < 20) return c.send(queue);
  const queue_plan& q = scene_.plan.queues[queue];
  if (what < 30 && q.fifo && !q.comes_and_goes) return c.receive_attempt(queue, any_receive());
  if (what < 42) return c.receive(queue, any_receive());
  if (what < 57) return c.remove(queue);
  if (what < 60) return c.change_visibility(queue);
  if (what < 61) return c.cancel(false);
  if (what < 62) return c.describe(queue);
  act_on_queue(c, queue);
}

std::size_t history::any_queue() { return scene_.random.below(scene_.plan.queues.size()); }

receive_options history::any_receive() {
  constexpr std::int32_t timeouts[] = {0, 1, 5, 5, 12, 30, -1};
  constexpr std::int32_t waits[] = {0, 0, 0, 1, 20};
  receive_options how;
  how.max_messages = scene_.one_in(3) ? 1 : static_cast<std::int32_t>(scene_.random.below(10)) + 1;
  how.visibility_timeout = timeouts[scene_.random.below(std::size(timeouts))];
  how.wait_time_seconds = waits[scene_.random.below(std::size(waits))];
  return how;
}

/// The rare things. A queue has one change under way at a time.
void history::act_on_queue(sim_client& c, std::size_t queue) {
  const queue_plan& q = scene_.plan.queues[queue];
  queue_book& book = scene_.queues;
  if (scene_.one_in(6) && !full_) return reopen_client();
  if (!book.present(queue)) {
    if (!book.busy(queue)) c.create_queue(queue);
    return;
  }
  const bool may_be_emptied = q.comes_and_goes || q.level != durability::disk || q.delay_s != 0;
  if (may_be_emptied && scene_.one_in(4)) return c.purge(queue);
  if (book.busy(queue)) return;
  if (!q.comes_and_goes) return c.set_attributes(queue);
  if (scene_.one_in(3)) c.delete_queue(queue);
}

/// Those that stay.
std::vector<std::size_t> history::dead_letter_queues() const {
  const std::vector<queue_plan>& all = scene_.plan.queues;
  std::vector<std::size_t> out;
  for (const queue_plan& q : all) {
    const auto target = static_cast<std::size_t>(std::max(q.target, 0));
    const bool listed = std::find(out.begin(), out.end(), target) != out.end();
    if (q.counts() && !all[target].comes_and_goes && !listed) out.push_back(target);
  }
  return out;
}

void history::act_on_moves(sim_client& c) {
  constexpr std::uint32_t rates[] = {0, 0, 0, 1, 5, 50, 500};
  const std::vector<std::size_t> from = dead_letter_queues();
  move_wanted wanted{.from = from[scene_.random.below(from.size())],
                     .rate = rates[scene_.random.below(std::size(rates))]};
  if (!scene_.queues.present(wanted.from)) return;
  const std::uint64_t what = scene_.random.below(scene_.moves.may_run(wanted.from) ? 5 : 16);
  if (what < 3) return c.list_moves(wanted.from);
  if (what < 4) return c.cancel_move(wanted.from);
  // A message that was sent there ends a move without a target.
  for (int i = 0; i < 8 && wanted.target < 0; ++i) {
    const std::size_t target = any_queue();
    if (may_be_moved_to(wanted.from, target)) wanted.target = static_cast<int>(target);
  }
  c.start_move(wanted);
}

bool history::may_be_moved_to(std::size_t from, std::size_t target) const {
  const queue_plan& q = scene_.plan.queues[target];
  return target != from && q.fifo == scene_.plan.queues[from].fifo && !q.comes_and_goes &&
         q.level == durability::disk && q.delay_s == 0 && q.retention_s > 86'400 &&
         scene_.queues.present(target);
}

/// A client goes away whatever it has under way, and another one comes.
void history::reopen_client() {
  auto& c = clients_[scene_.random.below(clients_.size())];
  living_ = false;
  c.reset();
  c = std::make_unique<sim_client>(scene_);
  living_ = true;
}

/// To where a deduplication id just counts or just no longer does, which somebody tries.
void history::pass_to_window_end() {
  const std::vector<std::uint32_t>& sends = scene_.fifo.recent(any_queue());
  if (sends.empty()) return;
  const std::uint32_t number = sends[scene_.random.below(sends.size())];
  const auto end = scene_.fifo.window_end(number);
  if (!end) return;
  const base::time_ns now = core_->clock().now();
  const base::time_ns target = (*end - (scene_.one_in(2) ? 1 : 0)) * base::ns_per_ms;
  if (target > now) scene_.advance_ns(target - now);
  sim_client& c = any_client();
  if (c.may_call()) c.send_again(number);
}

void history::pass_time() {
  constexpr std::int64_t jumps_ms[] = {1, 20, 500, 1000, 2000, 5000, 20'000};
  if (scene_.one_in(8)) return pass_to_window_end();
  if (scene_.one_in(3)) return pass_to_boundary();
  if (scene_.one_in(16))
    return scene_.advance_ns(static_cast<std::int64_t>(scene_.random.below(900'000)));
  scene_.advance_ms(jumps_ms[scene_.random.below(std::size(jumps_ms))]);
}

/// To where something is just about to change, or has just done so.
void history::pass_to_boundary() {
  const std::uint32_t last = scene_.book.last_number();
  if (last == 0) return;
  const auto recent = static_cast<std::uint32_t>(scene_.random.below(std::min(last, 64U)));
  const base::time_ns now = core_->clock().now();
  const auto at = scene_.book.boundary(last - recent, base::to_ms(now));
  if (!at) return;
  const base::time_ns target = (*at - (scene_.one_in(3) ? 1 : 0)) * base::ns_per_ms;
  if (target > now) scene_.advance_ns(target - now);
}

void history::fill_disk() {
  while (!interrupted() && core_->data()->log().keep()) {  // what is kept ready is there
  }
  if (scene_.tracing) std::fprintf(stderr, "the disk is full\n");
  const std::uint64_t segment = scene_.plan.segment_bytes;
  tiny_ = scene_.one_in(8);
  disk_.set_capacity(std::max(disk_.used(), tiny_ ? 0 : least_segments * segment) +
                     scene_.random.below(2) * segment);
  full_ = true;
  scene_.space_is_tiny = scene_.space_is_tiny || tiny_;
  scene_.space_is_short = true;
  full_until_step_ = step_ + 100 + scene_.random.below(1000);
}

/// And a second later nothing is refused any more.
void history::give_space() {
  if (scene_.tracing) std::fprintf(stderr, "the disk has space\n");
  disk_.set_capacity(endless);
  full_ = false;
  ++scene_.counts.full_disks;
  for (int i = 0; i < 20 && !interrupted(); ++i) {
    pump();
    scene_.advance_ms(50);
  }
  if (settle()) scene_.space_is_short = scene_.space_is_tiny = false;
}

}  // namespace millrace::sim
