// A toy SQS server for tests of the load generator: one queue in memory, one thread, answers shaped
// as the service's. It misbehaves on request, so that tests can show that the generator notices.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace millrace::perf {

enum class misbehaviour : std::uint8_t {
  none,
  loses_messages,  ///< acknowledges, then forgets every 50th
  delivers_twice,  ///< every 50th
  alters_bodies,   ///< one byte of every 50th
  answers_wrong_md5,
  omits_md5,
  fails_some_requests,  ///< status 500 to every 50th
  throttles,            ///< every 50th
  splits_answers,       ///< correct, but in many small segments
  closes_connections,   ///< after 20 answers
};

class stub_sqs {
 public:
  explicit stub_sqs(misbehaviour how = misbehaviour::none);
  ~stub_sqs();
  stub_sqs(const stub_sqs&) = delete;
  stub_sqs& operator=(const stub_sqs&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint64_t queues_deleted() const noexcept { return queues_deleted_; }

 private:
  struct client {
    std::string unread;
    int answers = 0;
  };
  void serve();
  void accept_one();
  bool read_from(int descriptor, client& from);
  bool answer(int descriptor, client& to, std::string_view head, std::string_view body);
  std::string act(std::string_view action, std::string_view body);
  std::string accept_messages(std::string_view body);
  std::string hand_out(std::string_view body);
  bool is_unlucky() noexcept { return ++events_ % 50 == 0; }

  misbehaviour how_;
  int listener_ = -1;
  int epoll_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> queues_deleted_{0};
  std::uint64_t events_ = 0;
  std::uint64_t receipts_ = 0;
  std::deque<std::string> messages_;
  std::map<int, client> clients_;
  std::thread thread_;
};

}  // namespace millrace::perf
