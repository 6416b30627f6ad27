// A worker that is busy, or stalled, is a time until which it is not free: what reaches it before
// is in its hands only then. So no thread has to sleep for it.

#include "run/open_loop.hpp"

#include <algorithm>
#include <stdexcept>

#include "process/cpu_time.hpp"
#include "run/noise_watch.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t lead_ns = 2'000'000;   ///< from the start to the first message
constexpr std::uint64_t turn_ns = 50'000'000;  ///< longest sleep
constexpr std::uint64_t errors_max = 1000;
constexpr std::size_t due_at_once = 4096;  ///< before the target is looked after again
constexpr std::uint64_t waiting_max = 20'000'000;
constexpr std::uint64_t intact_check_every = 64;

std::size_t workers_of(const target& on) {
  std::size_t count = 0;
  for (const reader_place& each : on.readers()) count = std::max(count, each.worker + 1);
  return count;
}

}  // namespace

open_loop::open_loop(const bench_workload& plan, target& on, const open_loop_settings& settings)
    : plan_(plan),
      target_(on),
      settings_(settings),
      payloads_(plan, settings.seed ^ 0x5ca1ab1e, settings.mark),
      arrivals_(plan.arrivals, settings.rate, settings.seed),
      random_(settings.seed ^ 0xfeedf00d),
      sizes_(plan.size),
      keys_(plan.keys),
      service_(plan.consumer_service),
      waiting_(plan.topics, on.senders(), plan.keyed),
      bodies_(send_batch_max * plan.size.largest()),
      worker_free_ns_(workers_of(on)),
      check_(plan.topics, plan.subscriptions_per_topic,
             plan.keyed && plan.service != service_kind::queue),
      result_(std::make_unique<load_result>()) {
  warm_up_ns_ = static_cast<std::uint64_t>(plan.warm_up_seconds * 1e9);
  end_ns_ = warm_up_ns_ + static_cast<std::uint64_t>(plan.test_seconds * 1e9);
  backlog_wanted_ = static_cast<std::uint64_t>(plan.backlog_gb * 1e9);
  result_->rate = settings.rate;
  result_->subscriptions = plan.subscriptions_per_topic;
  seconds_.resize(static_cast<std::size_t>(plan.test_seconds) + 1);
}

std::unique_ptr<load_result> open_loop::run() {
  start();
  noise_watch noise(result_->measured_from_ns);
  const std::uint64_t cpu_before = thread_cpu_ns();
  const std::uint64_t began = monotonic_ns();
  while (load_turn()) {
  }
  const auto wall = static_cast<double>(monotonic_ns() - began);
  result_->generator_busy = static_cast<double>(thread_cpu_ns() - cpu_before) / wall;
  result_->rows = noise.finish();
  drain();
  finish();
  return std::move(result_);
}

void open_loop::start() {
  origin_ns_ = monotonic_ns() + lead_ns;
  result_->measured_from_ns = origin_ns_ + warm_up_ns_;
  last_progress_ns_ = origin_ns_;
  next_due_ns_ = arrivals_.next();
  for (const fault& each : plan_.faults) {
    const std::uint64_t at = origin_ns_ + warm_up_ns_ + each.at_ns;
    const std::uint64_t until = at + each.length_ns;
    stalls_.push_back({at, until, each.whom, true});
    if (each.whom == fault::victim::server) stalls_.push_back({until, until, each.whom, false});
  }
  std::stable_sort(stalls_.begin(), stalls_.end(),
                   [](const stall_event& a, const stall_event& b) { return a.at_ns > b.at_ns; });
  if (backlog_wanted_ != 0) return;
  for (std::size_t i = 0; i < target_.readers().size(); ++i) target_.next(i);
}

