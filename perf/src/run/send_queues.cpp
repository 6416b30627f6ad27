#include "run/send_queues.hpp"

namespace millrace::perf {

send_queues::send_queues(std::size_t topics, std::size_t senders, bool by_key)
    : by_key_(by_key), of_topic_(topics) {
  for (std::size_t topic = 0; topic < topics; ++topic) {
    std::vector<std::size_t> own;
    for (std::size_t i = topic; i < senders; i += topics) own.push_back(i);
    if (own.empty()) own.push_back(topic % senders);
    const std::size_t count = by_key ? own.size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      of_topic_[topic].push_back(queues_.size());
      queue& made = queues_.emplace_back();
      made.topic = topic;
      made.senders = by_key ? std::vector<std::size_t>{own[i]} : own;
    }
  }
}

void send_queues::push(std::size_t topic, const due_message& message) {
  const auto& candidates = of_topic_[topic];
  const std::size_t index = candidates[by_key_ ? message.key % candidates.size() : 0];
  queue& into = queues_[index];
  into.waiting.push_back(message);
  ++size_;
  if (into.is_active) return;
  into.is_active = true;
  active_.push_back(index);
}

void send_queues::clear() noexcept {
  for (const std::size_t index : active_) {
    queues_[index].waiting.clear();
    queues_[index].is_active = false;
  }
  active_.clear();
  size_ = 0;
}

}  // namespace millrace::perf
