// The phases around the measured one. Only the measured phases' time and CPU are reported.

#include "load/load_run.hpp"

#include <unistd.h>

#include <stdexcept>

#include "load/conversation.hpp"
#include "load/json_members.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr const char* fifo_attributes = ",\"Attributes\":{\"FifoQueue\":\"true\"}";

std::string own_queue_name() {
  return "millrace-load-" + std::to_string(getpid()) + "-" +
         std::to_string(monotonic_ns() % 1'000'000'000);
}

/// Exists while the run lasts.
class queue_on_server {
 public:
  queue_on_server(const load_options& options)
      : target_(options.target), keep_(options.keep_queue || !options.plan->wants_queue()) {
    if (!options.plan->wants_queue()) return;
    const bool fifo = options.groups != 0;
    const std::string own = own_queue_name() + (fifo ? ".fifo" : "");
    const auto made =
        ask("CreateQueue", "{\"QueueName\":\"" + (options.queue.empty() ? own : options.queue) +
                               "\"" + (fifo ? fifo_attributes : "") + "}");
    url_ = find_string(made.body, "QueueUrl");
    if (made.status != 200 || url_.empty()) {
      throw std::runtime_error("CreateQueue: status " + std::to_string(made.status) + ", " +
                               made.body.substr(0, 300));
    }
  }
  ~queue_on_server() {
    if (keep_) return;
    try {
      (void)ask("DeleteQueue", "{\"QueueUrl\":\"" + url_ + "\"}");
    } catch (const std::runtime_error&) {
      // the server is gone; so is the queue
    }
  }
  queue_on_server(const queue_on_server&) = delete;
  queue_on_server& operator=(const queue_on_server&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
  exchange_result ask(std::string_view action, const std::string& json) const {
    return exchange(target_, sqs_request(target_.host(), action, json));
  }

  endpoint target_;
  bool keep_;
  std::string url_;
};

void check_noop(const load_options& options) {
  const auto answer = exchange(options.target, "GET " + options.noop_path + " HTTP/1.1\r\nHost: " +
                                                   options.target.host() + "\r\n\r\n");
  if (answer.status == 200) return;
  throw std::runtime_error(options.noop_path + ": status " + std::to_string(answer.status));
}

/// Sends until the queue holds `wanted` messages more; a multiple of ten.
void fill(load_loop& loop, conversation_context& context, std::uint64_t wanted) {
  const workload& batches = *find_workload("send-batch");
  const std::uint64_t cycles = (wanted + batch_size - 1) / batch_size;
  (void)loop.run(batches, context, {.cycles = cycles});
}

void measure(const load_options& options, load_loop& loop, conversation_context& context,
             load_outcome& outcome) {
  if (!options.plan->fills_first && options.warm_up_seconds > 0) {
    (void)loop.run(*options.plan, context, {.seconds = options.warm_up_seconds});
  }
  std::uint64_t to_fill = options.backlog;
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    if (options.plan->fills_first) fill(loop, context, to_fill);
    phase_limits limits;
    if (options.cycles == 0) limits.seconds = options.seconds;
    if (options.cycles != 0) limits.cycles = options.cycles;
    const auto result = loop.run(*options.plan, context, limits);
    to_fill = result->messages;  // what this round took away
    outcome.measured.add(*result);
  }
}

}  // namespace

std::unique_ptr<load_outcome> run_load(const load_options& options) {
  if (options.plan->cycle[0] == operation::noop) check_noop(options);
  const queue_on_server queue(options);
  const message_body body(options.body_bytes, static_cast<std::uint32_t>(monotonic_ns()));
  sequence_ledger ledger;
  sqs_requests requests(
      {options.target.host(), queue.url(), options.noop_path, options.groups, options.request},
      body);
  conversation_context context{body, requests, ledger};
  context.expected = options.expected;
  context.items_of_a_post = options.items;
  context.throttling_allowed = options.throttling_allowed;
  load_loop loop({options.target, options.connections, options.server_process, options.transport});
  auto outcome = std::make_unique<load_outcome>();
  measure(options, loop, context, *outcome);
  if (options.plan->is_closed()) outcome->lost = ledger.missing();
  outcome->transport = loop.transport_name();
  outcome->duplicated = ledger.duplicated();
  outcome->foreign = ledger.foreign();
  outcome->empty_receives = context.empty_receives;
  outcome->throttled = context.throttled;
  outcome->md5_checked = context.md5_checked;
  outcome->errors = context.errors;
  outcome->first_error = context.first_error;
  if (options.server_process) {
    outcome->server_resident_bytes = resident_bytes(*options.server_process);
  }
  return outcome;
}

}  // namespace millrace::perf
