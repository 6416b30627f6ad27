// Messages whose time has come and that no sender has taken yet. Without keys any sender of the
// topic takes the next one; with keys each has its own, so that a key keeps its order. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace millrace::perf {

struct due_message {
  std::uint64_t sequence = 0;
  std::uint64_t intended_ns = 0;  ///< since the origin
  std::uint32_t key = 0;
  std::uint32_t bytes = 0;
};

class send_queues {
 public:
  /// Sender i works for topic i modulo `topics`; when there are fewer senders than topics, they
  /// share.
  send_queues(std::size_t topics, std::size_t senders, bool by_key);

  void push(std::size_t topic, const due_message& message);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  void clear() noexcept;

  /// Calls can_send(sender) -> bool and send(sender, topic, messages...) for what can leave now:
  /// `send` takes up to `batch` messages off the queue that it is given.
  template <class CanSend, class Send>
  void dispatch(CanSend&& can_send, Send&& send) {
    for (std::size_t i = 0; i < active_.size();) {
      queue& from = queues_[active_[i]];
      while (!from.waiting.empty()) {
        const std::size_t sender = free_sender(from, can_send);
        if (sender == none) break;
        const std::size_t before = from.waiting.size();
        send(sender, from.topic, from.waiting);
        size_ -= before - from.waiting.size();
      }
      if (!from.waiting.empty()) {
        ++i;
        continue;
      }
      from.is_active = false;
      active_[i] = active_.back();
      active_.pop_back();
    }
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct queue {
    std::size_t topic = 0;
    std::vector<std::size_t> senders;
    std::size_t turn = 0;  ///< whose it is
    bool is_active = false;
    std::deque<due_message> waiting;
  };
  template <class CanSend>
  static std::size_t free_sender(queue& from, CanSend& can_send) {
    for (std::size_t tried = 0; tried < from.senders.size(); ++tried) {
      const std::size_t sender = from.senders[from.turn];
      from.turn = from.turn + 1 == from.senders.size() ? 0 : from.turn + 1;
      if (can_send(sender)) return sender;
    }
    return none;
  }

  bool by_key_;
  std::vector<queue> queues_;
  std::vector<std::vector<std::size_t>> of_topic_;  ///< indices of queues
  std::vector<std::size_t> active_;                 ///< indices of queues that are not empty
  std::uint64_t size_ = 0;
};

}  // namespace millrace::perf
