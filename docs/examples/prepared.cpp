// A producer that makes its next messages while the disk works on those before: up to 64 calls are
// under way, and as many prepared. With little left to do when answers come, the disk waits less.
#include <cstdio>
#include <cstdlib>
#include <millrace/millrace.hpp>
#include <queue>
#include <string>

namespace {

constexpr int messages = 10'000;
constexpr std::size_t window = 64;

}  // namespace

int main(int argc, char** argv) {
  const std::string directory = argc > 1 ? argv[1] : "";  // without one: in memory
  std::string why;
  auto opened = millrace::engine::open({.data_dir = directory}, &why);
  if (!opened) {
    std::fprintf(stderr, "%s: %s\n", directory.c_str(), why.c_str());
    return 1;
  }
  auto engine = std::move(opened).value();
  auto client = engine.connect().value();
  const auto orders = client.create_queue("orders").value();

  std::queue<millrace::prepared_send> ready;
  int made = 0;
  int acknowledged = 0;
  while (acknowledged < messages) {
    while (!ready.empty() && client.outstanding() < window) {
      client.submit_prepared(ready.front(), 0).value();
      ready.pop();
    }
    engine.poll(0);
    const std::size_t answers = client.poll([&](const millrace::completion& c) {
      const auto status = c.status != millrace::errc::ok ? c.status : c.sent[0].status;
      if (status != millrace::errc::ok) {
        std::fprintf(stderr, "%s\n", millrace::to_string(status).data());
        std::exit(1);
      }
      ++acknowledged;
    });
    if (answers != 0 || made == messages || ready.size() == window) continue;
    const std::string order = "order " + std::to_string(made++);
    const millrace::send_entry entry{.body = millrace::as_bytes(order)};
    ready.push(client.prepare_send(orders, {&entry, 1}).value());
  }
  std::printf("%d acknowledged\n", acknowledged);
}
