#include "daemon/admin.hpp"

#include <charconv>

#include "aws/error_of.hpp"
#include "daemon/worker.hpp"
#include "sns/signer.hpp"

namespace millrace::daemon {
namespace {

using aws::progress;

constexpr std::string_view plain = "text/plain; charset=utf-8";
constexpr std::string_view json = "application/json";

struct admin_call : aws::call {
  lane_statistics totals;  ///< of a metrics request, over the lanes asked so far
};

worker& worker_of(const aws::call& c) { return *static_cast<worker_context&>(*c.context).on; }

progress answer(aws::call& c, std::uint16_t status, std::string_view type, std::string_view body) {
  http::response_head head = c.head;
  head.status = status;
  head.content_type = type;
  http::write_response(*c.out, head, body);
  return progress::answered;
}

progress health(admin_call& c) { return answer(c, 200, json, "{\"status\":\"ok\"}\n"); }

progress ready(admin_call& c) {
  return worker_of(c).draining() ? answer(c, 503, json, "{\"status\":\"draining\"}\n")
                                 : answer(c, 200, json, "{\"status\":\"ready\"}\n");
}

progress certificate(admin_call& c) {
  const tls::credentials* const used = worker_of(c).credentials();
  return used == nullptr ? answer(c, 404, plain, "this server has no certificate\n")
                         : answer(c, 200, "application/x-pem-file", used->certificate_pem());
}

/// Of the key that notifications are signed with, under the name that they give.
progress signing_certificate(admin_call& c) {
  sns::signer* const used = c.context->signer;
  if (used == nullptr || c.request->path != used->certificate_path()) {
    return answer(c, 404, plain, "this server has no such certificate\n");
  }
  return answer(c, 200, "application/x-pem-file", used->certificate());
}

struct metric {
  std::string_view name;
  std::string_view kind;
  std::string_view help;
  std::uint64_t lane_statistics::*value;
};
constexpr metric metrics[] = {
    {"millrace_operations_total", "counter", "Calls, batches counted once",
     &lane_statistics::operations},
    {"millrace_messages_sent_total", "counter", "Messages accepted",
     &lane_statistics::messages_sent},
    {"millrace_messages_received_total", "counter", "Messages handed out",
     &lane_statistics::messages_received},
    {"millrace_messages_deleted_total", "counter", "Successful deletes",
     &lane_statistics::messages_deleted},
    {"millrace_sent_bytes_total", "counter", "Bytes of bodies and attributes accepted",
     &lane_statistics::bytes_sent},
    {"millrace_empty_receives_total", "counter", "Receives answered without a message",
     &lane_statistics::empty_receives},
    {"millrace_refused_total", "counter", "Calls or entries answered with an error",
     &lane_statistics::refused},
    {"millrace_queues", "gauge", "Queues", &lane_statistics::queues},
    {"millrace_messages", "gauge", "Messages in any state", &lane_statistics::messages},
    {"millrace_parked_receives", "gauge", "Long polls waiting", &lane_statistics::parked_receives},
    {"millrace_memory_bytes", "gauge", "Bytes counted against memory-max",
     &lane_statistics::memory_in_use},
    {"millrace_memory_max_bytes", "gauge", "memory-max", &lane_statistics::memory_max},
};

std::string render(const lane_statistics& totals, const worker_counters& io,
                   const journal_counters& log) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view kind, std::string_view help,
                       std::uint64_t value) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
    out.append(" ").append(kind).append("\n").append(name).append(" ");
    out.append(std::to_string(value)).append("\n");
  };
  for (const metric& m : metrics) add(m.name, m.kind, m.help, totals.*m.value);
  add("millrace_http_requests_total", "counter", "Requests answered by this I/O thread",
      io.requests);
  add("millrace_http_refused_total", "counter", "Requests that were no valid HTTP", io.refused);
  add("millrace_tls_failed_total", "counter", "Connections refused before TLS was established",
      io.tls_failed);
  add("millrace_connections", "gauge", "Connections of this I/O thread", io.connections);
  add("millrace_journal_writes_total", "counter", "Groups of entries written", log.writes);
  add("millrace_journal_syncs_total", "counter", "Groups synced to the disk", log.syncs);
  add("millrace_journal_entries_total", "counter", "Entries written", log.entries);
  add("millrace_journal_written_bytes_total", "counter", "Bytes written", log.bytes);
  add("millrace_journal_log_bytes", "gauge", "Bytes from the oldest needed entry on",
      log.log_bytes);
  add("millrace_journal_disk_full", "gauge", "1: the disk is full", log.disk_full ? 1 : 0);
  add("millrace_journal_failed", "gauge", "1: the journal has failed; restart", log.failed ? 1 : 0);
  return out;
}

