// The README's program: a queue inside this process, one message through it.
#include <cstdio>
#include <millrace/millrace.hpp>

int main() {
  auto engine = millrace::engine::open().value();
  auto client = engine.connect().value();
  const auto orders = client.create_queue("orders").value();

  client.send(orders, "one espresso").value();

  for (const auto& message : client.receive(orders, {.max_messages = 10}).value()) {
    const auto body = millrace::as_text(message.body);
    std::printf("%.*s\n", static_cast<int>(body.size()), body.data());
    client.delete_message(orders, message.receipt).value();
  }
}
