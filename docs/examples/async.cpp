// A pipeline: one thread keeps up to 64 calls under way while the engine's own thread runs the
// lane. It sends, receives and deletes 10,000 messages, and sleeps when there is nothing to do.
#include <cstdio>
#include <millrace/millrace.hpp>
#include <semaphore>
#include <vector>

namespace {

constexpr int messages = 10'000;
constexpr std::size_t window = 64;

class pipeline {
 public:
  pipeline(millrace::client& client, millrace::queue_handle queue)
      : client_(client), queue_(queue) {}

  [[nodiscard]] bool done() const { return deleted == messages; }

  /// Fills the window: sends while there are any, else receives, of which eight are enough.
  void submit() {
    while (client_.outstanding() < window) {
      if (sending_ < messages) {
        const millrace::send_entry entry{.body = millrace::as_bytes("an order")};
        client_.submit_send(queue_, {&entry, 1}, 0).value();
        ++sending_;
      } else if (receiving_ < 8 && received < messages) {
        client_.submit_receive(queue_, {.max_messages = 10}, 0).value();
        ++receiving_;
      } else {
        return;
      }
    }
  }

  void answer(const millrace::completion& c) {
    if (c.status != millrace::errc::ok) {
      std::fprintf(stderr, "%s\n", millrace::to_string(c.status).data());
      std::exit(1);
    }
    for (const auto& s : c.sent) sent += s.status == millrace::errc::ok ? 1 : 0;
    for (const auto e : c.entries) deleted += e == millrace::errc::ok ? 1 : 0;
    if (c.kind != millrace::operation_kind::receive) return;
    --receiving_;
    if (c.messages.empty()) return;
    std::vector<millrace::receipt_handle> receipts;
    for (const auto& message : c.messages) receipts.push_back(message.receipt);
    received += static_cast<int>(receipts.size());
    client_.submit_delete(queue_, receipts, 0).value();
  }

  int sent = 0;
  int received = 0;
  int deleted = 0;

 private:
  millrace::client& client_;
  millrace::queue_handle queue_;
  int sending_ = 0;
  int receiving_ = 0;
};

}  // namespace

int main() {
  auto engine = millrace::engine::open({.threading = millrace::thread_mode::own}).value();

  std::counting_semaphore<> wakes(0);
  auto client = engine
                    .connect({.wake =
                                  [](void* context) noexcept {
                                    static_cast<std::counting_semaphore<>*>(context)->release();
                                  },
                              .wake_context = &wakes})
                    .value();

  pipeline work(client, client.create_queue("orders").value());
  while (!work.done()) {
    work.submit();
    if (client.poll([&](const millrace::completion& c) { work.answer(c); }) != 0) continue;
    if (!client.prepare_to_sleep()) continue;
    wakes.acquire();
    client.end_sleep();
  }
  std::printf("%d sent, %d received, %d deleted\n", work.sent, work.received, work.deleted);
}
