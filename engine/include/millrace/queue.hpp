// Queues: attributes, requests and replies. Semantics, ranges and defaults are those of Amazon SQS
// (API reference, 2012-11-05). Times in seconds unless a name says otherwise;
// -1 in a request means "the queue's own setting".
#pragma once

#include <millrace/errc.hpp>
#include <millrace/export.hpp>
#include <millrace/limits.hpp>
#include <millrace/types.hpp>
#include <string>
#include <utility>
#include <vector>

namespace millrace {
inline namespace v1 {

/// A dead-letter policy: a message received max_receive_count times goes to target_queue at the
/// next receive that would hand it out again.
struct redrive_policy {
  std::string target_queue;              ///< name; empty = no policy
  std::uint32_t max_receive_count = 10;  ///< 1..1000
  friend bool operator==(const redrive_policy&, const redrive_policy&) = default;
};

/// How far a deduplication id counts: in its queue, or in its message group only.
enum class deduplication_scope : std::uint8_t { queue = 0, message_group = 1 };
/// What a FIFO queue's rate is counted for; per_message_group_id with scope message_group only.
enum class fifo_throughput_limit : std::uint8_t { per_queue = 0, per_message_group_id = 1 };

/// What a queue is told at creation and by set_queue_attributes.
struct queue_attributes {
  std::int32_t delay_seconds = 0;  ///< 0..900
  /// Bytes, 1024..1048576; of these, more than options::message_size_max counts as that.
  std::uint32_t maximum_message_size = message_bytes_max;
  std::int32_t message_retention_period = 345600;      ///< 60..1209600
  std::int32_t receive_message_wait_time_seconds = 0;  ///< 0..20
  std::int32_t visibility_timeout = 30;                ///< 0..43200
  redrive_policy redrive = redrive_policy();
  /// What its acknowledged messages survive. Given at creation only; else the engine's default.
  durability level = durability::memory;
  /// Attributes that the engine stores and returns unchanged (Policy, KmsMasterKeyId, tags with
  /// the prefix "tag:", ...), sorted by name.
  std::vector<std::pair<std::string, std::string>> stored = {};
  /// Given at creation only, and exactly for names that end with ".fifo". The others want it.
  bool fifo_queue = false;
  bool content_based_deduplication = false;  ///< SHA-256 of the body, where a send gives no id
  deduplication_scope scope = deduplication_scope::queue;
  fifo_throughput_limit throughput_limit = fifo_throughput_limit::per_queue;
  friend bool operator==(const queue_attributes&, const queue_attributes&) = default;

  /// errc::invalid_attribute_value when a number is outside its range.
  [[nodiscard]] MR_EXPORT errc check() const noexcept;
};

/// Which of queue_attributes a request gives; the others keep their value, or at creation take
/// the default. Of `stored`, the keys that are present are given; an empty value removes a key.
enum given_attributes : std::uint32_t {
  given_nothing = 0,
  given_delay_seconds = 1,
  given_maximum_message_size = 2,
  given_message_retention_period = 4,
  given_receive_message_wait_time_seconds = 8,
  given_visibility_timeout = 16,
  given_redrive = 32,
  given_all = 63,  ///< everything above
  given_durability =
      64,  ///< a queue's level cannot be changed later: errc::invalid_attribute_value
  given_fifo_queue = 128,
  given_content_based_deduplication = 256,
  given_deduplication_scope = 512,
  given_fifo_throughput_limit = 1024,
  given_fifo = 1920,  ///< the four above
};

/// What get_queue_attributes answers. The counters are exact at the moment of the answer.
struct queue_description {
  queue_handle handle;
  std::string name;
  queue_attributes attributes;
  std::uint64_t messages = 0;              ///< ApproximateNumberOfMessages
  std::uint64_t messages_not_visible = 0;  ///< in flight
  std::uint64_t messages_delayed = 0;
  std::int64_t created_at_ms = 0;  ///< since the Unix epoch
  std::int64_t modified_at_ms = 0;
  /// Counts the changes of the attributes since the engine was opened.
  std::uint64_t revision = 0;
};

enum class move_status : std::uint8_t { running, completed, cancelled, failed };

/// A task that moves the messages of a dead-letter queue to another queue, each as a new message
/// (its id, its send time and its receives begin anew). A queue has one that runs at most, and
/// remembers its ten latest.
struct message_move {
  message_id id;                          ///< of the task
  std::string target_queue;               ///< empty: each to the queue whose dead letter it is
  std::uint32_t messages_per_second = 0;  ///< 0: as quick as possible
  std::int64_t started_at_ms = 0;
  std::uint64_t to_move = 0;  ///< visible messages when it began; it ends after so many
  std::uint64_t moved = 0;
  move_status status = move_status::running;
  std::string failure_reason;
  friend bool operator==(const message_move&, const message_move&) = default;
};

/// One message to send. The bytes are copied before the call returns.
struct send_entry {
  bytes_view body = {};  ///< 1..1048576 bytes
  /// Encoded message attributes (see attributes.hpp) or none.
  bytes_view attributes = {};
  /// Encoded system attributes (AWSTraceHeader, SenderId); do not count towards sizes, and have
  /// 1048576 bytes of their own.
  bytes_view system_attributes = {};
  const digest* body_digest = nullptr;  ///< stored and returned if given
  std::int32_t delay_seconds = -1;      ///< 0..900, or -1
  /// 1..128 bytes each. A FIFO queue needs the group, and with content_based_deduplication off the
  /// other as well, or refuses the whole call. Standard queues have no deduplication.
  std::string_view message_group_id = {};
  std::string_view message_deduplication_id = {};
};

struct send_result {
  errc status = errc::ok;
  message_id id;
  std::uint64_t sequence = 0;  ///< of a FIFO queue: strictly growing within a group; else 0
};

struct receive_options {
  std::int32_t max_messages = 1;         ///< 1..10
  std::int32_t visibility_timeout = -1;  ///< 0..43200, or -1
  std::int32_t wait_time_seconds = -1;   ///< 0..20, or -1: how long to wait for a first message
  /// 1..128 bytes, for FIFO queues: for five minutes, until a restart, the same call again is given
  /// the same messages and receipts and hides them anew; errc::receive_attempt_over if one of them
  /// has gone, come back or got another visibility meanwhile.
  std::string_view receive_request_attempt_id = {};
};

/// A received message. Its spans point into the engine's block and stay valid until the batch or
/// completion that brought it is released.
struct message_view {
  message_id id;
  receipt_handle receipt;
  bytes_view body;
  bytes_view attributes;                  ///< encoded, as sent
  bytes_view system_attributes;           ///< encoded, as sent
  const digest* body_digest = nullptr;    ///< as sent, or null
  std::int64_t sent_at_ms = 0;            ///< SentTimestamp
  std::int64_t first_received_at_ms = 0;  ///< ApproximateFirstReceiveTimestamp
  std::uint32_t receive_count = 0;        ///< ApproximateReceiveCount, this receive included
  /// The queue from which it came here as a dead letter; empty otherwise.
  std::string_view dead_letter_source;
  std::string_view message_group_id;  ///< as sent
  /// Of a FIFO queue: as sent, or the SHA-256 of the body. Of a dead letter empty: that has its
  /// message id for one.
  std::string_view message_deduplication_id;
  std::uint64_t sequence = 0;  ///< of a FIFO queue, as in send_result; else 0
};

struct visibility_entry {
  receipt_handle receipt = {};
  std::int32_t visibility_timeout = 0;  ///< 0..43200 from now; 0 = visible at once
};

}  // namespace v1
}  // namespace millrace
