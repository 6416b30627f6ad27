// The rates of limits=aws on a FIFO topic, as a pure function of time: messages a second in the
// topic (unless its deduplication scope is the group) and in each message group, in windows of one
// second of engine time that begin with the first message. Source: SNS quotas (2026).
#pragma once

#include <cstdint>
#include <millrace/limits.hpp>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/fifo_key.hpp"

namespace millrace::topic {

class publish_rates {
 public:
  [[nodiscard]] bool pass(base::time_ns now, const base::fifo_key& group, bool topic_counts) {
    if (now >= until_) {
      until_ = now + base::ns_per_s;
      messages_ = 0;
      groups_.clear();
    }
    std::uint32_t& in_group = groups_[group.low];
    if (in_group >= topic_group_messages_per_second) return false;
    if (topic_counts && messages_ >= fifo_topic_messages_per_second) return false;
    ++in_group;
    ++messages_;
    return true;
  }

 private:
  base::time_ns until_ = 0;  ///< end of the window
  std::uint32_t messages_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> groups_;
};

}  // namespace millrace::topic
