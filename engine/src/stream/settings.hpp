// What decide needs to know besides the state. Fixed while a lane runs.
#pragma once

#include <millrace/types.hpp>

namespace millrace::stream {

struct settings {
  durability level_default = durability::disk;  ///< of streams that ask for none
  durability level_max = durability::disk;      ///< what this engine has
  std::uint32_t incarnation = 0;                ///< of the engine on its data
  bool rates_limited = false;                   ///< limits=aws
};

}  // namespace millrace::stream
