// Messages that survive the program, and a power cut: sent in one run, received in the next.
#include <cstdio>
#include <millrace/millrace.hpp>
#include <string>

int main(int argc, char** argv) {
  const std::string directory = argc > 1 ? argv[1] : "./millrace-data";
  std::string why;
  auto opened = millrace::engine::open({.data_dir = directory}, &why);
  if (!opened) {
    std::fprintf(stderr, "%s: %s\n", directory.c_str(), why.c_str());
    return 1;
  }
  auto engine = std::move(opened).value();
  auto client = engine.connect().value();
  const auto orders = client.create_queue("orders").value();

  for (const auto& message : client.receive(orders, {.max_messages = 10}).value()) {
    const auto body = millrace::as_text(message.body);
    std::printf("left by an earlier run: %.*s\n", static_cast<int>(body.size()), body.data());
    client.delete_message(orders, message.receipt).value();
  }

  client.send(orders, "an espresso, for later").value();  // synced to the disk when this returns
}