bool open_loop::load_turn() {
  const std::uint64_t now = monotonic_ns();
  run_stalls(now);
  run_timers(now);
  take_due(now);
  dispatch();
  watch_backlog(now);
  tell_progress(now);
  if (is_hopeless(now)) {
    result_->cut_short = true;
    end_ns_ = std::max(now - origin_ns_, warm_up_ns_ + 1);
    return false;
  }
  if (now >= origin_ns_ + end_ns_) return false;
  turn(std::min(next_event_ns(), origin_ns_ + end_ns_));
  return true;
}

void open_loop::turn(std::uint64_t until_ns) {
  target_.turn(*this, until_ns);
  if (target_.errors() <= errors_max) return;
  throw std::runtime_error("too many errors, the first: " + target_.first_error());
}

void open_loop::take_due(std::uint64_t now_ns) {
  if (now_ns < origin_ns_) return;
  const std::uint64_t until = std::min(now_ns - origin_ns_ + 1, end_ns_);
  for (std::size_t i = 0; i < due_at_once && next_due_ns_ < until; ++i) {
    const std::uint64_t sequence = next_sequence_++;
    const due_message message{.sequence = sequence,
                              .intended_ns = next_due_ns_,
                              .key = static_cast<std::uint32_t>(keys_.draw(random_)),
                              .bytes = static_cast<std::uint32_t>(sizes_.draw(random_))};
    waiting_.push(sequence % plan_.topics, message);
    if (is_measured(next_due_ns_)) {
      ++result_->offered;
      ++second_at(origin_ns_ + next_due_ns_).offered;
      result_->lag.record(next_due_ns_ - warm_up_ns_, now_ns - origin_ns_ - next_due_ns_);
    }
    next_due_ns_ = arrivals_.next();
  }
}

bool open_loop::is_hopeless(std::uint64_t now_ns) const noexcept {
  if (waiting_.size() > waiting_max) return true;
  if (!settings_.may_cut_short || !plan_.faults.empty()) return false;
  const bool begun = now_ns > origin_ns_ + warm_up_ns_ + second_ns / 2;
  return begun && static_cast<double>(waiting_.size()) > std::max(2000.0, settings_.rate);
}

void open_loop::dispatch() {
  waiting_.dispatch(
      [this](std::size_t sender) { return target_.can_send(sender); },
      [this](std::size_t sender, std::size_t topic, std::deque<due_message>& waiting) {
        send_some(sender, topic, waiting);
      });
}

void open_loop::send_some(std::size_t sender, std::size_t topic, std::deque<due_message>& waiting) {
  if (free_calls_.empty()) {
    free_calls_.push_back(calls_.size());
    calls_.emplace_back();
  }
  const std::uint64_t id = free_calls_.back();
  free_calls_.pop_back();
  call& made = calls_[id];
  made.topic = topic;
  made.count = std::min<std::size_t>(waiting.size(), plan_.send_batch);
  // One call's bodies have the room that SQS gives a batch.
  constexpr std::size_t call_bytes_max = 1024 * 1024;
  std::array<outgoing, send_batch_max> messages;
  std::size_t used = 0;
  for (std::size_t i = 0; i < made.count; ++i) {
    const due_message& message = made.messages[i] = waiting.front();
    if (i != 0 && used + message.bytes > call_bytes_max) {
      made.count = i;
      break;
    }
    const std::span<char> body(bodies_.data() + used, message.bytes);
    payloads_.write(body, {message.sequence, message.intended_ns, message.key});
    messages[i] = {message.sequence, message.key, plan_.keyed, {body.data(), body.size()}};
    used += message.bytes;
    waiting.pop_front();
  }
  ++calls_out_;
  target_.send(sender, topic, id, {messages.data(), made.count});
}

void open_loop::sent(std::uint64_t id, std::span<const send_outcome> outcomes) {
  const std::uint64_t now = monotonic_ns();
  const std::uint64_t since = now - origin_ns_;
  const call& answered = calls_[id];
  last_progress_ns_ = now;
  for (std::size_t i = 0; i < answered.count; ++i) {
    const due_message& message = answered.messages[i];
    count_answer(outcomes[i], now);
    if (outcomes[i] != send_outcome::accepted) continue;
    check_.accepted(message.sequence);
    backlog_bytes_ += backlog_wanted_ == 0 ? 0 : message.bytes;
    if (!is_measured(message.intended_ns)) continue;
    result_->send.record(message.intended_ns - warm_up_ns_, since - message.intended_ns);
  }
  --calls_out_;
  free_calls_.push_back(id);
}

