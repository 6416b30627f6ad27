// account_places: the part of the account's shards and on-demand streams that a lane's streams
// have. Places are taken before a decision that needs more; afterwards what is held is made equal
// to what there is. Without limits there is nothing to take. One thread (the lane); the counts are
// shared.
#pragma once

#include <millrace/errc.hpp>

#include "stream/settings.hpp"
#include "stream/state.hpp"

namespace millrace::stream {

class account_places {
 public:
  explicit account_places(const settings& limits) noexcept
      : shards_(limits.shard_places), on_demand_(limits.on_demand_places) {}

  /// Both or none.
  errc take(std::uint32_t shards, std::uint32_t on_demand_streams) noexcept;
  void settle(const state& now) noexcept;

 private:
  sync::place_count* shards_;
  sync::place_count* on_demand_;
  std::uint32_t shards_held_ = 0;
  std::uint32_t on_demand_held_ = 0;
};

}  // namespace millrace::stream
