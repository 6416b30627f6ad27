// What decide needs to know besides the state. Fixed while a lane runs.
#pragma once

#include <millrace/types.hpp>

#include "base/hash.hpp"

namespace millrace::topic {

struct settings {
  base::tag_key secret = {};                    ///< of deduplication keys
  durability level_default = durability::disk;  ///< of topics that ask for none
  durability level_max = durability::disk;      ///< what this engine has
  std::uint32_t incarnation = 0;                ///< of the engine on its data
  bool rates_limited = false;                   ///< limits=aws
};

}  // namespace millrace::topic