progress fail(admin_call& c, errc code) {
  aws::write_error(*c.out, aws::error_of(code), c.wire, nullptr, c.head);
  return progress::answered;
}

progress ask(admin_call& c) {
  const result<void> done = c.context->engine->submit_statistics(c.stage, c.token);
  return done ? progress::waiting : fail(c, done.error());
}

progress start_metrics(admin_call& c) {
  c.totals = {};
  return ask(c);
}

/// memory_in_use and memory_max are the engine's, the same from every lane.
progress resume_metrics(admin_call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  lane_statistics& totals = c.totals;
  for (const metric& m : metrics) {
    const bool whole =
        m.value == &lane_statistics::memory_in_use || m.value == &lane_statistics::memory_max;
    totals.*m.value = (whole ? 0 : totals.*m.value) + (*done.statistics).*m.value;
  }
  if (++c.stage < c.context->lanes) return ask(c);
  return answer(c, 200, "text/plain; version=0.0.4; charset=utf-8",
                render(totals, worker_of(c).counters(), worker_of(c).engine_of_server().journal()));
}

/// Body: {"milliseconds": N}.
progress advance(admin_call& c) {
  // A page in a browser may send a POST anywhere, but not without saying where it comes from.
  if (!c.request->header("origin").empty()) {
    return answer(c, 403, plain, "not for web pages of other origins\n");
  }
  std::string_view body = c.request->body;
  constexpr std::string_view name = "\"milliseconds\"";
  const std::size_t at = body.find(name);
  std::int64_t by_ms = -1;
  if (at != body.npos) {
    body.remove_prefix(at + name.size());
    body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n:"), body.size()));
    std::from_chars(body.data(), body.data() + body.size(), by_ms);
  }
  if (by_ms < 0) return answer(c, 400, plain, "send {\"milliseconds\": N} with N >= 0\n");
  engine& clock = worker_of(c).engine_of_server();
  const result<void> moved = clock.advance(by_ms);
  if (!moved && moved.error() == errc::not_supported) {
    return answer(c, 409, plain, "start millraced with --virtual-time to move the clock\n");
  }
  if (!moved) return answer(c, 400, plain, "too far\n");
  return answer(c, 200, json, "{\"now_ms\":" + std::to_string(clock.now_ms()) + "}\n");
}

progress nothing_to_resume(admin_call& c, const completion&) {
  return fail(c, errc::not_supported);
}

template <auto Start, auto Resume = nothing_to_resume>
constexpr aws::handler handler_on() noexcept {
  return aws::handler_on<admin_call, Start, nullptr, Resume>();
}
constexpr aws::handler health_handler = handler_on<health>();
constexpr aws::handler ready_handler = handler_on<ready>();
constexpr aws::handler metrics_handler = handler_on<start_metrics, resume_metrics>();
constexpr aws::handler certificate_handler = handler_on<certificate>();
constexpr aws::handler signing_certificate_handler = handler_on<signing_certificate>();
constexpr aws::handler advance_handler = handler_on<advance>();

const aws::handler& handler_of(std::size_t operation) {
  switch (static_cast<aws::observation>(operation)) {
    case aws::observation::health: return health_handler;
    case aws::observation::ready: return ready_handler;
    case aws::observation::metrics: return metrics_handler;
    case aws::observation::advance_clock: return advance_handler;
    case aws::observation::certificate: return certificate_handler;
    case aws::observation::signing_certificate: return signing_certificate_handler;
  }
  return health_handler;
}

}  // namespace

constinit const aws::service admin_service{
    nullptr, &aws::common_errors::access_denied,
    []() -> std::unique_ptr<aws::call> { return std::make_unique<admin_call>(); }, handler_of};

}  // namespace millrace::daemon
