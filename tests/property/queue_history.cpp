#include "queue_history.hpp"

namespace millrace::test {

/// Takes small numbers out of one: pick(n) is 0..n-1.
struct queue_history::numbers {
  std::uint64_t left;
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left % n;
    left /= n;
    return out;
  }
  template <class T, std::size_t N>
  T one_of(const T (&values)[N]) {
    return values[pick(N)];
  }
};

namespace {

bench_options options_of(std::uint64_t in_flight_max) {
  bench_options o;
  o.limits.in_flight_max = in_flight_max;
  o.record = true;
  return o;
}

}  // namespace

queue_history::queue_history(const std::vector<std::uint64_t>& steps)
    : in_flight_max_(steps.empty() || steps[0] % 4 != 0 ? 120'000 : 3),
      bench_(options_of(in_flight_max_)),
      model_(in_flight_max_) {
  for (const std::string& name : names_) create(name);
  for (const std::uint64_t number : steps) {
    step({number / 4});
    settle();
    carried_.step(bench_, number);
    if (!difference_.empty()) return;
  }
}

template <class A, class B>
void queue_history::expect(const char* what, const A& mine, const B& theirs) {
  if (mine == static_cast<A>(theirs) || !difference_.empty()) return;
  std::ostringstream out;
  out << what << ": " << +static_cast<std::uint64_t>(mine) << " instead of "
      << +static_cast<std::uint64_t>(theirs) << " after" << told_;
  difference_ = out.str();
}

void queue_history::create(const std::string& name) {
  queue_attributes a;
  if (name == "a") a.redrive = {names_[1], 2};
  if (name == "c") a.redrive = {far_, 1};
  bench_.create(name, a);
  model_.create(name, a);
}

void queue_history::step(numbers n) {
  const std::uint64_t what = n.pick(32);
  if (what >= 28) {
    static constexpr base::time_ms jumps[] = {1,      999,    1000,      5000,       30'000,
                                              60'000, 90'000, 3'600'000, 43'200'000, 345'600'000};
    const base::time_ms by = n.one_of(jumps);
    told_ += " +" + std::to_string(by) + "ms";
    jump(bench_.now_ms() + by);
    return;
  }
  // No two calls in one millisecond: what then becomes due at once may be served in either order.
  jump(bench_.now_ms() + 1);
  settle();
  if (!difference_.empty()) return;
  const std::string& name = n.one_of(names_);
  told_ += ' ';
  told_ += name;
  if (!bench_.exists(name)) {
    told_ += ":create";
    return create(name);
  }
  on_queue(n, what, name, bench_.at(name));
}

void queue_history::jump(base::time_ms to_ms) {
  pass_time(bench_, to_ms, [&] {
    settle();
    return difference_.empty();
  });
}

void queue_history::on_queue(numbers& n, std::uint64_t what, const std::string& name,
                             queue::queue_state& q) {
  if (what < 9) return send(n, name, q);
  if (what < 16) return receive(n, name, q, false);
  if (what < 18) return receive(n, name, q, true);
  if (what < 22) return use_receipt(n, name, q, true);
  if (what < 25) return use_receipt(n, name, q, false);
  if (what == 25) return set(n, name, q);
  if (what == 26 && n.pick(2) == 0) {
    told_ += ":purge";
    expect("purge", bench_.purge(q), errc::ok);
    return model_.purge(name);
  }
  if (what == 26 && !waiters_.empty()) {
    const std::size_t i = n.pick(waiters_.size());
    if (waiters_[i]->answered) return;
    told_ += ":cancel " + std::to_string(i);
    bench_.queues.unpark(waiters_[i]->wait);
    waiters_[i]->answered = true;
    compared_[i] = true;
    return model_.unpark(i);
  }
  // With few in flight and a target missing, when a dead message is looked at again is left open.
  if ((name == far_ || name == names_[1]) && in_flight_max_ < 100) return;
  told_ += ":delete-queue";
  expect("delete_queue", bench_.delete_queue(q), errc::ok);
  model_.delete_queue(name);
}

void queue_history::send(numbers& n, const std::string& name, queue::queue_state& q) {
  static constexpr std::int32_t delays[] = {-1, -1, -1, 0, 0, 1, 5, 900};
  const std::int32_t delay = n.one_of(delays);
  const std::uint64_t many = n.pick(8) == 0 ? n.pick(12) + 1 : 1;
  told_ += ":send " + std::to_string(many) + " delay " + std::to_string(delay);
  for (std::uint64_t i = 0; i < many; ++i) {
    const std::string body = "body " + std::to_string(++bodies_);
    model_.send(name, bench_.send(q, body, delay), body, delay);
  }
}

void queue_history::receive(numbers& n, const std::string& name, queue::queue_state& q,
                            bool waits) {
  static constexpr std::int32_t timeouts[] = {0, 1, 2, 30, 43200};
  static constexpr std::int32_t maxima[] = {1, 2, 3, 10};
  static constexpr base::time_ms wait_times[] = {1000, 5000, 20'000};
  const std::int32_t max = n.one_of(maxima);
  const std::int32_t timeout = n.one_of(timeouts);
  told_ += ":receive " + std::to_string(max) + " for " + std::to_string(timeout);
  errc mine_status{};
  std::vector<model_message> theirs;
  const std::vector<got> mine = bench_.receive(q, max, timeout, &mine_status);
  const errc status = model_.receive(name, max, timeout, theirs);
  expect("status of receive", mine_status, status);
  remember(name, mine, theirs);
  if (!waits || !mine.empty()) return;
  const base::time_ms wait = n.one_of(wait_times);
  told_ += " waits";
  waiters_.push_back(std::make_unique<parked>());
  compared_.push_back(false);
  bench_.park(q, *waiters_.back(), wait, max, timeout);
  model_.park({name, bench_.now_ms() + wait, 0, max, timeout, waiters_.size() - 1});
}

bool queue_history::same(const std::vector<got>& mine, const std::vector<model_message>& theirs) {
  if (mine.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const got& a = mine[i];
    const model_message& b = theirs[i];
    if (a.id != b.id || a.body != b.body || a.receive_count != b.receive_count ||
        a.sent_at_ms != b.sent_at_ms || a.first_received_at_ms != b.first_received_at_ms ||
        a.dead_letter_source != b.source) {
      return false;
    }
  }
  return true;
}

/// Compares what was handed out, and keeps the receipts for later.
void queue_history::remember(const std::string& name, const std::vector<got>& mine,
                             const std::vector<model_message>& theirs) {
  if (!same(mine, theirs) && difference_.empty()) {
    difference_ = "received:";
    for (const got& m : mine) difference_ += ' ' + m.body;
    difference_ += " instead of";
    for (const model_message& m : theirs) difference_ += ' ' + m.body;
    difference_ += " after" + told_;
    return;
  }
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (const auto& known : receipts_) {
      if (known.first == mine[i].receipt) difference_ = "a receipt was used twice";
    }
    receipts_.push_back(
        {mine[i].receipt,
         {name, model_.queues.at(name).generation, theirs[i].key, theirs[i].receive_count}});
  }
}

void queue_history::use_receipt(numbers& n, const std::string& name, queue::queue_state& q,
                                bool deletes) {
  if (receipts_.empty()) return;
  // The latest ones mostly.
  const std::uint64_t back = n.pick(2) == 0 ? n.pick(3) : n.pick(receipts_.size());
  const std::size_t i = receipts_.size() - 1 - std::min<std::uint64_t>(back, receipts_.size() - 1);
  auto [handle, meant] = receipts_[i];
  const bool own = n.pick(4) != 0;
  const std::string& where = own && bench_.exists(meant.queue) ? meant.queue : name;
  queue::queue_state& at = &q == &bench_.at(where) ? q : bench_.at(where);
  if (n.pick(16) == 0) {
    handle.bytes[n.pick(32)] ^= 1;
    told_ += ":forged";
    expect("forged delete", bench_.remove(at, handle), errc::receipt_handle_is_invalid);
    expect("forged change", bench_.change(at, handle, 0), errc::receipt_handle_is_invalid);
    return;
  }
  if (deletes) {
    told_ += ":delete " + std::to_string(i);
    return expect("delete", bench_.remove(at, handle), model_.remove(where, meant));
  }
  static constexpr std::int32_t timeouts[] = {0, 0, 1, 10, 43200};
  const std::int32_t timeout = n.one_of(timeouts);
  told_ += ":change " + std::to_string(i) + " to " + std::to_string(timeout);
  expect("change", bench_.change(at, handle, timeout), model_.change(where, meant, timeout));
}

void queue_history::set(numbers& n, const std::string& name, queue::queue_state& q) {
  static constexpr std::int32_t delays[] = {0, 3};
  static constexpr std::int32_t retentions[] = {60, 3600, 345600, 1209600};
  queue_attributes a = model_.queues.at(name).attributes;
  std::uint32_t given = 0;
  switch (n.pick(3)) {
    case 0:
      a.delay_seconds = n.one_of(delays);
      given = given_delay_seconds;
      break;
    case 1:
      a.message_retention_period = n.one_of(retentions);
      given = given_message_retention_period;
      break;
    default:
      a.redrive.max_receive_count = static_cast<std::uint32_t>(n.pick(3)) + 1;
      given = given_redrive;
      if (a.redrive.target_queue.empty()) a.redrive = {};
  }
  told_ += ":set " + std::to_string(given);
  expect("set", bench_.set(q, a, given), errc::ok);
  model_.queues.at(name).attributes = a;
  model_.queues.at(name).redrive_again_ms = 0;
}

/// Both do what is due; then all that can be seen is compared.
void queue_history::settle() {
  bench_.work();
  model_.work(bench_.now_ms());
  compare_answers();
  compare_counters();
}

void queue_history::compare_answers() {
  for (const model_answer& a : model_.answers) {
    const parked& mine = *waiters_[a.waiter];
    expect("a waiter was answered", mine.answered, true);
    expect("status of a waiter", mine.status, a.status);
    compared_[a.waiter] = true;
    const std::string name = a.messages.empty() ? "" : a.messages[0].queue;
    remember(name, mine.messages, a.messages);
  }
  model_.answers.clear();
  for (std::size_t i = 0; i < waiters_.size(); ++i) {
    expect("answers to a waiter", waiters_[i]->answered, static_cast<bool>(compared_[i]));
  }
}

void queue_history::compare_counters() {
  for (const std::string& name : names_) {
    expect("exists", bench_.exists(name), model_.queues.contains(name));
    if (!bench_.exists(name) || !difference_.empty()) continue;
    const queue_description d = bench_.describe(bench_.at(name));
    expect("messages", d.messages, model_.count(name, place::ready));
    expect("in flight", d.messages_not_visible, model_.count(name, place::in_flight));
    expect("delayed", d.messages_delayed, model_.count(name, place::delayed));
  }
  expect("messages in all", bench_.queues.queues().message_count(), model_.size());
}

/// A dead letter may outlive its new queue's retention the moment it arrives: that is due next.
void queue_history::pass_due_time() {
  while (bench_.queues.next_ms() <= bench_.now_ms()) bench_.work();
}

std::string queue_history::recovery_difference() {
  pass_due_time();
  queue_bench fresh(options_of(in_flight_max_));
  recover(bench_, carried_.needed_from(), fresh);
  if (!fresh.journal().empty()) return "a recovery decided something";
  if (durable(project(bench_.queues)) == durable(project(fresh.queues))) return "";
  return "a recovery gives another state";
}

std::string queue_history::replay_difference() {
  pass_due_time();
  queue_bench fresh(options_of(in_flight_max_));
  replay(bench_, fresh);
  if (!fresh.journal().empty()) return "a replay decided something";
  return project(bench_.queues) == project(fresh.queues) ? "" : "a replay gives another state";
}

}  // namespace millrace::test
