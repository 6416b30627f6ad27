#include "api/transfer_mesh.hpp"

namespace millrace::api {

transfer_mesh::transfer_mesh(std::uint32_t lanes) : lanes_(lanes) {
  for (std::uint32_t i = 0; i < lanes * lanes; ++i) {
    rings_.push_back(std::make_unique<ring>(ring_capacity));
    notices_.push_back(std::make_unique<notice_ring>(ring_capacity));
  }
}

transfer_mesh::~transfer_mesh() {
  for (std::uint32_t to = 0; to < lanes_; ++to) {
    while (take(to) != nullptr) {
    }
  }
}

void transfer_mesh::connect(std::vector<std::uint32_t> lane_of_slot,
                            std::vector<sync::doorbell*> bells) {
  lane_of_slot_ = std::move(lane_of_slot);
  bells_ = std::move(bells);
}

bool transfer_mesh::send(std::uint32_t from_lane, queue::transfer_ptr& t) noexcept {
  const std::uint8_t slot = t->kind == queue::transfer_kind::in ? t->target_slot : t->source_slot;
  const std::uint32_t to = lane_of_slot_[slot];
  if (!between(from_lane, to).push(t.get())) return false;
  static_cast<void>(t.release());  // the ring has it now
  if (to != from_lane) bells_[to]->ring();
  return true;
}

queue::transfer_ptr transfer_mesh::take(std::uint32_t lane) noexcept {
  for (std::uint32_t from = 0; from < lanes_; ++from) {
    queue::transfer* t = nullptr;
    if (between(from, lane).pop(std::span(&t, 1)) == 1) return queue::transfer_ptr(t);
  }
  return nullptr;
}

bool transfer_mesh::send(std::uint32_t from_lane, const lane::notice& n) noexcept {
  const std::uint32_t to = lane_of_slot_[n.slot()];
  if (!notices_between(from_lane, to).push(n)) return false;
  if (to != from_lane) bells_[to]->ring();
  return true;
}

bool transfer_mesh::take(std::uint32_t lane, lane::notice& out) noexcept {
  for (std::uint32_t from = 0; from < lanes_; ++from) {  // to itself a lane says nothing
    if (from != lane && notices_between(from, lane).pop(std::span(&out, 1)) == 1) return true;
  }
  return false;
}

bool transfer_mesh::waiting(std::uint32_t lane) const noexcept {
  for (std::uint32_t from = 0; from < lanes_; ++from) {
    if (!between(from, lane).empty()) return true;
    if (from != lane && !notices_between(from, lane).empty()) return true;
  }
  return false;
}

}  // namespace millrace::api
