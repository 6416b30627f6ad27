// The worker's loop: events, requests, hashing, the lane, replies, sleep.
#include "daemon/worker.hpp"

#include <algorithm>
#include <cstring>

#include "daemon/log.hpp"
#include "memory/jemalloc_extents.hpp"

namespace millrace::daemon {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::size_t operations_per_turn = 256;
/// What one read takes of a connection with TLS: a record, and what may follow it.
constexpr std::size_t sealed_read_bytes = 32 * 1024;
/// Idle for so long: memory that a burst left unused goes back to the system.
constexpr std::int64_t trim_after_ns = 1'000'000'000;

}  // namespace

worker::worker(worker_options options) : options_(std::move(options)) {}

worker::~worker() = default;

bool worker::open() {
  if (!loop_.open()) return false;
  for (net::descriptor* listener : {&options_.listener, &options_.tls_listener}) {
    if (*listener && !loop_.watch(*listener, listener)) return false;
  }
  if (options_.credentials != nullptr) sealed_.resize(sealed_read_bytes);
  result<client> connected = options_.engine->connect(
      {.wake = [](void* self) noexcept { static_cast<worker*>(self)->post_wake(); },
       .wake_context = this});
  if (!connected) return false;
  client_ = std::move(connected).value();
  context_.on = this;
  context_.engine = &client_;
  context_.host = options_.engine;
  context_.lanes = options_.engine->lanes();
  context_.account_id = options_.settings->engine.account_id;
  context_.region = options_.settings->engine.region;
  context_.message_size_max = options_.settings->engine.message_size_max;
  context_.address = options_.address;
  context_.tokens = options_.tokens;
  context_.signer = options_.signer;
  context_.io_thread = options_.lane;
  admission_ = {.loopback_listener = options_.loopback,
                .auth_off = options_.settings->auth == config::auth_mode::off,
                .signature_verified = false};
  message_id start;
  const std::int64_t now_ms = options_.engine->now_ms();
  std::memcpy(start.bytes.data(), &now_ms, sizeof now_ms);
  start.to_text(request_id_);
  return true;
}

bool worker::watch_signals(const net::descriptor& signals, signal_handler& handler) {
  signals_ = &handler;
  return loop_.watch(signals, &handler);
}

void worker::run() {
  int timeout_ms = 0;
  while (!finished()) {
    const bool any = handle_events(timeout_ms);
    if (timeout_ms != 0) {
      if (!any && untrimmed_ && engine::monotonic_ns() >= trim_at_ns_) {
        trim();
        memory::return_unused_extents();
        untrimmed_ = false;
      }
      options_.engine->end_sleep(options_.lane);
      client_.end_sleep();
    }
    bool busy = serve_scheduled();
    busy |= run_engine();
    busy |= fold_polls();
    untrimmed_ |= busy;
    if (!slow_.empty()) check_slow();
    free_dead();
    timeout_ms = busy || !scheduled_.empty() || accepting_ || finished() ? 0 : sleep_time();
  }
}

/// How long there is nothing to do: 0 if there is something. Otherwise lane and client have been
/// told that this thread sleeps, and will wake it.
int worker::sleep_time() {
  if (!options_.engine->prepare_to_sleep(options_.lane)) return 0;
  if (!client_.prepare_to_sleep()) {
    options_.engine->end_sleep(options_.lane);
    return 0;
  }
  std::int64_t due = options_.engine->next_poll_ns(options_.lane);
  if (draining_) due = std::min(due, drain_until_ns_);
  if (!slow_.empty()) due = std::min(due, slow_checked_ns_ + slow_check_ns);
  if (!waiting_.empty()) due = std::min(due, waiting_.next_tick_ns());
  const std::int64_t now = engine::monotonic_ns();
  if (untrimmed_) {
    trim_at_ns_ = now + trim_after_ns;
    due = std::min(due, trim_at_ns_);
  }
  const int wait = net::timeout_until(due, now);
  if (wait != 0) return wait;
  options_.engine->end_sleep(options_.lane);
  client_.end_sleep();
  return 0;
}

/// True: something happened.
bool worker::handle_events(int timeout_ms) {
  const std::span<const net::event> events = loop_.wait(timeout_ms);
  for (const net::event& e : events) {
    if (e.owner == &options_.listener || e.owner == &options_.tls_listener) {
      accepting_ = true;
    } else if (e.owner == signals_) {
      signals_->on_signals();
    } else {
      auto& c = *static_cast<connection*>(e.owner);
      if (c.dead) continue;
      c.readable |= e.readable;
      c.writable |= e.writable;
      c.peer_gone |= e.peer_gone;
      schedule(c);
    }
  }
  const std::uint32_t posted = loop_.take_posted();
  if ((posted & credentials_bit) != 0) {
    if (auto fresh = fresh_credentials_.take()) options_.credentials = std::move(*fresh);
  }
  if ((posted & drain_bit) != 0 && !draining_) begin_drain();
  if (accepting_) accept_waiting();
  return !events.empty() || posted != 0;
}

