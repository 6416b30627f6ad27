#include "target/http_connections.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "load/json_members.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t answer_max = 32 * 1024 * 1024;
constexpr std::uint64_t ms_ns = 1'000'000;

}  // namespace

endpoint parse_endpoint(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  const auto refuse = [&] {
    return std::runtime_error("target: '" + std::string(url) +
                              "' is not embed, server or http://ADDRESS:PORT (numeric IPv4)");
  };
  if (!url.starts_with(scheme)) throw refuse();
  std::string_view rest = url.substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  endpoint made{.address = std::string(rest.substr(0, rest.find(':'))), .port = 80};
  if (made.address == "localhost") made.address = "127.0.0.1";
  if (made.address.empty() || made.address.find_first_not_of("0123456789.") != std::string::npos) {
    throw refuse();
  }
  if (rest.find(':') == std::string_view::npos) return made;
  const std::string_view port = rest.substr(rest.find(':') + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), made.port);
  if (error != std::errc() || end != port.data() + port.size()) throw refuse();
  return made;
}

std::size_t http_senders(const bench_workload& plan, const http_target_settings& settings) {
  return std::max<std::size_t>(settings.connections,
                               std::size_t{plan.topics} * plan.producers_per_topic);
}

void http_connections::connect(std::size_t senders) {
  senders_ = senders;
  const std::size_t count = senders + readers_.size();
  connections_.resize(count);
  transport_ = open_transport(connect_to(settings_.where, count), std::nullopt);
}

std::string http_connections::describe() const {
  const std::string whose = settings_.server == nullptr ? "server at " : "own server at ";
  return whose + "http://" + settings_.where.host() + ", " + std::to_string(senders_) +
         " connections for sends and one for each of " + std::to_string(readers_.size()) +
         " readers";
}

void http_connections::stall() {
  if (settings_.server == nullptr) {
    throw std::runtime_error("a fault of the server needs --target server: this one is not ours");
  }
  settings_.server->stall();
}

void http_connections::resume() {
  if (settings_.server != nullptr) settings_.server->resume();
}

void http_connections::request(std::size_t connection, std::string_view bytes) {
  connections_[connection].busy = true;
  transport_->send(connection, bytes);
}

void http_connections::turn(listener& to, std::uint64_t until_ns) {
  run_due();
  listener_ = &to;
  const std::uint64_t now = monotonic_ns();
  const std::uint64_t until = std::min(until_ns, due_ns());
  // The last millisecond is spun away: a wait counts in whole ones.
  transport_->turn(*this, until <= now ? 0 : static_cast<int>((until - now) / ms_ns));
}

void http_connections::take(std::size_t index, std::string_view bytes) {
  connection_state& on = connections_[index];
  const bool continues = !on.unread.empty();
  if (continues) bytes = on.unread.append(bytes);
  const http_answer answer = scan_answer(bytes);
  if (answer.state == answer_state::incomplete) {
    if (bytes.size() > answer_max) throw std::runtime_error("an answer over 32 MiB");
    if (!continues) on.unread.assign(bytes);
    return;
  }
  if (answer.state == answer_state::malformed || answer.consumed != bytes.size()) {
    throw std::runtime_error("cannot read the answer: " + std::string(bytes.substr(0, 200)));
  }
  on.busy = false;
  const std::string held = std::move(on.unread);  // the answer may lie in it
  on.unread.clear();
  take_answer(*listener_, index, answer);
}

std::string http_connections::post(std::string_view action, std::string_view json) const {
  std::string bytes = "POST / HTTP/1.1\r\nHost: " + settings_.where.host() + "\r\nContent-Type: ";
  bytes.append(content_type()).append("\r\nX-Amz-Target: ").append(action_prefix());
  bytes.append(action).append("\r\nContent-Length: ").append(std::to_string(json.size()));
  return bytes.append("\r\n\r\n").append(json);
}

std::string http_connections::ask(std::string_view action, const std::string& json) const {
  const exchange_result answer = exchange(settings_.where, post(action, json));
  if (answer.status == 200) return answer.body;
  throw std::runtime_error(std::string(action) + ": status " + std::to_string(answer.status) +
                           ", " + answer.body.substr(0, 300));
}

send_outcome http_connections::judge(const http_answer& answer) {
  const std::string_view body = answer.body;
  for (const std::string_view throttled : {"Throttl", "ProvisionedThroughputExceeded"}) {
    if (body.find(throttled) != std::string_view::npos) return send_outcome::throttled;
  }
  note_error("status " + std::to_string(answer.status) + ", " + std::string(body.substr(0, 200)));
  return send_outcome::failed;
}

}  // namespace millrace::perf
