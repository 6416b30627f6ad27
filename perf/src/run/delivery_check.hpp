// Did everything arrive, once, and in order? One bit a message and subscription, and the last
// number of each key. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::perf {

/// What was wrong; `unsent` counts messages that the target refused, which is no loss.
struct delivery_verdict {
  std::uint64_t accepted = 0;   ///< acknowledged messages
  std::uint64_t delivered = 0;  ///< of all subscriptions, without duplicates
  std::uint64_t lost = 0;       ///< acknowledged, not delivered to a subscription
  std::uint64_t duplicated = 0;
  std::uint64_t out_of_order = 0;  ///< behind a later one of their key
  std::uint64_t foreign = 0;       ///< not of this run, or altered

  [[nodiscard]] bool is_right() const noexcept {
    return lost == 0 && duplicated == 0 && out_of_order == 0 && foreign == 0;
  }
};

class delivery_check {
 public:
  /// `groups`: independent receivers, each a topic's subscription; `ordered`: keys keep order.
  delivery_check(std::size_t topics, std::size_t subscriptions, bool ordered);

  void accepted(std::uint64_t sequence);
  void received(std::size_t topic, std::size_t subscription, std::uint64_t sequence,
                std::uint32_t key);
  void received_foreign() noexcept { ++verdict_.foreign; }

  /// Deliveries of acknowledged messages that are still to come.
  [[nodiscard]] std::uint64_t outstanding() const noexcept;
  [[nodiscard]] std::uint64_t delivered() const noexcept { return verdict_.delivered; }
  /// What is outstanding now counts as lost.
  [[nodiscard]] delivery_verdict verdict() const;

 private:
  class bitmap {
   public:
    /// True if it was not set before.
    bool set(std::uint64_t at);
    [[nodiscard]] bool get(std::uint64_t at) const noexcept;

   private:
    std::vector<std::uint64_t> words_;
  };
  std::size_t subscriptions_;
  bool ordered_;
  bitmap accepted_;
  std::vector<bitmap> seen_;                           ///< by subscription
  std::vector<std::vector<std::uint64_t>> last_seen_;  ///< by topic and subscription: by key, + 1
  std::uint64_t delivered_early_ = 0;  ///< deliveries of messages not yet known as acknowledged
  delivery_verdict verdict_;
};

}  // namespace millrace::perf
