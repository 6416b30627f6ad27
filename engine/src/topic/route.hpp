// route: where the messages of a subscription go, as it was when they were published. Never changed
// once made: other lanes read it while a delivery is under way. Counted by its own lane.
#pragma once

#include <cstdint>
#include <millrace/topic.hpp>
#include <string>
#include <utility>

#include "base/hash.hpp"

namespace millrace::topic {

/// A queue, and what a look-up of it takes.
struct queue_address {
  queue_address() = default;
  explicit queue_address(std::string of)
      : name(std::move(of)), hash(base::hash_bytes(name)), slot(base::slot_of(name)) {}

  std::string name;
  std::uint64_t hash = 0;
  std::uint8_t slot = 0;
};

struct route {
  subscription_id id;
  bool raw = false;
  queue_address queue;
  queue_address dead_letter;  ///< its name empty: there is none
  std::uint32_t references = 0;
};

class route_ref {
 public:
  route_ref() = default;
  explicit route_ref(route* to) noexcept : to_(to) { ++to_->references; }
  route_ref(const route_ref& other) noexcept : to_(other.to_) {
    if (to_ != nullptr) ++to_->references;
  }
  route_ref(route_ref&& other) noexcept : to_(std::exchange(other.to_, nullptr)) {}
  route_ref& operator=(route_ref other) noexcept {
    std::swap(to_, other.to_);
    return *this;
  }
  ~route_ref() {
    if (to_ != nullptr && --to_->references == 0) delete to_;
  }

  const route& operator*() const noexcept { return *to_; }
  const route* operator->() const noexcept { return to_; }

 private:
  route* to_ = nullptr;
};

}  // namespace millrace::topic
