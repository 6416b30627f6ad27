// A test of time: does a message live as long as its queue's retention period, 14 days, and no
// longer? In virtual time the answer takes microseconds.
#include <cstdio>
#include <millrace/millrace.hpp>

namespace {

constexpr std::int64_t hour_ms = 60LL * 60 * 1000;

/// Moves time on and lets the lanes do what became due.
void advance(millrace::engine& engine, std::int64_t by_ms) {
  engine.advance(by_ms).value();
  for (std::uint32_t lane = 0; lane < engine.lanes(); ++lane) {
    while (engine.poll(lane) != 0) {
    }
  }
}

}  // namespace

int main() {
  auto engine = millrace::engine::open({.clock = millrace::clock_mode::virtual_time}).value();
  auto client = engine.connect().value();
  const auto letters =
      client.create_queue("letters", {.message_retention_period = 14 * 24 * 60 * 60}).value();
  client.send(letters, "keep me for a fortnight").value();

  const auto kept = [&] { return client.describe_queue(letters).value().messages; };
  advance(engine, 14 * 24 * hour_ms - 1);
  const auto before = kept();
  advance(engine, 1);
  std::printf("a millisecond before: %d, after 14 days: %d\n", static_cast<int>(before),
              static_cast<int>(kept()));
}
