// transfer_mesh: a ring from every lane to every other, for messages that change slots, and one for
// notices about deliveries. Lane a
// pushes to (a, b), lane b pops; a transfer between two slots of one lane takes its own ring.
#pragma once

#include <memory>
#include <vector>

#include "lane/lane.hpp"
#include "sync/inbox.hpp"

namespace millrace::api {

class transfer_mesh final : public lane::transfer_router {
 public:
  static constexpr std::size_t ring_capacity = 1024;

  explicit transfer_mesh(std::uint32_t lanes);
  ~transfer_mesh();

  /// Who owns a slot, and whom to wake; set before the lanes run.
  void connect(std::vector<std::uint32_t> lane_of_slot, std::vector<sync::doorbell*> bells);

  bool send(std::uint32_t from_lane, queue::transfer_ptr& t) noexcept override;
  queue::transfer_ptr take(std::uint32_t lane) noexcept override;
  bool send(std::uint32_t from_lane, const lane::notice& n) noexcept override;
  bool take(std::uint32_t lane, lane::notice& out) noexcept override;
  [[nodiscard]] std::uint32_t lane_of_slot(std::uint8_t slot) const noexcept override {
    return lane_of_slot_[slot];
  }
  [[nodiscard]] bool waiting(std::uint32_t lane) const noexcept override;

 private:
  using ring = sync::inbox<queue::transfer*>;
  using notice_ring = sync::inbox<lane::notice>;
  [[nodiscard]] ring& between(std::uint32_t from, std::uint32_t to) const noexcept {
    return *rings_[from * lanes_ + to];
  }

  [[nodiscard]] notice_ring& notices_between(std::uint32_t from, std::uint32_t to) const noexcept {
    return *notices_[from * lanes_ + to];
  }

  std::uint32_t lanes_;
  std::vector<std::unique_ptr<ring>> rings_;
  std::vector<std::unique_ptr<notice_ring>> notices_;
  std::vector<std::uint32_t> lane_of_slot_;
  std::vector<sync::doorbell*> bells_;
};

}  // namespace millrace::api
