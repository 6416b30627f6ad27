// decide: what a command means for the state as it is, as journal entries. Pure: reads state and
// settings, writes only the log (and draws from the generator). The caller applies the entries with
// state::evolve. One thread (the lane).
#pragma once

#include <millrace/errc.hpp>
#include <millrace/result.hpp>

#include "base/random_id.hpp"
#include "journal/entry_log.hpp"
#include "queue/attempts.hpp"
#include "queue/receipts.hpp"
#include "queue/sampled_hosts.hpp"
#include "queue/settings.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

/// Everything that a decision reads.
struct context {
  const state& now_state;
  const settings& limits;
  base::time_ms now_ms;   ///< rounded down: what timestamps say
  base::time_ms from_ms;  ///< rounded up: where periods begin, so that none ends early
  entry_log& log;

  /// The end of a period that begins now; one of no length has ended.
  [[nodiscard]] base::time_ms after(std::int32_t seconds) const noexcept {
    return seconds == 0 ? now_ms : from_ms + base::time_ms{seconds} * 1000;
  }
};

errc decide_create(const context& c, const definition& wanted);
/// `changes` holds the values of `given`; the entry holds the merged attributes.
errc decide_attributes(const context& c, const queue_state& q, const queue_attributes& changes,
                       std::uint32_t given);
errc decide_delete_queue(const context& c, const queue_state& q);
errc decide_purge(const context& c, const queue_state& q);

/// What only FIFO queues look at.
struct fifo_part {
  enum class id_from : std::uint8_t { nothing, content, sender };
  fifo_key group;
  fifo_key deduplication;
  bool has_group = false;
  id_from deduplication_from = id_from::nothing;
};
struct send_args {
  sync::body_ref body;      ///< the envelope
  std::uint32_t bytes = 0;  ///< body plus attributes, as limits count them
  std::int32_t delay_seconds = -1;
  const fifo_part* fifo = nullptr;  ///< of a message for a FIFO queue
  bool grouped = false;             ///< to a standard queue, with a message group id
  bool roomy = false;  ///< sent_room, or fifo_sent_room, bytes before the envelope are free
};
/// One `sent` entry; the slot has memory reserved for it.
errc decide_send(const context& c, const queue_state& q, const send_args& args, base::random& ids);

/// Where a message that was published comes from.
struct delivered_from {
  std::uint64_t number = 0;         ///< among its slot's deliveries; 0: it never comes again
  std::uint64_t settled_below = 0;  ///< the topic's slot asks for none of these again
  std::uint8_t slot = 0;            ///< of the topic
};
/// As decide_send, and remembers the number.
errc decide_delivery(const context& c, const queue_state& q, const send_args& args,
                     const delivered_from& from, base::random& ids);
/// The same for a FIFO queue. What it knows already is an entry as well: its number is remembered.
errc decide_fifo_delivery(const context& c, const queue_state& q, const send_args& args,
                          const delivered_from& from, base::random& ids);

/// For a FIFO queue. `known`: the id came before, less than five minutes ago; there is no entry.
errc decide_fifo_send(const context& c, const queue_state& q, const send_args& args,
                      base::random& ids, const duplicate*& known);
using base::random_id;

/// Entries for up to `max` messages to hand out, in the ready list's order, and for those that
/// leave the queue on the way: outlived or received too often. Looks at no more than max + 256, and
/// passes no more than 1024 of other hosts. over_limit: something is ready, but too much is in
/// flight.
errc decide_receive(const context& c, const queue_state& q, std::int32_t max,
                    std::int32_t visibility_timeout, const sampled_hosts& hosts = {});

/// A genuine handle of this queue deletes its message if it still exists, whatever was received
/// since; what is gone already is a success without an entry. In a FIFO queue only that of a
/// latest receive, while it is in flight.
errc decide_delete(const context& c, const queue_state& q, const receipt_handle& handle);
errc decide_visibility(const context& c, const queue_state& q, const receipt_handle& handle,
                       std::int32_t visibility_timeout);

/// `visibility_changed` entries for all messages that a receive was given, if each is in flight as
/// that receive left it; else receive_attempt_over.
errc decide_repeat(const context& c, const queue_state& q, const attempt& before,
                   std::int32_t visibility_timeout);
/// What a receive looks at first, or null.
message* first_candidate(const queue_state& q);

struct move_request {
  std::string_view target_queue;          ///< empty: each to the queue whose dead letter it is
  std::uint32_t messages_per_second = 0;  ///< 0: as quick as possible
};
/// As clients know them.
namespace move_failures {
constexpr std::string_view source_unknown = "CouldNotDetermineMessageSource";
constexpr std::string_view target_missing = "AWS.SimpleQueueService.NonExistentQueue";
constexpr std::string_view too_long = "TaskTimedOut";  // AWS has a word for it that is not known
}  // namespace move_failures

/// One `move_started` entry. errc::message_move_running; invalid_queue_name: the target is the
/// queue itself, or of the other type.
errc decide_start_move(const context& c, const queue_state& q, const move_request& wanted,
                       base::random& ids);
/// Ends the running move.
void decide_end_move(const context& c, const queue_state& q, move_status how,
                     std::string_view reason);
enum class move_step : std::uint8_t {
  moved,
  waits,  ///< for an answer from another slot
  ended,
};
/// Moves the first message of a queue whose move runs, or ends that. The slot has memory reserved
/// for a message.
move_step decide_move(const context& c, const queue_state& q, base::random& ids);

/// `expired` entries for up to `max` of the oldest messages that have outlived the retention.
void decide_expiry(const context& c, const queue_state& q, std::size_t max);

/// Merges the given attributes into `into`.
void merge(queue_attributes& into, const queue_attributes& changes, std::uint32_t given);
/// True if every given attribute has the same value in both.
bool same(const queue_attributes& has, const queue_attributes& wanted, std::uint32_t given);

}  // namespace millrace::queue
