// Topics: settings, requests and replies. Semantics, ranges and defaults are those of Amazon SNS
// (API reference, 2010-03-31). What is published to a topic comes to each of its subscriptions
// whose filter policy lets it pass: to a queue as if it had been sent there.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <millrace/errc.hpp>
#include <millrace/export.hpp>
#include <millrace/limits.hpp>
#include <millrace/types.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {
inline namespace v1 {

/// A topic of one engine. Stays valid until that topic is deleted. A default one names none.
struct topic_handle {
  std::uint64_t id = 0;
  friend bool operator==(const topic_handle&, const topic_handle&) = default;
};

/// How a request names its topic: by handle (quickest) or by name, 1..256 of [a-zA-Z0-9_-], of a
/// FIFO topic with ".fifo" at its end.
struct topic_name_or_handle {
  std::string_view name;
  topic_handle handle;
  topic_name_or_handle() = default;
  topic_name_or_handle(topic_handle by) noexcept : handle(by) {}      // NOLINT: implicit
  topic_name_or_handle(std::string_view by) noexcept : name(by) {}    // NOLINT: implicit
  topic_name_or_handle(const std::string& by) noexcept : name(by) {}  // NOLINT: implicit
  topic_name_or_handle(const char* by) noexcept : name(by) {}         // NOLINT: implicit
};

/// How far a deduplication id counts: in its topic, or in its message group only.
enum class topic_deduplication_scope : std::uint8_t { topic = 0, message_group = 1 };

/// What a topic is told at creation and by set_topic.
struct topic_settings {
  /// Given at creation only, and exactly for names that end with ".fifo". The next two want it.
  bool fifo = false;
  bool content_based_deduplication = false;  ///< SHA-256 of the message, where none is given
  topic_deduplication_scope scope = topic_deduplication_scope::topic;
  /// Bytes of a message with its attributes, and of those of a batch together; 1024..1048576.
  std::uint32_t maximum_message_size = topic_message_bytes_default;
  /// What its acknowledged messages survive until they have come to their queues, where they are
  /// as durable as those are. Given at creation only; else the engine's default.
  durability level = durability::memory;
  /// Stored and returned unchanged: "DisplayName", "Policy", tags with the prefix "tag:", ...;
  /// sorted by name.
  std::vector<std::pair<std::string, std::string>> stored = {};
  friend bool operator==(const topic_settings&, const topic_settings&) = default;
};

/// Which of topic_settings a request gives; the others keep their value, or at creation take the
/// default. Of `stored`, the keys that are present are given.
enum given_topic_settings : std::uint32_t {
  given_topic_fifo = 1,
  given_topic_content_based_deduplication = 2,
  given_topic_scope = 4,
  given_topic_maximum_message_size = 8,
  given_topic_level = 16,
  given_topic_stored = 32,          ///< the keys in `stored` replace theirs
  given_topic_stored_removed = 64,  ///< the keys in `stored` go
};

struct topic_description {
  topic_handle handle;
  std::string name;
  topic_settings settings;
  std::int64_t created_at_ms = 0;
  /// Counts the changes of the settings since the engine was opened.
  std::uint64_t revision = 0;
  std::uint64_t subscriptions = 0;  ///< confirmed: all that there are
  std::uint64_t notified = 0;       ///< of them, those that are not raw
  // Since the engine was opened:
  std::uint64_t subscriptions_deleted = 0;
  std::uint64_t published = 0;  ///< messages that were taken, duplicates not counted
  std::uint64_t delivered = 0;  ///< messages that a queue has taken
  /// Messages that no queue took, nor a dead-letter queue in its place: they are gone.
  std::uint64_t failed = 0;
};

/// Names a subscription within its topic: 16 random bytes, shown as a UUID in its ARN.
struct subscription_id {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const subscription_id&,
                          const subscription_id&) = default;  // NOLINT: no pointer
};
/// The 36 characters of its UUID, in lower case.
constexpr std::size_t subscription_id_length = 36;
MR_EXPORT std::string to_text(const subscription_id& id);
/// False unless `text` is such a UUID; upper case may be.
MR_EXPORT bool parse_subscription_id(std::string_view text, subscription_id& out) noexcept;

