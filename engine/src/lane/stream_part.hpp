// stream_part: what an operation on streams carries, request and reply. A client keeps those that
// it does not use, so that puts and reads allocate nothing in the long run.
#pragma once

#include <cstdint>
#include <millrace/stream.hpp>
#include <optional>
#include <string>
#include <vector>

#include "stream/service.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

struct put_slot {
  stream::put_args record;
  bool refused = false;  ///< by the client: it never comes to the lane's stream
};

struct stream_part {
  std::string name;
  stream_handle handle;
  stream_settings settings;
  std::uint32_t given = 0;
  std::optional<std::uint64_t> revision;  ///< only if the stream's is still this
  std::string consumer;
  bool with_consumers = true;
  bool advantage = false;  ///< of register_consumer
  bool counted = false;    ///< of list_shards
  std::uint32_t shard = 0;
  std::uint32_t other_shard = 0;  ///< adjacent, first to list, or a count
  std::size_t max = 0;
  hash_key at;
  shard_start start;

  std::vector<put_slot> puts;
  std::size_t put_next = 0;  ///< the lane's: how far it is
  stream::waiter wait;       ///< its `wanted` is what a read wants, or a cursor
  std::shared_ptr<stream::shard_tail>
      tail;                  ///< of open_cursor: one for a shard that has none; its own
  bool tail_wanted = false;  ///< it has none, and was given none
  std::size_t tail_slot = 0;

  // Replies.
  std::vector<put_result> results;
  stream_reply reply;
  stream::read_batch batch;
  std::vector<record_view> views;  ///< the client's: of batch

  /// Gives up the bodies that it still holds.
  void drop_pins() noexcept {
    for (const stream::block_pin& pin : batch.pins) sync::release(pin.home, pin.count);
    batch.pins.clear();
    for (put_slot& p : puts) {
      if (p.record.body) sync::release(p.record.body.home);
    }
    puts.clear();
  }
  void reset() noexcept {
    drop_pins();
    batch.clear();
    views.clear();
    results.clear();
    name.clear();
    handle = {};
    settings = {};
    given = 0;
    revision.reset();
    consumer.clear();
    with_consumers = true;
    advantage = counted = false;
    put_next = 0;
    start = {};
    wait.wanted = {};
    tail.reset();
    tail_wanted = false;
    reply = {};
  }
};

}  // namespace detail
}  // namespace v1
}  // namespace millrace