void open_loop::count_answer(send_outcome outcome, std::uint64_t now_ns) {
  if (!is_measured(now_ns - origin_ns_)) return;
  switch (outcome) {
    case send_outcome::throttled: ++result_->throttled; return;
    case send_outcome::failed: ++result_->failed; return;
    case send_outcome::accepted: break;
  }
  ++result_->accepted;
  ++second_at(now_ns).sent;
}

void open_loop::received(std::size_t reader, std::span<const std::string_view> bodies) {
  const std::uint64_t now = monotonic_ns();
  std::uint64_t& free_at = worker_free_ns_[target_.readers()[reader].worker];
  for (const std::string_view body : bodies) {
    const std::uint64_t begins = std::max(now, free_at);
    take_body(reader, body, begins);
    free_at = begins + service_.draw(random_);
  }
  if (!bodies.empty()) last_progress_ns_ = now;
  if (free_at <= now) {
    target_.next(reader);
  } else {
    timers_.push({free_at, reader});
  }
}

void open_loop::take_body(std::size_t reader, std::string_view body, std::uint64_t begins_ns) {
  const auto head = payloads_.read(body);
  const bool checked = head && head->sequence % intact_check_every == 0;
  const bool ours = head && head->sequence < next_sequence_ &&
                    (!checked || payloads_.is_intact(body, head->sequence));
  if (!ours) return check_.received_foreign();
  const reader_place& place = target_.readers()[reader];
  const std::uint64_t delivered = check_.delivered();
  check_.received(place.topic, place.subscription, head->sequence, head->key);
  if (check_.delivered() == delivered) return;  // once more
  const std::uint64_t since = begins_ns - origin_ns_;
  if (is_measured(since)) {
    ++result_->delivered;
    ++second_at(begins_ns).done;
  }
  if (!is_measured(head->intended_ns)) return;
  result_->delivery.record(head->intended_ns - warm_up_ns_, since - head->intended_ns);
}

void open_loop::run_timers(std::uint64_t now_ns) {
  while (!timers_.empty() && timers_.top().at_ns <= now_ns) {
    const std::size_t reader = timers_.top().reader;
    timers_.pop();
    target_.next(reader);
  }
}

void open_loop::run_stalls(std::uint64_t now_ns) {
  while (!stalls_.empty() && stalls_.back().at_ns <= now_ns) {
    const stall_event event = stalls_.back();
    stalls_.pop_back();
    if (event.whom == fault::victim::consumers) {
      for (std::uint64_t& each : worker_free_ns_) each = std::max(each, event.until_ns);
    } else {
      event.begins ? target_.stall() : target_.resume();
    }
  }
}

void open_loop::watch_backlog(std::uint64_t now_ns) {
  if (backlog_wanted_ != 0 && backlog_bytes_ >= backlog_wanted_) {
    backlog_wanted_ = 0;
    backlog_at_ns_ = now_ns;
    backlog_messages_ = check_.verdict().accepted * plan_.subscriptions_per_topic;
    result_->backlog_seconds = static_cast<double>(now_ns - origin_ns_) / 1e9;
    for (std::size_t i = 0; i < target_.readers().size(); ++i) target_.next(i);
  }
  if (backlog_messages_ == 0 || check_.delivered() < backlog_messages_) return;
  result_->backlog_drain_seconds = static_cast<double>(now_ns - backlog_at_ns_) / 1e9;
  backlog_messages_ = 0;
}

std::uint64_t open_loop::next_event_ns() const noexcept {
  std::uint64_t next = monotonic_ns() + turn_ns;
  if (waiting_.size() == 0) next = std::min(next, origin_ns_ + next_due_ns_);
  if (!timers_.empty()) next = std::min(next, timers_.top().at_ns);
  if (!stalls_.empty()) next = std::min(next, stalls_.back().at_ns);
  return next;
}

