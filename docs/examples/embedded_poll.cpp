// A program with an event loop of its own runs the lane in it: thread_mode::none, one epoll, no
// thread of the engine's. The loop sleeps until a descriptor is ready, another thread has handed
// work to the lane (on_lane_wake), or the lane's next timer is due (next_poll_ns).
//
// With thread_mode::none, synchronous calls and ~client poll the lane themselves: they belong on
// the loop's thread. Other threads submit, and flush.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <millrace/millrace.hpp>
#include <thread>

namespace {

/// Wakes the loop; any thread.
class doorbell {
 public:
  doorbell() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~doorbell() { close(fd_); }
  doorbell(const doorbell&) = delete;
  doorbell& operator=(const doorbell&) = delete;
  [[nodiscard]] int fd() const noexcept { return fd_; }
  void ring() const noexcept { eventfd_write(fd_, 1); }
  void quiet() const noexcept {
    eventfd_t rings = 0;
    eventfd_read(fd_, &rings);
  }

 private:
  int fd_;
};

/// Milliseconds for epoll_wait, rounded up; -1 = for ever.
int timeout_ms(std::int64_t until_ns) {
  if (until_ns == INT64_MAX) return -1;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t left = until_ns - std::chrono::nanoseconds(now).count();
  return left <= 0 ? 0 : static_cast<int>(std::min<std::int64_t>(left / 1'000'000 + 1, 60'000));
}

class loop {
 public:
  loop(millrace::engine& engine, millrace::client& client, const doorbell& bell)
      : engine_(engine), client_(client), bell_(bell), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event wanted{.events = EPOLLIN, .data = {.fd = bell_.fd()}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_.fd(), &wanted);  // and the program's own sockets
  }
  ~loop() { close(epoll_); }
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  /// One turn: the lane's work, then the answers; sleeps when there is neither.
  template <class Answer>
  void turn(Answer&& answer) {
    client_.flush();
    std::size_t done = engine_.poll(0);
    done += client_.poll(answer);
    if (done != 0 || !engine_.prepare_to_sleep(0)) return;
    epoll_event ready;
    if (epoll_wait(epoll_, &ready, 1, timeout_ms(engine_.next_poll_ns(0))) == 1) bell_.quiet();
    engine_.end_sleep(0);
  }

 private:
  millrace::engine& engine_;
  millrace::client& client_;
  const doorbell& bell_;
  int epoll_;
};

void produce(millrace::client& client, millrace::queue_handle queue) {
  const millrace::send_entry entries[] = {
      {.body = millrace::as_bytes("a second later"), .delay_seconds = 1},
      {.body = millrace::as_bytes("at once")},
  };
  client.submit_send(queue, entries, 0).value();
  client.flush();  // rings the lane's poller
}

}  // namespace

int main() {
  const doorbell bell;
  auto engine = millrace::engine::open({.threading = millrace::thread_mode::none,
                                        .on_lane_wake =
                                            [](std::uint32_t, void* context) noexcept {
                                              static_cast<const doorbell*>(context)->ring();
                                            },
                                        .wake_context = const_cast<doorbell*>(&bell)})
                    .value();
  auto producer = engine.connect().value();
  auto consumer = engine.connect().value();
  const auto queue = consumer.create_queue("events").value();

  int left = 2;
  const auto wait_for_one = [&] {
    consumer.submit_receive(queue, {.wait_time_seconds = 20}, 0).value();
  };
  const auto answer = [&](const millrace::completion& c) {
    for (const auto& message : c.messages) {
      std::puts(std::string(millrace::as_text(message.body)).c_str());
      consumer.submit_delete(queue, {&message.receipt, 1}, 0).value();
      if (--left != 0) wait_for_one();
    }
  };

  wait_for_one();
  std::thread other([&] { produce(producer, queue); });
  loop events(engine, consumer, bell);
  while (left != 0 || consumer.outstanding() != 0) events.turn(answer);
  other.join();
}
