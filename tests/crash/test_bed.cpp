#include "test_bed.hpp"

#include <unistd.h>

#include <cstdio>

#include "queue_check.hpp"
#include "script.hpp"

namespace millrace::crash {

namespace {

constexpr useconds_t sweep_pause_us = 20'000;
constexpr double settle_seconds = 20;

}  // namespace

double seconds_since(std::uint64_t began_ns) noexcept {
  return static_cast<double>(perf::monotonic_ns() - began_ns) / 1e9;
}

std::string suffix_of(std::uint64_t seed) {
  char digits[12];
  std::snprintf(digits, sizeof digits, "%08llx",
                static_cast<unsigned long long>(mixed(seed) & 0xffffffff));
  return digits;
}

test_bed::test_bed(const bed_settings& wanted, roster with, blow dealt)
    : settings(wanted),
      queues(std::move(with)),
      texts(wanted.seed, wanted.sizes),
      book(queues, wanted.default_level),
      notes(queues, book, texts, wanted.default_level),
      dice(wanted.seed),
      through(queues, texts, notes) {
  book.expect(dealt);
}

std::unique_ptr<server_process> test_bed::start(const start_options& how) {
  server_process::settings wanted{.program = settings.program,
                                  .arguments = settings.arguments,
                                  .environment = how.environment,
                                  .log_file = settings.log_file};
  if (!how.data_dir.empty()) {
    wanted.arguments.insert(wanted.arguments.end(), {"--data", how.data_dir});
  }
  wanted.arguments.insert(wanted.arguments.end(), {"--lanes", std::to_string(how.lanes)});
  auto server = std::make_unique<server_process>(wanted);
  if (how.check_queues) check_queues(server->at(), queues, book, notes, texts);
  through.open(server->at(), settings.connections);
  return server;
}

void test_bed::drain(double seconds_min, double idle_seconds_max) {
  // A delete of a lost message is acked as any other: everything must be received once more.
  notes.drop_receipts();
  drain_script script(queues, notes, dice);
  const std::uint64_t began = perf::monotonic_ns();
  std::uint64_t last_came = began;
  while (seconds_since(last_came) < idle_seconds_max && !through.broken()) {
    if (seconds_since(began) > seconds_min && book.owed() == 0) break;
    const std::uint64_t before = book.counts().deliveries;
    script.restart();
    do {
      through.turn(script, 5);
    } while (!through.broken() && (!script.is_dry() || through.outstanding() != 0));
    if (book.counts().deliveries != before) last_came = perf::monotonic_ns();
    if (book.counts().deliveries == before) usleep(sweep_pause_us);
  }
  through.settle(script, settle_seconds);
  book.close_window();
}

int test_bed::crash(server_process& server, script& from) {
  server.kill();
  const int status = server.wait();
  through.close(from);
  notes.crashed(perf::monotonic_ns());
  return status;
}

void test_bed::stop(server_process& server, script& from) {
  through.settle(from, settle_seconds);
  through.close(from);
  server.stop();
  notes.crashed(perf::monotonic_ns());
}

}  // namespace millrace::crash
