// A topic and two queues: each gets what is published, one of them the message itself and the other
// what the program makes of it.
#include <cstdio>
#include <millrace/millrace.hpp>
#include <string>

int main() {
  auto engine = millrace::engine::open({}).value();
  auto client = engine.connect().value();
  millrace::topic_client topics(client);

  const auto news = topics.create_topic("news").value();
  for (const char* queue : {"archive", "mail"}) {
    client.create_queue(queue).value();
    millrace::subscription_settings wanted;
    wanted.endpoint = queue;
    wanted.raw = std::string_view(queue) == "archive";
    topics.subscribe(news, wanted).value();
  }

  const std::string_view envelope = "{\"text\":\"espresso is out\"}";
  millrace::publish_entry entry;
  entry.message = millrace::as_bytes(std::string_view("espresso is out"));
  entry.notification = millrace::as_bytes(envelope);
  millrace::publish_result result;
  topics.publish(news, {&entry, 1}, {&result, 1}).value();

  // The answer came when both queues had it.
  for (const char* queue : {"archive", "mail"}) {
    for (const auto& message : client.receive(queue).value()) {
      const auto body = millrace::as_text(message.body);
      std::printf("%s: %.*s\n", queue, static_cast<int>(body.size()), body.data());
      client.delete_message(queue, message.receipt).value();
    }
  }
}
