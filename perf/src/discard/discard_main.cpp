// discard_server: millraced with a PutRecords that reads the request, decodes every record and
// throws all away. What the real one does beyond that is what storing costs. For scripts/bench.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <millrace/engine.hpp>
#include <string>

#include "daemon/worker.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/record_input.hpp"
#include "net/signals.hpp"

namespace {

using namespace millrace;
namespace shapes = millrace::aws::kinesis;

aws::progress discard(kinesis::call& c) {
  namespace in = shapes::put_records_input;
  namespace row = shapes::put_records_request_entry;
  namespace out = shapes::put_records_output;
  if (!kinesis::read(c, in::stream_name, in::stream_arn)) return aws::progress::answered;
  const std::span<const aws::value> records = c.input[in::records].elements();
  kinesis::begin_records(c, records.size());
  for (const aws::value& r : records) {
    if (const auto wrong = kinesis::add_record(c, r[row::data], r[row::partition_key],
                                               r[row::explicit_hash_key])) {
      return kinesis::fail(c, *wrong);
    }
  }
  return kinesis::reply(c, 60, [&](aws::reply_writer& writer) {
    writer.integer(out::failed_record_count, 0);
    writer.member(out::records);
    writer.begin_list();
    writer.end_list();
  });
}

aws::progress never_waits(kinesis::call& c, const completion&) {
  return kinesis::fail(c, errc::not_supported);
}

constexpr aws::handler discarding = kinesis::handler_on<discard, nullptr, never_waits>();

const aws::handler& handler_of(const aws::service& service, std::size_t operation) {
  const bool puts = &service == &kinesis::service &&
                    operation == static_cast<std::size_t>(shapes::operation::put_records);
  return puts ? discarding : service.handler_of(operation);
}

struct until_told final : daemon::signal_handler {
  daemon::worker* on = nullptr;
  void on_signals() override { on->drain(); }
};

int fail(const char* why) {
  std::fprintf(stderr, "discard_server: %s\n", why);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], "--port") != 0) return fail("usage: --port PORT");
  const net::descriptor signals = net::catch_signals();
  std::unique_ptr<daemon::worker> worker;
  config::settings settings;
  settings.engine.lanes = 1;
  settings.engine.threading = thread_mode::none;
  settings.engine.client_window = 4 * settings.connections_max + 64;
  settings.engine.wake_context = &worker;
  settings.engine.on_lane_wake = [](std::uint32_t, void* of) noexcept {
    const auto& w = *static_cast<std::unique_ptr<daemon::worker>*>(of);
    if (w != nullptr) w->post_wake();
  };
  result<engine> opened = engine::open(settings.engine);
  if (!opened) return fail("the engine does not open");
  net::listening made = net::listen_on("127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[2])),
                                       net::port_sharing::none);
  if (!made.failure.empty()) return fail(made.failure.c_str());
  net::countdown undrained;
  undrained.start(1);
  daemon::worker_options wanted;
  wanted.engine = &*opened;
  wanted.settings = &settings;
  wanted.listener = std::move(made.socket);
  wanted.address = "127.0.0.1:" + std::to_string(made.port);
  wanted.undrained = &undrained;
  wanted.wake_all = [&] { worker->post_wake(); };
  wanted.handler_of = handler_of;
  worker = std::make_unique<daemon::worker>(std::move(wanted));
  until_told handler;
  handler.on = worker.get();
  if (!worker->open() || !worker->watch_signals(signals, handler))
    return fail("refused by the system");
  worker->run();
  worker.reset();
  return 0;
}
