#include "stream/account_places.hpp"

namespace millrace::stream {
namespace {

void make_equal(sync::place_count& places, std::uint32_t& held, std::uint32_t wanted) noexcept {
  if (wanted > held) places.hold(wanted - held);
  if (wanted < held) places.give(held - wanted);
  held = wanted;
}

}  // namespace

errc account_places::take(std::uint32_t shards, std::uint32_t on_demand_streams) noexcept {
  if (shards_ == nullptr) return errc::ok;
  if (!shards_->take(shards)) return errc::too_many_shards;
  shards_held_ += shards;
  if (!on_demand_->take(on_demand_streams)) {
    shards_held_ -= shards;
    shards_->give(shards);
    return errc::too_many_on_demand_streams;
  }
  on_demand_held_ += on_demand_streams;
  return errc::ok;
}

void account_places::settle(const state& now) noexcept {
  if (shards_ == nullptr) return;
  const state::account_use used = now.used_of_account();
  make_equal(*shards_, shards_held_, used.shards);
  make_equal(*on_demand_, on_demand_held_, used.on_demand_streams);
}

}  // namespace millrace::stream
