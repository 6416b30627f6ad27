// What to ask next: the mixed load, the drain that receives and deletes all there is, and the fill.
// Chosen on the driver's one thread, from its dice.
#pragma once

#include <optional>
#include <random>
#include <vector>

#include "recorder.hpp"
#include "request.hpp"

namespace millrace::crash {

class script {
 public:
  script() = default;
  script(const script&) = delete;
  script& operator=(const script&) = delete;
  virtual ~script() = default;

  /// The next request for an idle connection; nothing when there is none at the moment.
  virtual std::optional<request> next() = 0;
  /// A receive of that queue brought so many messages.
  virtual void received(std::size_t queue, std::size_t messages) {
    static_cast<void>(queue);
    static_cast<void>(messages);
  }
};

struct mixed_load {
  std::uint64_t present = 1500;  ///< messages to hold their number near
  bool delays = true;            ///< some sends are delayed by a second
};

/// Sends, receives, deletes, changes of visibility, purges, and queues that come and go.
class mixed_script final : public script {
 public:
  mixed_script(const roster& queues, const ledger& book, recorder& notes, std::mt19937_64& dice,
               mixed_load wanted)
      : queues_(queues), book_(book), notes_(notes), dice_(dice), wanted_(wanted) {}

  std::optional<request> next() override;

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return dice_() % limit; }
  [[nodiscard]] std::optional<std::size_t> queue_that(bool (*fits)(const queue_entry&));
  [[nodiscard]] std::optional<request> send();
  [[nodiscard]] std::optional<request> receive();
  [[nodiscard]] std::optional<request> use_receipts();
  [[nodiscard]] std::optional<request> churn();
  [[nodiscard]] std::optional<request> purge();

  const roster& queues_;
  const ledger& book_;
  recorder& notes_;
  std::mt19937_64& dice_;
  mixed_load wanted_;
};

/// Receives from every queue that is there and deletes what came, until told otherwise.
class drain_script final : public script {
 public:
  drain_script(const roster& queues, recorder& notes, std::mt19937_64& dice)
      : queues_(queues), notes_(notes), dice_(dice), dry_(queues.size()) {}

  std::optional<request> next() override;
  void received(std::size_t queue, std::size_t messages) override;

  /// Every queue that is there has answered a receive with nothing since the last restart().
  [[nodiscard]] bool is_dry() const;
  void restart() { dry_.assign(queues_.size(), false); }

 private:
  const roster& queues_;
  recorder& notes_;
  std::mt19937_64& dice_;
  std::vector<bool> dry_;
  std::size_t turn_ = 0;
};

/// Sends batches of ten to one queue after the other, and nothing else.
class fill_script final : public script {
 public:
  explicit fill_script(const roster& queues) : queues_(queues) {}
  std::optional<request> next() override;

 private:
  const roster& queues_;
  std::size_t turn_ = 0;
};

}  // namespace millrace::crash
