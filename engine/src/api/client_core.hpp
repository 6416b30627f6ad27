// client_core: a client's operations, from submit to completion: the pool, the writer of bodies,
// the ports, and the views that a completion shows. One thread at a time.
#pragma once

#include <array>
#include <memory>
#include <millrace/client.hpp>
#include <millrace/md5.hpp>
#include <millrace/stream_client.hpp>
#include <millrace/topic_client.hpp>
#include <vector>

#include "api/engine_core.hpp"
#include "base/pointer_table.hpp"
#include "lane/operation.hpp"
#include "queue/fifo_envelope.hpp"
#include "sync/block_writer.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

class client_core {
 public:
  client_core(engine_core& engine, client_place& place);
  ~client_core();

  /// A free operation with kind and token set, or null: the window is full.
  lane::operation* begin(operation_kind kind, std::uint64_t token) noexcept;
  /// Done with it: drops the bodies that it holds and returns it to the pool.
  void abandon(lane::operation& op) noexcept;

  /// Names the queue; errc::invalid_queue_name for a name that no queue can have.
  static errc address(lane::operation& op, const queue_name_or_handle& queue) noexcept;
  errc fill_send(lane::operation& op, std::span<const send_entry> entries) noexcept;
  errc fill_receive(lane::operation& op, const receive_options& wanted) const noexcept;
  static errc fill_receipts(lane::operation& op, std::span<const receipt_handle> receipts) noexcept;
  static errc fill_receipts(lane::operation& op,
                            std::span<const visibility_entry> entries) noexcept;

  /// To the lane of its queue, or to `lane`. On errc::would_block the caller still has it.
  errc submit(lane::operation& op) noexcept;
  errc submit(lane::operation& op, std::uint32_t lane) noexcept;

  /// A filled operation is to wait for submit_prepared() or drop_prepared().
  void set_aside() noexcept { ++prepared_; }
  errc submit_prepared(lane::operation& op) noexcept;
  void drop_prepared(lane::operation& op) noexcept;

  void flush() noexcept;
  std::size_t poll(void (*handle)(void*, const completion&), void* context, std::size_t max);
  received take_messages() noexcept;

  /// Hands the operation over and waits until its reply is here; other replies wait for poll().
  void run(lane::operation& op) noexcept;
  /// As a synchronous call's answer: moves the pins into the result.
  received to_received(lane::operation& op) noexcept;

  /// Asks the lane of that receive to answer it now. errc::cancelled: there is none (any more).
  errc cancel(std::uint64_t receive_token) noexcept;
  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_ - prepared_; }
  bool prepare_to_sleep() noexcept;
  void end_sleep() noexcept { place_.bell->cancel(); }

  /// A free operation on streams, with an empty part; null: the window is full.
  lane::operation* begin_stream(operation_kind kind, std::uint64_t token);
  /// Names the stream; errc::invalid_stream_name for a name that none can have.
  static errc address_stream(lane::operation& op, const stream_name_or_handle& stream) noexcept;
  errc fill_puts(lane::operation& op, std::span<const put_entry> entries);
  /// Moves what a read brought out of its operation.
  static std::unique_ptr<stream_part> take_part(lane::operation& op) noexcept;
  std::unique_ptr<stream_part> take_shown_part() noexcept;
  static void view(stream_part& part);
  /// A tail for a shard that has none; null: no memory, its readers go through the lane.
  [[nodiscard]] std::shared_ptr<stream::shard_tail> make_tail();
  [[nodiscard]] base::time_ms now_ms() const noexcept;

  /// A free operation on topics, with an empty part; null: the window is full.
  lane::operation* begin_topic(operation_kind kind, std::uint64_t token);
  /// Names the topic; errc::invalid_topic_name for a name that none can have.
  static errc address_topic(lane::operation& op, const topic_name_or_handle& topic) noexcept;
  errc fill_publish(lane::operation& op, std::span<const publish_entry> entries) noexcept;

  [[nodiscard]] std::uint32_t lanes() const noexcept { return engine_.lanes(); }
  [[nodiscard]] std::uint32_t lane_of(const lane::operation& op) const noexcept;
  [[nodiscard]] std::uint32_t lane_of_account() const noexcept {
    return engine_.lane_of_slot(stream::account_slot);
  }

 private:
  bool add_chunk() noexcept;
  void recycle(lane::operation& op) noexcept;
  void end_cancel(lane::operation& op) noexcept;
  lane::operation* find_outstanding(std::uint64_t token) noexcept;
  errc check(const send_entry& entry, std::size_t& counted) const noexcept;
  template <std::size_t CountMax>
  void store_with_ids(lane::operation& op, std::span<const send_entry> entries,
                      bool standard) noexcept;
  errc put(lane::send_slot& slot, const send_entry& entry, std::size_t counted,
           const queue::envelope& ids, const queue::fifo_texts* texts) noexcept;
  lane::operation* pop_reply() noexcept;
  bool pop_replies() noexcept;
  void park() noexcept;
  void show(lane::operation& op, completion& out) noexcept;
  static void view(const queue::delivery& d, message_view& out) noexcept;
  void complete(lane::operation& op, void (*handle)(void*, const completion&), void* context);
  void drop_pins(lane::operation& op) noexcept;
  errc store(put_slot& slot, const put_entry& entry, bool streamed) noexcept;
  void hash_keys(std::span<const put_entry> entries, std::vector<put_slot>& slots);
  void keep_part(lane::operation& op) noexcept;
  void keep_topic_part(lane::operation& op) noexcept;
  errc store(topic::publish_args& args, const publish_entry& entry, bool standard) noexcept;
  void close() noexcept;

  engine_core& engine_;
  client_place& place_;
  sync::block_writer writer_;
  static constexpr std::size_t chunk = 32;  ///< operations made at a time, when they are needed
  std::vector<std::unique_ptr<lane::operation[]>> pool_;
  const std::size_t window_;
  lane::operation* free_ = nullptr;
  /// Replies popped and not yet looked at: their lines are on the way while others are shown.
  std::array<lane::operation*, 32> popped_;
  std::size_t popped_next_ = 0;
  std::size_t popped_end_ = 0;
  lane::operation* early_ = nullptr;  ///< replies that came while run() waited for another
  lane::operation** early_end_ = &early_;
  lane::operation* shown_ = nullptr;  ///< the receive whose handler runs
  struct token_key {
    static std::uint64_t of(const lane::operation& op) noexcept { return op.token; }
  };
  base::pointer_table<lane::operation, token_key> receives_;  ///< submitted, for cancel
  std::size_t outstanding_ = 0;                               ///< with those that are prepared
  std::size_t prepared_ = 0;
  std::vector<std::unique_ptr<stream_part>> parts_;       ///< of no operation for the moment
  std::vector<std::unique_ptr<topic_part>> topic_parts_;  ///< the same
  std::vector<md5_job> hashing_;
  std::uint32_t next_lane_ = 0;
  std::vector<bool> to_ring_;

  message_view messages_[batch_entries_max];
  send_result sent_[batch_entries_max];
  errc entries_[batch_entries_max];
};

}  // namespace detail
}  // namespace v1
}  // namespace millrace
