#include "plan.hpp"

#include "journal/format.hpp"
#include "queue/state.hpp"

namespace millrace::sim {
namespace {

using journal::format::block;

/// A name with that beginning and end, in that slot or in any other.
std::string name_like(const std::string& begin, std::uint8_t slot, bool same, base::random& random,
                      std::string_view end = {}) {
  const std::uint64_t first = random.below(1'000'000);
  for (std::uint64_t i = first;; ++i) {
    std::string name = (begin + std::to_string(i)).append(end);
    if ((queue::slot_of(name) == slot) == same) return name;
  }
}

std::string any_name(const std::string& begin, base::random& random) {
  return begin + std::to_string(random.below(1'000'000));
}

std::vector<queue_plan> standard_queues(base::random& random) {
  const auto receives = [&] { return static_cast<std::uint32_t>(random.below(4)) + 1; };
  const std::string orders = any_name("orders-", random);
  const std::string payments = any_name("payments-", random);
  const std::string visitors = any_name("visitors-", random);
  const auto near = [&](const std::string& of, bool same) {
    return name_like("dead-" + of.substr(0, of.find('-') + 1), queue::slot_of(of), same, random);
  };
  return {
      {.name = orders, .target = 1, .receives_max = receives(), .tenants = 3},
      {.name = near(orders, true)},
      {.name = payments, .target = 3, .receives_max = receives()},
      {.name = near(payments, false)},
      {.name = any_name("events-", random),
       .level = durability::os,
       .target = 3,
       .receives_max = receives()},
      {.name = any_name("sessions-", random),
       .level = durability::memory,
       .target = random.below(2) == 0 ? 1 : 3,
       .receives_max = receives(),
       .tenants = 2},
      {.name = any_name("late-", random), .delay_s = 2},
      {.name = any_name("short-", random), .retention_s = 60},
      {.name = visitors,
       .target = 9,
       .receives_max = receives(),
       .comes_and_goes = true,
       .tenants = 4},
      {.name = near(visitors, false), .comes_and_goes = true},
      {.name = any_name("ticks-", random), .level = durability::os, .tenants = 6},
      {.name = any_name("scraps-", random), .level = durability::memory},
  };
}

/// `first`: the number of the first one.
std::vector<queue_plan> fifo_queues(base::random& random, int first) {
  const auto receives = [&] { return static_cast<std::uint32_t>(random.below(4)) + 1; };
  const auto any = [&](const char* begin) {
    return any_name(begin, random).append(queue::fifo_suffix);
  };
  const auto near = [&](const std::string& of, bool same) {
    return name_like("dead-" + of.substr(0, of.find('-') + 1), queue::slot_of(of), same, random,
                     queue::fifo_suffix);
  };
  const std::string trades = any("trades-");
  const std::string bookings = any("bookings-");
  const std::string guests = any("guests-");
  constexpr auto in_group = deduplication_scope::message_group;
  std::vector<queue_plan> made = {
      {.name = trades, .target = first + 1, .receives_max = receives()},
      {.name = near(trades, true)},
      {.name = bookings, .target = first + 3, .receives_max = receives(), .by_content = true},
      {.name = near(bookings, false)},
      {.name = any("steps-"), .scope = in_group},
      {.name = any("later-"), .delay_s = 2, .by_content = true, .scope = in_group},
      {.name = any("notes-"), .level = durability::os, .target = first + 3, .receives_max = 2},
      {.name = any("moods-"), .level = durability::memory, .target = first + 1, .receives_max = 3},
      {.name = guests, .target = first + 9, .receives_max = receives(), .comes_and_goes = true},
      {.name = near(guests, false), .comes_and_goes = true},
  };
  for (queue_plan& q : made) q.fifo = true;
  return made;
}

}  // namespace

std::vector<queue_plan> plan_queues(base::random& random) {
  const std::uint64_t kind = random.below(3);
  std::vector<queue_plan> all;
  if (kind != 2) all = standard_queues(random);
  if (kind == 0) return all;
  for (queue_plan& q : fifo_queues(random, static_cast<int>(all.size()))) {
    all.push_back(std::move(q));
  }
  return all;
}

queue_attributes attributes_of(const std::vector<queue_plan>& all, std::size_t queue,
                               std::uint32_t version) {
  const queue_plan& q = all[queue];
  queue_attributes a;
  a.level = q.level;
  a.fifo_queue = q.fifo;
  a.content_based_deduplication = q.by_content;
  a.scope = q.scope;
  a.delay_seconds = q.delay_s;
  a.message_retention_period = q.retention_s;
  a.visibility_timeout = default_visibility_least_s + static_cast<std::int32_t>(version % 10);
  if (q.target >= 0) {
    a.redrive = {all[static_cast<std::size_t>(q.target)].name, q.receives_max};
  }
  a.stored = {{"Policy", std::string(version * 37 % 500 + 1, 'p')},
              {"tag:version", std::to_string(version)}};
  return a;
}

history_plan::history_plan(base::random& random) : queues(plan_queues(random)) {
  const auto one_in = [&](std::uint64_t n) { return random.below(n) == 0; };
  lives = random.below(12) + 1;
  steps_most = one_in(8) ? 60 : 400 << random.below(5);
  clients = random.below(4) + 1;
  outstanding_most = static_cast<std::uint32_t>(4U << random.below(4));
  in_flight_max = one_in(6) ? 5 : 120'000;
  const bool large = one_in(12);
  body_bytes = large ? 4096 : one_in(3) ? 1500 : 200;
  body_bytes_rare = large ? 150 * 1024 : 2000;
  append_bytes_max = large ? 480 * 1024 : 48 * 1024;
  segment_bytes_min = append_bytes_max + 4 * block;
  segment_bytes = segment_bytes_min + random.below(12) * block;
  log_bytes_slack = segment_bytes * (random.below(4) + 2);
  errors = one_in(3);
  fills_up = one_in(6);
  slow = one_in(5);
  damaged = one_in(4);
  clock_jumps = one_in(3);
  clients_act = static_cast<std::uint32_t>(random.below(7)) + 3;
  journal_works = static_cast<std::uint32_t>(random.below(6)) + 1;
  gathers = one_in(2);
}

}  // namespace millrace::sim
