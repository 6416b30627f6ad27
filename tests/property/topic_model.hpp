// topic_model: topics and the queues behind them as their description says, without any thought of
// speed: lists of subscriptions and of texts. What the property test of topics compares with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::test {

struct topic_model {
  struct message {
    std::string text;
    std::string group;
    std::string id;
  };
  struct subscription {
    std::string dead_letters;
    bool raw = true;
    friend bool operator==(const subscription&, const subscription&) = default;
  };
  struct topic {
    bool in_group = false;                              ///< scope of deduplication
    std::map<std::string, subscription> subscriptions;  ///< by queue
    std::map<std::string, std::int64_t> seen;           ///< deduplication id -> end
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
  };

  std::map<std::string, topic> topics;
  struct queued {
    std::string group;
    std::string text;
    friend auto operator<=>(const queued&, const queued&) = default;
  };
  std::map<std::string, std::vector<queued>> queues;
  /// Of FIFO queues: what they have seen, with its end.
  std::map<std::string, std::map<std::string, std::int64_t>> seen;
  std::int64_t now_ms = 0;

  static bool is_fifo(const std::string& name) { return name.ends_with(".fifo"); }

  void publish(const std::string& name, const message& m) {
    constexpr std::int64_t window_ms = 300'000;
    topic& t = topics.at(name);
    if (is_fifo(name)) {
      const std::string key = t.in_group ? m.group + "/" + m.id : m.id;
      const auto known = t.seen.find(key);
      if (known != t.seen.end() && known->second > now_ms) return;
      t.seen[key] = now_ms + window_ms;
    }
    ++t.published;
    for (const auto& [queue, s] : t.subscriptions) {
      const std::string text = s.raw ? m.text : "note " + m.text;
      message sent = m;
      sent.text = text;
      const auto to = [&](const std::string& target) {
        // A standard queue shows no group of a FIFO topic's message.
        if (is_fifo(name) && !is_fifo(target)) sent.group.clear();
        return deliver(target, sent);
      };
      ++(to(queue) || to(s.dead_letters) ? t.delivered : t.failed);
    }
  }

 private:
  bool deliver(const std::string& queue, const message& m) {
    constexpr std::int64_t window_ms = 300'000;
    const auto to = queues.find(queue);
    if (to == queues.end()) return false;
    if (is_fifo(queue)) {
      const auto known = seen[queue].find(m.id);
      if (known != seen[queue].end() && known->second > now_ms) return true;
      seen[queue][m.id] = now_ms + window_ms;
    }
    to->second.push_back({m.group, m.text});
    return true;
  }
};

}  // namespace millrace::test
