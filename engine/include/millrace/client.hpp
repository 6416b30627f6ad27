// client: one thread's connection to an engine. Calls come in two forms: synchronous ones return
// the answer; submit_...() ones return at once and their answer reaches poll()'s handler. A client
// is used by one thread at a time; open one for each thread. Nothing here allocates a message.
//
// Asynchronous calls: submit as many as the window holds (options::client_window), then poll().
// Submitted operations are handed over at the latest by the next flush() or poll(). A submit that
// returns errc::would_block changed nothing: poll, then submit again.
#pragma once

#include <memory>
#include <millrace/export.hpp>
#include <millrace/operation.hpp>
#include <millrace/queue.hpp>
#include <millrace/result.hpp>
#include <millrace/stream.hpp>
#include <millrace/topic.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace millrace {
inline namespace v1 {

class engine;
namespace detail {
class client_core;
struct received_pins;
struct stream_part;
struct topic_part;
}  // namespace detail

/// Received messages; their bytes are valid while this lives. Movable; released on any thread, but
/// before the engine closes (checked: the engine stops the program otherwise).
class MR_EXPORT received {
 public:
  received() noexcept = default;
  received(received&& other) noexcept;
  received& operator=(received&& other) noexcept;
  ~received();

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const message_view& operator[](std::size_t i) const noexcept {
    return messages_[i];
  }
  [[nodiscard]] const message_view* begin() const noexcept { return messages_; }
  [[nodiscard]] const message_view* end() const noexcept { return messages_ + size_; }

 private:
  friend class detail::client_core;
  message_view messages_[batch_entries_max];
  void* pins_[batch_entries_max] = {};
  std::size_t size_ = 0;
};

/// The answer to one submitted operation, valid during the handler's call.
struct completion {
  std::uint64_t token = 0;  ///< as submitted
  operation_kind kind = operation_kind::none;
  errc status = errc::ok;             ///< of the whole call; if not ok, the spans below are empty
  queue_handle queue;                 ///< create_queue, get_queue
  std::span<const send_result> sent;  ///< send: one an entry, in order
  std::span<const message_view> messages;  ///< receive; empty when the wait ended without one
  std::span<const errc> entries;           ///< delete_message, change_visibility
  const queue_description* description = nullptr;  ///< get_queue
  std::span<const std::string> names;              ///< the lists, in order
  std::span<const message_move> moves;             ///< of message moves: the one, or the list
  const lane_statistics* statistics = nullptr;
  // Of a stream_client's.
  const stream_reply* stream = nullptr;  ///< all but list_streams and read
  std::span<const put_result> put;       ///< put_records: one a record, in order
  std::span<const record_view> records;  ///< read; empty when the wait ended without one
  const read_summary* read = nullptr;    ///< read
  // Of a topic_client's.
  const topic_reply* topic = nullptr;         ///< all but list_topics and publish
  std::span<const publish_result> published;  ///< publish: one an entry, in order
};

/// A send that is ready to go: checked, addressed, its bodies copied. client::prepare_send() makes
/// it. It has a place in the client's window, is used on the client's thread, and is gone before
/// the client is (checked: the program is stopped otherwise).
class MR_EXPORT prepared_send {
 public:
  prepared_send() noexcept = default;
  prepared_send(prepared_send&& other) noexcept;
  prepared_send& operator=(prepared_send&& other) noexcept;
  /// Drops the bodies of one that was not submitted.
  ~prepared_send();

  /// Whether there is anything to submit.
  explicit operator bool() const noexcept { return operation_ != nullptr; }

 private:
  friend class client;
  void drop() noexcept;
  detail::client_core* core_ = nullptr;
  void* operation_ = nullptr;
};

/// How a client is woken while its thread sleeps outside of the engine, in epoll_wait say. Called
/// on another thread, once for a batch of answers; must not block.
struct client_options {
  void (*wake)(void* context) noexcept = nullptr;
  void* wake_context = nullptr;
};

class MR_EXPORT client {
 public:
  client() noexcept;
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  /// Cancels what is parked and waits until the lanes have let go (a few turns of their loops).
  ~client();

  // Queues, synchronous. With thread_mode::none these calls poll the lanes themselves.

  /// The existing queue's handle if all attributes are equal, else errc::queue_name_exists.
  result<queue_handle> create_queue(std::string_view name, const queue_attributes& = {},
                                    std::uint32_t given = given_all);
  result<queue_handle> find_queue(std::string_view name);
  /// With a revision (queue_description's): errc::changed_meanwhile, and nothing is set, if the
  /// attributes were changed since.
  result<void> set_queue_attributes(queue_name_or_handle, const queue_attributes&,
                                    std::uint32_t given,
                                    std::optional<std::uint64_t> only_if_revision = {});
  result<queue_description> describe_queue(queue_name_or_handle);
  result<void> delete_queue(queue_name_or_handle);
  result<void> purge_queue(queue_name_or_handle);
  /// Names with this prefix that come after `after`, sorted, at most `max`.
  result<std::vector<std::string>> list_queues(std::string_view prefix = {},
                                               std::string_view after = {}, std::size_t max = 1000);
  result<lane_statistics> statistics(std::uint32_t lane);
  /// Moves the visible messages of `source` to `target_queue`, or without one each to the queue
  /// whose dead letter it is; `messages_per_second` 1..500, or 0 for as quick as possible. Returns
  /// at once. errc::message_move_running, too_many_message_moves; invalid_queue_name: a target that
  /// is the source or of the other type.
  result<message_move> start_message_move(queue_name_or_handle source,
                                          std::string_view target_queue = {},
                                          std::uint32_t messages_per_second = 0);
  /// Messages that have moved stay moved. errc::message_move_does_not_exist,
  /// message_move_not_running.
  result<message_move> cancel_message_move(queue_name_or_handle source, const message_id& task);
  /// Of a source queue the ten latest at most, the latest first.
  result<std::vector<message_move>> list_message_moves(queue_name_or_handle source);

  // Messages, synchronous.

  result<message_id> send(queue_name_or_handle, std::string_view body);
  result<message_id> send(queue_name_or_handle, const send_entry&);
  /// 1..10 entries; results[i] belongs to entries[i]. Fails as a whole only if the call is wrong.
  result<void> send_batch(queue_name_or_handle, std::span<const send_entry> entries,
                          std::span<send_result> results);
  /// Empty if nothing came within the wait.
  result<received> receive(queue_name_or_handle, const receive_options& = {});
  result<void> delete_message(queue_name_or_handle, const receipt_handle&);
  result<void> delete_batch(queue_name_or_handle, std::span<const receipt_handle> receipts,
                            std::span<errc> results);
  result<void> change_visibility(queue_name_or_handle, const visibility_entry&);
  result<void> change_visibility_batch(queue_name_or_handle,
                                       std::span<const visibility_entry> entries,
                                       std::span<errc> results);

  // Asynchronous.

  result<void> submit_send(queue_name_or_handle, std::span<const send_entry> entries,
                           std::uint64_t token);
  /// submit_send() in two steps, for who has the next messages while it waits for answers: most of
  /// its work is done here. Errors as submit_send()'s; an entry's, memory_full too, at completion.
  result<prepared_send> prepare_send(queue_name_or_handle, std::span<const send_entry> entries);
  /// Submits it, which leaves it empty: its place in the window is that of an outstanding call.
  /// errc::invalid_option: it is empty, or another client's.
  result<void> submit_prepared(prepared_send&, std::uint64_t token);
  result<void> submit_receive(queue_name_or_handle, const receive_options&, std::uint64_t token);
  result<void> submit_delete(queue_name_or_handle, std::span<const receipt_handle> receipts,
                             std::uint64_t token);
  result<void> submit_change_visibility(queue_name_or_handle,
                                        std::span<const visibility_entry> entries,
                                        std::uint64_t token);
  result<void> submit_create_queue(std::string_view name, const queue_attributes&,
                                   std::uint32_t given, std::uint64_t token);
  result<void> submit_set_queue_attributes(queue_name_or_handle, const queue_attributes&,
                                           std::uint32_t given, std::uint64_t token,
                                           std::optional<std::uint64_t> only_if_revision = {});
  result<void> submit_describe_queue(queue_name_or_handle, std::uint64_t token);
  result<void> submit_delete_queue(queue_name_or_handle, std::uint64_t token);
  result<void> submit_purge_queue(queue_name_or_handle, std::uint64_t token);
  result<void> submit_start_message_move(queue_name_or_handle source, std::string_view target_queue,
                                         std::uint32_t messages_per_second, std::uint64_t token);
  result<void> submit_cancel_message_move(queue_name_or_handle source, const message_id& task,
                                          std::uint64_t token);
  result<void> submit_list_message_moves(queue_name_or_handle source, std::uint64_t token);
  /// One lane's part of a list (see engine::lanes()); merge the sorted parts.
  result<void> submit_list_queues(std::uint32_t lane, std::string_view prefix,
                                  std::string_view after, std::size_t max, std::uint64_t token);
  /// One lane's queues whose redrive policy names `target`.
  result<void> submit_list_sources(std::uint32_t lane, std::string_view target,
                                   std::uint64_t token);
  result<void> submit_statistics(std::uint32_t lane, std::uint64_t token);
  /// Ends every long poll of a lane with an empty answer, whoever made it: before a shutdown.
  result<void> submit_release_waiters(std::uint32_t lane, std::uint64_t token);
  /// Ends the parked receive that was submitted with `receive_token`; it completes with
  /// errc::cancelled, or with messages if it was just being answered. No completion of its own.
  result<void> submit_cancel(std::uint64_t receive_token);

  /// Hands submitted operations over and wakes sleeping lanes.
  void flush() noexcept;

  /// flush(), then up to `max` completions to `handle(const completion&)`; returns how many.
  template <class Handler>
  std::size_t poll(Handler&& handle, std::size_t max = 256) {
    using handler = std::remove_reference_t<Handler>;
    return poll_with(
        [](void* context, const completion& c) { (*static_cast<handler*>(context))(c); },
        const_cast<void*>(static_cast<const void*>(std::addressof(handle))), max);
  }
  /// Inside a handler of a receive: keeps its messages beyond the handler's call.
  received take_messages() noexcept;

  /// Operations submitted and not yet completed. The window holds these and prepared sends.
  [[nodiscard]] std::size_t outstanding() const noexcept;

  /// Announces that this thread is going to sleep outside. False: there are completions, poll
  /// instead. After true, sleep until `wake` was called or as long as you like, then end_sleep().
  bool prepare_to_sleep() noexcept;
  void end_sleep() noexcept;

 private:
  friend class engine;
  friend class stream_client;
  friend class topic_client;
  explicit client(std::unique_ptr<detail::client_core> core) noexcept;
  std::size_t poll_with(void (*handle)(void*, const completion&), void* context, std::size_t max);
  std::unique_ptr<detail::client_core> core_;
};

}  // namespace v1
}  // namespace millrace
