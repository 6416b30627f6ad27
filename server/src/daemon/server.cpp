#include "daemon/server.hpp"

#include <millrace/placement.hpp>
#include <random>

#include "config/render.hpp"
#include "daemon/credentials_of.hpp"
#include "daemon/log.hpp"
#include "memory/jemalloc_extents.hpp"

namespace millrace::daemon {
namespace {

aws::token_key make_token_key() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
  return {{word(), word()}, random()};
}

void warn_of_expiry(const tls::credentials_or_null& used) {
  if (used == nullptr || !used->expired()) return;
  log(config::log_level::warn,
      "the certificate has expired (" + used->good_until() + "): clients will refuse it");
}

}  // namespace

std::string server::open(net::descriptor signals) {
  signals_ = std::move(signals);
  set_log_level(loaded_.chosen.level);
  std::string why_no_tls;
  credentials_ = credentials_of(loaded_.chosen, why_no_tls);
  if (!why_no_tls.empty()) return why_no_tls;
  warn_of_expiry(credentials_);
  if (std::string why = open_engine(); !why.empty()) return why;
  return open_workers();
}

std::string server::open_engine() {
  options wanted = loaded_.chosen.engine;
  const result<placement_plan> plan = plan_placement(wanted.lanes, true);
  if (wanted.lanes == 0) {
    wanted.lanes = plan ? static_cast<std::uint32_t>(plan->threads.size()) : 1;
  }
  wanted.extents = memory::jemalloc_extents(plan ? *plan : placement_plan());
  wanted.threading = thread_mode::none;
  wanted.clients_max = wanted.lanes + 1;
  // A connection has one operation under way, and streams of HTTP/2 together as many again; a
  // worker may cancel each and ask for more beside.
  wanted.client_window = 4 * loaded_.chosen.connections_max + 64;
  wanted.on_lane_wake = [](std::uint32_t lane, void* self) noexcept {
    static_cast<server*>(self)->workers_[lane]->post_wake();
  };
  wanted.wake_context = this;
  std::string why;
  result<engine> opened = engine::open(wanted, &why);
  if (!opened) {
    std::string text = "the engine does not open: " + std::string(to_string(opened.error()));
    return why.empty() ? text : text + " (" + why + ")";
  }
  engine_ = std::move(opened).value();
  return {};
}

std::string server::open_workers() {
  port_ = loaded_.chosen.port;
  tls_port_ = loaded_.chosen.tls_port;
  const aws::token_key tokens = make_token_key();
  undrained_.start(engine_.lanes());
  for (std::uint32_t lane = 0; lane < engine_.lanes(); ++lane) {
    worker_options wanted;
    if (std::string why = listen(lane, wanted); !why.empty()) return why;
    wanted.engine = &engine_;
    wanted.lane = lane;
    wanted.settings = &loaded_.chosen;
    wanted.credentials = credentials_;
    wanted.address = address_.empty() ? tls_address_ : address_;
    wanted.tokens = tokens;
    wanted.signer = loaded_.chosen.sns_signatures ? &signer_ : nullptr;
    wanted.loopback = config::is_loopback(loaded_.chosen.host);
    wanted.undrained = &undrained_;
    wanted.wake_all = [this] {
      for (auto& w : workers_) w->post_wake();
    };
    workers_.push_back(std::make_unique<worker>(std::move(wanted)));
  }
  for (auto& w : workers_) {
    if (!w->open()) return "the operating system refuses epoll, eventfd or a client's memory";
  }
  if (!workers_[0]->watch_signals(signals_, *this)) return "signals cannot be watched";
  return {};
}

/// The sockets of one worker. Empty, or why there are none, in words.
std::string server::listen(std::uint32_t lane, worker_options& into) {
  const net::port_sharing sharing = engine_.lanes() == 1 ? net::port_sharing::none
                                    : lane == 0          ? net::port_sharing::first
                                                         : net::port_sharing::joins;
  const std::string& host = loaded_.chosen.host;
  if (!loaded_.chosen.tls_only) {
    net::listening made = net::listen_on(host, port_, sharing);
    if (!made.failure.empty()) return made.failure;
    port_ = made.port;
    address_ = host + ":" + std::to_string(port_);
    into.listener = std::move(made.socket);
  }
  if (credentials_ != nullptr) {
    net::listening made = net::listen_on(host, tls_port_, sharing);
    if (!made.failure.empty()) return made.failure;
    tls_port_ = made.port;
    tls_address_ = host + ":" + std::to_string(tls_port_);
    into.tls_listener = std::move(made.socket);
  }
  return {};
}

std::string server::about_certificate() const {
  const std::string& file = loaded_.chosen.tls_cert;
  return (file.empty() ? "self-signed certificate" : "certificate of " + file) + ", good until " +
         credentials_->good_until();
}

void server::run() {
  const result<placement_plan> plan = plan_placement(engine_.lanes(), true);
  const auto body = [&](std::size_t i) {
    if (plan && !bind_this_thread(*plan, i) && i == 0) {
      log(config::log_level::info, "threads are not bound to processors: not permitted here");
    }
    workers_[i]->run();
  };
  std::vector<net::io_thread> others;
  for (std::size_t i = 1; i < workers_.size(); ++i) others.emplace_back([&body, i] { body(i); });
  body(0);
  for (std::size_t i = 1; i < workers_.size(); ++i) workers_[i]->drain();
}

void server::on_signals() {
  while (true) {
    switch (net::next_signal(signals_)) {
      case net::caught::none: return;
      case net::caught::reload: reload(); break;
      case net::caught::stop:
        log(config::log_level::info, "stopping: no new connections, open requests are answered");
        for (auto& w : workers_) w->drain();
        break;
    }
  }
}

/// The settings file, and with TLS the certificate. What is wrong with one does not hold up the
/// other.
void server::reload() {
  if (!loaded_.file.empty() || loaded_.chosen.tls_cert.empty()) reload_settings();
  if (!loaded_.chosen.tls_cert.empty()) reload_credentials();
}

void server::reload_settings() {
  config::or_error<config::reloaded> read = config::reload(loaded_, loaded_.chosen);
  if (!read) return log(config::log_level::error, "reload refused: " + read.error);
  std::string why;
  if (read->chosen.uses_tls() != loaded_.chosen.uses_tls()) {
    why = "TLS begins and ends with a restart only";
  } else if (!read->chosen.tls_cert.empty()) {
    static_cast<void>(credentials_of(read->chosen, why));
  }
  if (!why.empty()) return log(config::log_level::error, "reload refused: " + why);
  loaded_.chosen = read->chosen;
  set_log_level(loaded_.chosen.level);
  for (const std::string& name : read->applied) {
    log(config::log_level::info, "reloaded " + name);
  }
  for (const std::string& name : read->needs_restart) {
    log(config::log_level::warn, name + " has changed in the file and needs a restart");
  }
}

/// For new connections; those that are open keep what they have.
void server::reload_credentials() {
  std::string why;
  tls::credentials_or_null fresh = credentials_of(loaded_.chosen, why);
  if (fresh == nullptr) {
    return log(config::log_level::error, "the certificate stays as it is: " + why);
  }
  credentials_ = std::move(fresh);
  for (auto& w : workers_) w->use(credentials_);
  log(config::log_level::info,
      "reloaded the certificate, good until " + credentials_->good_until());
  warn_of_expiry(credentials_);
}

}  // namespace millrace::daemon