/// Where a subscription's messages go. Only queues, for the time being.
enum class subscription_protocol : std::uint8_t { queue = 0 };
/// What a filter policy looks at.
enum class filter_scope : std::uint8_t { attributes = 0, body = 1 };

/// What is wrong with a filter policy, in AWS's words; empty: nothing. Any thread.
MR_EXPORT std::string filter_policy_problem(std::string_view policy, filter_scope scope);

struct subscription_settings {
  subscription_protocol protocol = subscription_protocol::queue;  ///< given at subscribe only
  /// The queue's name; given at subscribe only. It need not exist: as long as it does not, nothing
  /// can be delivered. A standard topic takes no FIFO queue (errc::invalid_subscription).
  std::string endpoint = {};
  bool raw = false;                               ///< the message itself, with its attributes
  filter_scope scope = filter_scope::attributes;  ///< of filter_policy
  std::string filter_policy = {};                 ///< JSON; empty: none, everything passes
  /// Queue for what the endpoint does not take; empty: none. FIFO exactly if the endpoint is.
  std::string dead_letter_queue = {};
  /// Stored and returned unchanged, sorted by name.
  std::vector<std::pair<std::string, std::string>> stored = {};
  friend bool operator==(const subscription_settings&, const subscription_settings&) = default;
};

/// Which of subscription_settings set_subscription gives.
enum given_subscription_settings : std::uint32_t {
  given_raw = 1,
  given_filter_scope = 2,
  given_filter_policy = 4,
  given_dead_letter_queue = 8,
  given_subscription_stored = 16,          ///< the keys in `stored` replace theirs
  given_subscription_stored_removed = 32,  ///< the keys in `stored` go
};

struct subscription_description {
  subscription_id id;
  std::string topic;  ///< name
  subscription_settings settings;
  std::int64_t created_at_ms = 0;
  /// Counts the changes of the settings since the engine was opened.
  std::uint64_t revision = 0;
};

/// One message to publish. The bytes are copied before the call returns.
struct publish_entry {
  static constexpr std::uint32_t no_place = UINT32_MAX;

  bytes_view message = {};  ///< not empty; what raw subscriptions get and filters of bodies see
  /// Encoded message attributes (attributes.hpp) or none: for filters, and with a raw message.
  bytes_view attributes = {};
  /// Encoded system attributes (AWSTraceHeader) or none, for every queue.
  bytes_view system_attributes = {};
  const digest* message_digest = nullptr;  ///< MD5 of `message`, handed to who receives it raw
  /// 1..128 bytes each. A FIFO topic needs the group, and without content_based_deduplication the
  /// other as well. Of a standard topic the group goes along to standard queues (fair queues), and
  /// it has no deduplication.
  std::string_view message_group_id = {};
  std::string_view message_deduplication_id = {};
  /// The message's id; without one it gets a random one. The messages in the queues have their own.
  const message_id* id = nullptr;
  /// The body for subscriptions that are not raw, ready but for the subscription's id (36
  /// characters are put over those from `subscription_at` on) and the sequence number (20 digits
  /// over those from `sequence_at` on); no_place: there is none. Without a notification these get
  /// the message as if they were raw; one that is longer than any message may be they do not get.
  bytes_view notification = {};
  std::uint32_t subscription_at = no_place;
  std::uint32_t sequence_at = no_place;
  /// It was made where topic_description::notified was 0: if a subscription is not raw, nothing of
  /// the batch is published (errc::changed_meanwhile).
  bool raw_only = false;
};

struct publish_result {
  /// Also: errc::message_too_long, and those of ids and groups of FIFO queues.
  errc status = errc::ok;
  message_id id;  ///< of a duplicate: the one of the message that it repeats
  /// Of a FIFO topic: strictly growing; else 0. Clients are shown topic_sequence_base more.
  std::uint64_t sequence = 0;
};
/// Makes 20 digits of any sequence number, as of FIFO queues, and others than theirs.
constexpr std::uint64_t topic_sequence_base = 12'000'000'000'000'000'000U;

/// The answer to an operation on topics: what of it is meant, says the operation.
struct topic_reply {
  topic_handle handle;                                  ///< create
  topic_description description;                        ///< describe
  subscription_id subscription;                         ///< subscribe
  std::vector<subscription_description> subscriptions;  ///< lists; describe_subscription: the one
};

}  // namespace v1
}  // namespace millrace
