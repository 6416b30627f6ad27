// worker: one I/O thread with its lane: a loop that reads requests, runs the lane, and writes
// replies, without a hop between them. Requests for queues of other lanes go there through rings.
// All but post_wake(), use() and drain() belongs to the worker's own thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <millrace/engine.hpp>
#include <string>
#include <vector>

#include "aws/route.hpp"
#include "config/settings.hpp"
#include "daemon/connection.hpp"
#include "daemon/services.hpp"
#include "daemon/ticket.hpp"
#include "daemon/waiting_polls.hpp"
#include "http/buffer_shelf.hpp"
#include "net/countdown.hpp"
#include "net/event_loop.hpp"
#include "net/mailbox.hpp"
#include "tls/credentials.hpp"

namespace millrace::daemon {

struct worker_options {
  millrace::engine* engine = nullptr;
  std::uint32_t lane = 0;
  const config::settings* settings = nullptr;
  net::descriptor listener;              ///< in the clear; may be none
  net::descriptor tls_listener;          ///< may be none, and then credentials are null
  tls::credentials_or_null credentials;  ///< at first
  std::string address;                   ///< host:port
  aws::token_key tokens;
  sns::signer* signer = nullptr;  ///< of notifications; nullptr: they are not signed
  bool loopback = true;
  net::countdown* undrained = nullptr;  ///< the server's workers that have something to answer
  std::function<void()> wake_all;       ///< every worker; called by the last that is drained
  /// By the operation's place in the service's model.
  const aws::handler& (*handler_of)(const aws::service& service, std::size_t operation) =
      [](const aws::service& service, std::size_t operation) -> const aws::handler& {
    return service.handler_of(operation);
  };
};

struct worker_counters {
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t connections = 0;
  std::uint64_t tls_failed = 0;
};

/// Tells the worker on thread 0 of signals; the others have none.
class signal_handler {
 public:
  virtual void on_signals() = 0;

 protected:
  ~signal_handler() = default;
};

class worker;
struct worker_context : aws::service_context {
  worker* on = nullptr;
};

class worker {
 public:
  explicit worker(worker_options options);
  ~worker();

  /// False: the operating system or the engine refused; say so and end.
  [[nodiscard]] bool open();
  /// Serves until drain() and then until all workers' replies are out, or the drain's time is
  /// over: a reply of another worker may have to come from this one's lane.
  void run();

  /// Watches `signals` and calls `handler` when there are any. Before run().
  [[nodiscard]] bool watch_signals(const net::descriptor& signals, signal_handler& handler);

  /// Any thread: the lane or the client of this worker has something to do.
  void post_wake() noexcept { loop_.post(wake_bit); }
  /// Any thread: accept no more, end long polls, answer what is there, and return from run().
  void drain() noexcept { loop_.post(drain_bit); }
  /// Any thread: further connections have these credentials.
  void use(tls::credentials_or_null fresh) {
    fresh_credentials_.put(std::move(fresh));
    loop_.post(credentials_bit);
  }

  [[nodiscard]] bool draining() const noexcept { return draining_; }
  [[nodiscard]] const worker_counters& counters() const noexcept { return counters_; }
  [[nodiscard]] const tls::credentials* credentials() const noexcept {
    return options_.credentials.get();
  }
  [[nodiscard]] engine& engine_of_server() noexcept { return *options_.engine; }

 private:
  static constexpr std::uint32_t wake_bit = 1;
  static constexpr std::uint32_t drain_bit = 2;
  static constexpr std::uint32_t credentials_bit = 4;
  static constexpr std::uint64_t no_call = 0;  ///< token of operations that answer nobody
  static constexpr std::int64_t slow_check_ns = 250'000'000;

  bool handle_events(int timeout_ms);
  bool serve_scheduled();
  bool run_engine();
  int sleep_time();
  void begin_drain();
  void release_long_polls();
  void check_slow();
  void watch_slow(connection& c);
  [[nodiscard]] bool drained() const;
  bool finished();

  void accept_waiting();
  bool accept_from(const net::descriptor& listener, bool with_tls);
  void schedule(connection& c);
  void serve(connection& c);
  bool read_more(connection& c);
  net::io read_into(connection& c, std::span<char> room);
  net::io_result send_from(connection& c);
  void begin_request(const exchange& e);
  void begin_call(const exchange& e, const aws::destination& to);
  void finish_request(const exchange& e);
  void refuse(connection& c);
  void after(ticket& t, aws::progress p);
  void hash_bodies();
  void complete(const completion& done);
  void say_failed(errc why);
  void write_out(connection& c);
  void go_on(connection& c);
  void go_on(ticket& t);
  void tell_gone(ticket& t);
  void linger(connection& c);
  void drop_input(connection& c);
  void abandon(ticket& t);
  void lose(connection& c);
  void free_dead();

  net::io read_sealed(connection& c, std::span<char> room);
  net::io_result send_sealed(connection& c);
  void refuse_unprotected(connection& c);

  void listen_to(connection& c);
  void serve_http2(connection& c);
  bool read_http2(connection& c);
  void begin_streams(connection& c);
  void end_streams(connection& c);
  void fill_http2(connection& c);

  ticket& take_ticket();
  void give_back(ticket& t);
  aws::call& make_call(ticket& t);
  void spare_call(ticket& t);
  void trim();
  bool fold_polls();
  void fold(ticket& t);
  void unfold(ticket& t);
  void next_request_id();
  [[nodiscard]] http::response_head head_for(const exchange& e, aws::wire w) const;

  worker_options options_;
  net::event_loop loop_;
  client client_;
  worker_context context_;
  aws::admission admission_;
  http::limits limits_;
  http::buffer_shelf shelf_;

  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<connection*> scheduled_;
  std::vector<connection*> looking_at_;
  std::vector<connection*> dead_;
  std::vector<connection*> slow_;  ///< in the middle of a request, or lingering
  std::int64_t slow_checked_ns_ = 0;
  std::vector<ticket*> hashing_;
  std::vector<std::unique_ptr<ticket>> tickets_;
  std::vector<ticket*> free_tickets_;
  std::array<std::vector<std::unique_ptr<aws::call>>, service_count> free_calls_;
  waiting_polls waiting_;
  signal_handler* signals_ = nullptr;
  worker_counters counters_;
  std::uint64_t request_number_ = 0;
  char request_id_[36];
  net::mailbox<tls::credentials_or_null> fresh_credentials_;
  std::vector<char> sealed_;  ///< for reading; empty without TLS
  bool draining_ = false;
  bool said_drained_ = false;
  bool said_failed_ = false;
  bool said_full_ = false;
  std::int64_t drain_until_ns_ = 0;
  bool untrimmed_ = false;  ///< there may be unused memory to give back
  std::int64_t trim_at_ns_ = 0;
  bool accepting_ = false;  ///< the listener may have connections for us
};

}  // namespace millrace::daemon
