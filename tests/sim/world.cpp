// The course of a simulated history: who acts, when lanes and clients get their turn, how it ends.
#include "world.hpp"

namespace millrace::sim {
namespace {

std::unique_ptr<detail::engine_core> open(base::random& random, journal::journal& log) {
  options o;
  o.lanes = static_cast<std::uint32_t>(random.below(3)) + 1;
  o.clock = clock_mode::virtual_time;
  o.seed = random.next() | 1;
  o.client_window = 64;
  if (random.below(3) == 0) o.in_flight_max = 5;
  return detail::engine_core::open(o, &log).value();
}

}  // namespace

world::world(std::uint64_t seed)
    : random_(seed),
      journal_(random_.next(), random_.below(12) + 1, checker_),
      core_(open(random_, journal_)),
      clients_(random_.below(3) + 2),
      queues_{"orders", "payments", "late", "dead-orders", "dead-payments"},
      breaks_(random_.below(8) == 0) {
  checker_.start_ms = base::to_ms(core_->clock().now());
  for (sim_client& c : clients_) reopen(c);
  queue_attributes a;
  a.message_retention_period = 1209600;
  for (const std::string& name : queues_) {
    queue_attributes own = a;
    own.delay_seconds = name == "late" ? 2 : 0;
    if (name == "orders" || name == "payments") {
      const auto receives = static_cast<std::uint32_t>(random_.below(4)) + 1;
      own.redrive = {"dead-" + name, receives};
      checker_.expect_redrive(name, own.redrive.target_queue, receives);
    }
    submit(clients_[0], {operation_kind::create_queue, name, 0, {}}, [&](lane::operation& op) {
      op.more = std::make_unique<lane::control>();
      op.more->wanted = {name, own};
      op.more->given = given_all;
      return errc::ok;
    });
  }
  while (!clients_[0].calls.empty()) progress();
}

void world::complain(const std::string& what) {
  if (complaint_.empty()) complaint_ = what + " (step " + std::to_string(step_) + ")";
}

outcome world::run() {
  const std::uint64_t steps = 300 + random_.below(1200);
  for (std::uint64_t i = 0; i < steps; ++i) {
    act();
    progress();
  }
  if (breaks_) {
    break_journal();
  } else {
    drain();
  }
  for (sim_client& c : clients_) c.core.reset();
  const account found = breaks_ ? checker_.so_far : checker_.finish();
  if (!found.clean()) complain("a promise is broken");
  return {found, checker_.hash(), complaint_};
}

void world::act() {
  ++step_;
  sim_client& c = any_client();
  switch (random_.below(24)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5: return send(c, any_queue());
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11: return receive(c, any_queue());
    case 12:
    case 13:
    case 14: return use_receipts(c, true);
    case 15: return use_receipts(c, false);
    case 16: return cancel(c);
    case 17: return simple(c, operation_kind::get_queue, any_queue());
    case 18: {
      constexpr std::int64_t jumps[] = {1, 20, 500, 1000, 2000, 5000, 40'000};
      return advance(jumps[random_.below(std::size(jumps))]);
    }
    case 19:
      if (random_.below(8) == 0) reopen(c);
      return;
    case 20:
      if (random_.below(40) != 0) return;
      checker_.purge_under_way("late");
      return simple(c, operation_kind::purge_queue, "late");
    default: return;  // time for lanes
  }
}

/// Lanes and clients get a turn, or not.
void world::progress() {
  if (random_.below(3) != 0) {
    core_->lane_at(static_cast<std::uint32_t>(random_.below(core_->lanes())))
        .poll(random_.below(32) + 1);
  }
  if (random_.below(2) == 0) {
    sim_client& c = any_client();
    struct both {
      world* me;
      sim_client* client;
    } context{this, &c};
    c.core->poll(
        [](void* at, const completion& done) {
          static_cast<both*>(at)->me->completed(*static_cast<both*>(at)->client, done);
        },
        &context, random_.below(16) + 1);
  }
}

/// Everything is answered, everything becomes visible, everything is received and deleted.
void world::drain() {
  const auto idle = [&] {
    for (const sim_client& c : clients_) {
      if (!c.calls.empty()) return false;
    }
    return true;
  };
  const auto settle = [&] {
    for (int i = 0; i < 200'000 && !idle(); ++i) {
      progress();
      if (i % 64 == 63) advance(1000);
    }
    for (const sim_client& c : clients_) {
      for (const auto& [token, what] : c.calls) {
        complain("no answer to call " + std::to_string(token) + " of kind " +
                 std::to_string(static_cast<int>(what.kind)) + " to " + what.queue);
      }
    }
  };
  settle();
  for (int round = 0; round < 1000; ++round) {
    std::uint64_t left = 0;
    for (std::uint32_t i = 0; i < core_->lanes(); ++i) {
      left += core_->lane_at(i).queues().queues().message_count();
    }
    if (left == 0) return;
    ++step_;
    advance(40'000);
    for (const std::string& name : queues_) receive(clients_[0], name);
    settle();
    while (!clients_[0].receipts.empty()) use_receipts(clients_[0], true);
    settle();
  }
  complain("messages that no receive brings");
}

/// Fail-stop: every call is answered, none of them with what was not kept, and clients close.
void world::break_journal() {
  journal_.broken = true;
  for (sim_client& c : clients_) {
    for (int i = 0; i < 100'000 && !c.calls.empty(); ++i) progress();
    if (!c.calls.empty()) complain("calls without an answer after the journal failed");
  }
}

}  // namespace millrace::sim
