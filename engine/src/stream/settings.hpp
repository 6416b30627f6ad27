// What decide needs to know besides the state. Fixed while a lane runs.
#pragma once

#include <millrace/limits.hpp>
#include <millrace/types.hpp>

#include "sync/place_count.hpp"
#include "sync/recent_times.hpp"

namespace millrace::stream {

struct settings {
  durability level_default = durability::disk;  ///< of streams that ask for none
  durability level_max = durability::disk;      ///< what this engine has
  std::uint32_t incarnation = 0;                ///< of the engine on its data
  std::uint32_t record_kib_journaled = 1024;    ///< largest MaxRecordSizeInKiB above level memory
  std::uint32_t change_ms = 0;                  ///< for so long a change shows
  sync::place_count* shard_places = nullptr;    ///< of the account; null: as many as wanted
  sync::place_count* on_demand_places = nullptr;
  sync::recent_times<creating_max>* creations = nullptr;  ///< of the account; null: no limit
  bool rates_limited = false;                             ///< limits=aws
};

}  // namespace millrace::stream
