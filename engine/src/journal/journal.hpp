// The journal seam: where a lane's decisions become durable. A lane appends a batch, goes on, and
// lets a reply leave only when durable() has reached the position it waits for.
// append() is called by one lane at a time; durable() and failed() by any thread.
#pragma once

#include <span>

#include "journal/entry.hpp"

namespace millrace::journal {

class journal {
 public:
  journal() = default;
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  virtual ~journal() = default;

  /// Takes the entries in order and returns the position of the last one. Never blocks.
  virtual position append(std::span<const entry> entries) noexcept = 0;

  /// Everything up to here survives what the journal's level promises. Only grows.
  [[nodiscard]] virtual position durable() const noexcept = 0;

  /// Once true, for ever: nothing beyond durable() will be acknowledged.
  [[nodiscard]] virtual bool failed() const noexcept = 0;
};

/// The `memory` level: an entry is as durable as it gets when it is appended; nothing is kept.
class memory_journal final : public journal {
 public:
  position append(std::span<const entry> entries) noexcept override {
    return position_ += entries.size();
  }
  [[nodiscard]] position durable() const noexcept override { return position_; }
  [[nodiscard]] bool failed() const noexcept override { return false; }

 private:
  position position_ = 0;
};

}  // namespace millrace::journal