second_counts& open_loop::second_at(std::uint64_t now_ns) {
  const std::uint64_t second = (now_ns - origin_ns_ - warm_up_ns_) / second_ns;
  return seconds_[std::min<std::uint64_t>(second, seconds_.size() - 1)];
}

/// Gives each second's counts to the row in whose time most of it lies.
void open_loop::complete_rows() {
  std::vector<series_row>& rows = result_->rows;
  std::size_t at = 0;
  std::uint64_t accepted = 0, delivered = 0;
  for (std::size_t second = 0; second < seconds_.size(); ++second) {
    const auto begins = static_cast<double>(second);
    const double middle = begins + std::min(1.0, result_->seconds - begins) / 2;
    while (at + 1 < rows.size() && rows[at].at_s < middle) ++at;
    if (rows.empty() || middle <= begins) return;
    const second_counts& from = seconds_[second];
    second_counts& to = rows[at].counts;
    to.offered += from.offered;
    to.sent += from.sent;
    to.done += from.done;
    accepted += from.sent * result_->subscriptions;
    delivered += from.done;
    to.backlog = accepted > delivered ? accepted - delivered : 0;
    const auto begins_ns = static_cast<std::uint64_t>(second) * second_ns;
    const histogram lag = result_->lag.between(begins_ns, begins_ns + second_ns);
    to.schedule_lag_p99_ns = static_cast<double>(lag.percentile(99));
    if (result_->is_saturated()) continue;  // latency would be a question of when one looks
    const histogram taken = result_->delivery.between(begins_ns, begins_ns + second_ns);
    to.p50_ns = static_cast<double>(taken.percentile(50));
    to.p99_ns = static_cast<double>(taken.percentile(99));
  }
}

void open_loop::tell_progress(std::uint64_t now_ns) {
  if (!settings_.progress || now_ns < progress_due_ns_) return;
  progress_due_ns_ = now_ns + second_ns / 2;
  const double passed = now_ns < origin_ns_ ? 0 : static_cast<double>(now_ns - origin_ns_) / 1e9;
  settings_.progress(passed, static_cast<double>(end_ns_) / 1e9);
}

void open_loop::drain() {
  // A hundredth still waiting is the tail of a run that kept up; more will not be sent any more.
  const bool kept_up =
      static_cast<double>(waiting_.size()) <= 0.01 * static_cast<double>(next_sequence_);
  if (result_->cut_short || !kept_up) {
    result_->never_sent = waiting_.size();
    waiting_.clear();
  }
  if (backlog_wanted_ != 0) {
    backlog_wanted_ = 0;
    for (std::size_t i = 0; i < target_.readers().size(); ++i) target_.next(i);
  }
  const std::uint64_t began = last_progress_ns_ = monotonic_ns();
  const auto patience_ns = static_cast<std::uint64_t>(settings_.patience_seconds * 1e9);
  const std::uint64_t give_up = began + std::max(2 * patience_ns, 2 * end_ns_);
  for (std::uint64_t now = began; waiting_.size() + calls_out_ + check_.outstanding() != 0;
       now = monotonic_ns()) {
    run_stalls(now);
    run_timers(now);
    dispatch();
    const bool waits_for_workers = !timers_.empty();
    if (now > last_progress_ns_ + patience_ns && !waits_for_workers) return;
    if (now > give_up) {
      result_->drained = false;
      return;
    }
    turn(next_event_ns());
  }
}

void open_loop::finish() {
  target_.resume();
  result_->seconds = static_cast<double>(end_ns_ - warm_up_ns_) / 1e9;
  result_->verdict = check_.verdict();
  if (!result_->drained) result_->verdict.lost = 0;  // nobody knows
  result_->errors = target_.errors();
  result_->first_error = target_.first_error();
  complete_rows();
}

}  // namespace millrace::perf
