// sim_journal: a journal that completes when its seed says, some looks after the append, and may
// break. All lanes of a simulated engine share it. One thread.
#pragma once

#include "base/random.hpp"
#include "checker.hpp"
#include "journal/journal.hpp"

namespace millrace::sim {

class sim_journal final : public journal::journal {
 public:
  using position = millrace::journal::position;

  /// Completes at about one look in `patience`.
  sim_journal(std::uint64_t seed, std::uint64_t patience, checker& watched)
      : random_(seed), patience_(patience), checker_(watched) {}

  position append(std::span<const millrace::journal::entry> entries) noexcept override {
    for (const auto& e : entries) checker_.decided(e);
    return appended_ += entries.size();
  }
  /// Gets on while somebody looks, like a disk: by any part of what is appended.
  [[nodiscard]] position reached(durability) const noexcept override {
    if (!broken && durable_ < appended_ && random_.below(patience_) == 0) {
      durable_ += random_.below(appended_ - durable_) + 1;
    }
    return durable_;
  }
  [[nodiscard]] bool failed() const noexcept override { return broken; }

  bool broken = false;

 private:
  mutable base::random random_;
  const std::uint64_t patience_;
  checker& checker_;
  position appended_ = 0;
  mutable position durable_ = 0;
};

}  // namespace millrace::sim