void worker::accept_waiting() {
  bool exhausted = accept_from(options_.listener, false);
  exhausted |= accept_from(options_.tls_listener, true);
  // Without a descriptor left, look again in a later turn: one may have been closed by then.
  accepting_ = exhausted && !draining_;
}

/// True: no descriptor is left.
bool worker::accept_from(const net::descriptor& listener, bool with_tls) {
  bool exhausted = false;
  while (!draining_ && listener) {
    net::descriptor accepted = net::accept_one(listener, exhausted);
    if (!accepted) break;
    if (connections_.size() >= options_.settings->connections_max) continue;  // closes it
    auto c = std::make_unique<connection>(std::move(accepted), limits_);
    if (!loop_.watch(c->socket, c.get())) continue;
    c->place = connections_.size();
    if (with_tls) {
      c->tls = std::make_unique<tls::session>(*options_.credentials);
      watch_slow(*c);
    }
    schedule(*c);
    connections_.push_back(std::move(c));
    counters_.connections = connections_.size();
  }
  return exhausted;
}

void worker::schedule(connection& c) {
  if (c.scheduled || c.dead) return;
  c.scheduled = true;
  scheduled_.push_back(&c);
}

/// Serves every connection that has something, then hashes, so that all bodies of the turn are
/// hashed together.
bool worker::serve_scheduled() {
  if (scheduled_.empty()) return false;
  looking_at_.swap(scheduled_);
  for (connection* c : looking_at_) {
    c->scheduled = false;
    if (!c->dead) serve(*c);
  }
  hash_bodies();
  for (connection* c : looking_at_) {
    if (!c->dead) write_out(*c);
  }
  looking_at_.clear();
  return true;
}

bool worker::run_engine() {
  client_.flush();
  std::size_t done = options_.engine->poll(options_.lane, operations_per_turn);
  done += client_.poll([this](const completion& c) { complete(c); }, operations_per_turn);
  return done != 0;
}

/// Once: what an operator must know.
void worker::say_failed(errc why) {
  if (why == errc::journal_failed && !said_failed_) {
    said_failed_ = true;
    log(config::log_level::error,
        "nothing can be stored until a restart: " + options_.engine->journal().failure);
  }
  if (why == errc::disk_full && !said_full_) {
    said_full_ = true;
    log(config::log_level::warn, "the disk is full: sends are refused until there is space");
  }
}

void worker::complete(const completion& done) {
  if (done.status != errc::ok) say_failed(done.status);
  if (done.token == no_call) return;
  ticket& t = ticket::of(done.token);
  if (t.cancelled) return give_back(t);
  waiting_.remove(t);
  if (t.call == nullptr) unfold(t);
  connection& c = *t.from.on;
  after(t, t.does->resume(*t.call, done));
  if (!c.dead) write_out(c);
}

void worker::begin_drain() {
  draining_ = true;
  context_.ending = true;
  drain_until_ns_ =
      engine::monotonic_ns() + std::int64_t{options_.settings->drain_timeout_ms} * ns_per_ms;
  options_.listener.close();
  options_.tls_listener.close();
  accepting_ = false;
  release_long_polls();
  for (const auto& c : connections_) {
    if (c->http2 != nullptr) c->http2->drain();
    schedule(*c);
  }
}

/// In every lane, because a poll that was on its way may park after its lane's worker has drained.
void worker::release_long_polls() {
  for (std::uint32_t lane = 0; lane < options_.engine->lanes(); ++lane) {
    static_cast<void>(client_.submit_release_waiters(lane, no_call));
  }
}

/// Drained, and so are all others.
bool worker::finished() {
  if (!said_drained_ && drained()) {
    said_drained_ = true;
    if (options_.undrained->arrive()) options_.wake_all();
  }
  return said_drained_ && options_.undrained->over();
}

bool worker::drained() const {
  if (!draining_) return false;
  if (engine::monotonic_ns() >= drain_until_ns_) return true;
  return client_.outstanding() == 0 &&
         std::all_of(connections_.begin(), connections_.end(), [](const auto& c) {
           return c->under_way == nullptr && !c->unsent() &&
                  (c->http2 == nullptr || c->http2->streams() == 0);
         });
}

}  // namespace millrace::daemon
