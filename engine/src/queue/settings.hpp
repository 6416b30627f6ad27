// What decide needs to know besides the state: limits and the keys of this engine. Fixed while a
// lane runs, except where a reload replaces it between two batches.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>

#include "base/hash.hpp"
#include "queue/call_rates.hpp"
#include "sync/place_count.hpp"

namespace millrace::queue {

struct settings {
  base::tag_key receipt_key = {};
  std::uint64_t in_flight_max = 120'000;        ///< of one queue (SQS quota, standard queues)
  durability level_default = durability::disk;  ///< of queues that ask for none
  durability level_max = durability::disk;      ///< what this engine has
  std::uint32_t incarnation = 0;  ///< of the engine on its data: its sequences begin beyond
  /// Of a turn's decisions, after which the journal takes them; one more operation may follow.
  std::size_t log_bytes_full = std::size_t{1} << 20;
  bool rates_limited = false;                ///< limits=aws
  region_rates* high_throughput = nullptr;   ///< of FIFO queues; never null with rates_limited
  sync::place_count* move_places = nullptr;  ///< of an engine; null: moves as many as wanted
  std::uint32_t message_bytes_max = millrace::message_bytes_max;
  bool short_polls_sampled = false;  ///< of standard queues, see sampled_hosts.hpp
};

}  // namespace millrace::queue
