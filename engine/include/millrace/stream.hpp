// Streams: settings, requests and replies. Semantics, ranges and defaults are those of Amazon
// Kinesis Data Streams (API reference, 2013-12-02). A stream is a set of shards, each an ordered
// log of records that readers follow with positions of their own; records stay for the stream's
// retention, read or not.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <millrace/errc.hpp>
#include <millrace/export.hpp>
#include <millrace/limits.hpp>
#include <millrace/types.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {
inline namespace v1 {

/// A stream of one engine. Stays valid until that stream is deleted. A default one names none.
struct stream_handle {
  std::uint64_t id = 0;
  friend bool operator==(const stream_handle&, const stream_handle&) = default;
};

/// How a request names its stream: by handle (quickest) or by name (up to 128 characters).
struct stream_name_or_handle {
  std::string_view name;
  stream_handle handle;
  stream_name_or_handle() = default;
  stream_name_or_handle(stream_handle by) noexcept : handle(by) {}     // NOLINT: implicit
  stream_name_or_handle(std::string_view by) noexcept : name(by) {}    // NOLINT: implicit
  stream_name_or_handle(const std::string& by) noexcept : name(by) {}  // NOLINT: implicit
  stream_name_or_handle(const char* by) noexcept : name(by) {}         // NOLINT: implicit
};

/// A point of the 128-bit hash space over which a stream's shards are spread.
struct hash_key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const hash_key&, const hash_key&) = default;  // NOLINT: no pointer
};
constexpr hash_key hash_key_max{UINT64_MAX, UINT64_MAX};
/// MD5 of the partition key, big-endian.
MR_EXPORT hash_key hash_of(std::string_view partition_key) noexcept;
/// The same of an MD5 that is there already.
MR_EXPORT hash_key hash_key_of(const std::array<std::uint8_t, 16>& digest) noexcept;
/// Decimal, without sign or leading zeros.
MR_EXPORT std::string to_text(const hash_key& key);
/// Nothing unless `text` is such a number, 0..2^128-1.
MR_EXPORT std::optional<hash_key> parse_hash_key(std::string_view text) noexcept;

/// Where a record stands, as clients see it: a number of 188 bits that grows within a shard. From
/// its top: 2, creation of the shard (36 bits of seconds), the last 4 bits of the shard's number,
/// index (64 bits), 8 bits of 0, arrival (36 bits of seconds), the shard's number (32 bits), 2.
struct sequence_number {
  std::uint64_t created_s = 0;  ///< of the shard
  std::uint64_t index = 0;      ///< of the record in its shard
  std::uint64_t arrived_s = 0;
  std::uint32_t shard = 0;  ///< its number
  friend bool operator==(const sequence_number&, const sequence_number&) = default;
};
/// The index in the number at which a shard was closed.
constexpr std::uint64_t closing_index = 0x7fffffffffffffff;
/// Decimal, 56 digits.
MR_EXPORT std::string to_text(const sequence_number& number);
MR_EXPORT std::optional<sequence_number> parse_sequence_number(std::string_view text) noexcept;

enum class stream_mode : std::uint8_t { provisioned = 0, on_demand = 1 };
/// Other than active only while options::stream_change_ms says so.
enum class stream_status : std::uint8_t { creating, updating, active, deleting };

/// What a stream is told at creation and by set_stream.
struct stream_settings {
  std::uint32_t shard_count = 1;       ///< given at creation only; of on_demand 4 to begin with
  std::uint32_t retention_hours = 24;  ///< 24..8760
  /// MaxRecordSizeInKiB: 1024..10240; of a journaled stream no more than
  /// options::stream_record_size_max has (errc::not_supported).
  std::uint32_t record_kib_max = 1024;
  /// On demand: at least so many shards, and no more than warm_throughput_max.
  std::uint32_t warm_throughput_mibps = 0;
  stream_mode mode = stream_mode::provisioned;
  /// What its acknowledged records survive. Given at creation only; else the engine's default.
  durability level = durability::memory;
  std::uint8_t metrics = 0;    ///< enhanced monitoring: a bit for each of shard_metric_names
  std::string encryption_key;  ///< of EncryptionType KMS; empty: NONE
  /// Stored and returned unchanged: "Policy", tags with the prefix "tag:", policies and tags of
  /// consumers, ...; sorted by name.
  std::vector<std::pair<std::string, std::string>> stored = {};
  friend bool operator==(const stream_settings&, const stream_settings&) = default;
};
/// What is stored about the account beside its streams: texts of whoever sets them, as
/// stream_settings::stored.
struct account_settings {
  std::vector<std::pair<std::string, std::string>> stored = {};
  std::uint64_t revision = 0;  ///< counts changes since the engine was opened
};
constexpr std::size_t account_bytes_max = 65'536;  ///< of those texts, together
constexpr std::string_view shard_metric_names[] = {
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
};

/// Which of stream_settings a request gives; the others keep their value, or at creation take the
/// default. Of `stored`, the keys that are present are given; an empty value removes a policy.
enum given_settings : std::uint32_t {
  given_shard_count = 1,
  given_retention = 2,
  given_record_size = 4,
  given_warm_throughput = 8,
  given_mode = 16,
  given_level = 32,
  given_metrics = 64,
  given_encryption = 128,
  given_stored = 256,          ///< the keys in `stored` replace theirs
  given_stored_removed = 512,  ///< the keys in `stored` go
};

/// A shard: a range of the hash space, from its first record on. Closed when it was split or
/// merged: then it takes no more, and is read to its end and for as long as its records stay.
struct shard_description {
  std::uint32_t number = 0;  ///< shardId-%012d
  std::optional<std::uint32_t> parent = std::nullopt;
  std::optional<std::uint32_t> adjacent_parent = std::nullopt;  ///< after a merge
  hash_key first;
  hash_key last;
  sequence_number starting;
  std::optional<sequence_number> ending = std::nullopt;  ///< closed
  std::int64_t created_at_ms = 0;
  std::int64_t closed_at_ms = 0;  ///< 0: open
};

/// An enhanced fan-out consumer.
struct consumer_description {
  std::string name;
  std::int64_t created_at_ms = 0;
  bool creating = false;  ///< not active yet: options::stream_change_ms
  friend bool operator==(const consumer_description&, const consumer_description&) = default;
};

struct stream_description {
  stream_handle handle;
  std::string name;
  stream_settings settings;
  stream_status status = stream_status::active;
  std::int64_t created_at_ms = 0;
  std::uint32_t open_shards = 0;
  std::uint32_t shards = 0;  ///< open, and closed ones that can still be read
  std::uint32_t consumers = 0;
  std::uint64_t records = 0;
  /// Counts the changes of the settings since the engine was opened.
  std::uint64_t revision = 0;
};

/// One record to put. The bytes are copied before the call returns.
struct put_entry {
  bytes_view data = {};
  std::string_view partition_key = {};  ///< 1..256 characters
  /// Where it goes: ExplicitHashKey, or hash_of(partition_key) if the caller has that already.
  const hash_key* hash = nullptr;
};

struct put_result {
  /// throughput_exceeded: the shard's rate (limits=aws); the record may be put again.
  errc status = errc::ok;
  std::uint32_t shard = 0;
  sequence_number sequence;
};

/// Where to begin to read a shard.
enum class iterator_type : std::uint8_t {
  trim_horizon,  ///< with the oldest record
  latest,        ///< with the next one to come
  at_sequence_number,
  after_sequence_number,
  at_timestamp,  ///< with the first that arrived then or later
};
struct shard_start {
  iterator_type type = iterator_type::trim_horizon;
  sequence_number sequence = {};
  std::int64_t timestamp_ms = 0;
};

/// A reader's place: the index of the next record that it wants.
struct shard_position {
  std::uint32_t shard = 0;
  std::uint64_t index = 0;
  friend bool operator==(const shard_position&, const shard_position&) = default;
};

/// A consumer's reading of one shard.
struct subscription {
  std::uint64_t id = 0;
  shard_position from = {};
};

struct read_options {
  shard_position from = {};
  std::uint32_t max_records = 10'000;        ///< 1..10000
  std::uint64_t bytes_max = read_bytes_max;  ///< of data and keys; one record always fits
  std::int64_t wait_ms = 0;                  ///< how long to wait for a first record
  /// Of an enhanced consumer: its subscription, with a rate of its own. 0: a shared read.
  std::uint64_t subscription = 0;
};

/// A record that was read. Its spans point into the engine's block and stay valid until the
/// completion or `records` that brought it is released.
struct record_view {
  sequence_number sequence;
  bytes_view data;
  std::string_view partition_key;
  std::int64_t arrived_at_ms = 0;
};

/// The answer to an operation on streams: what of it is meant, says the operation.
struct stream_reply {
  stream_handle handle;                         ///< create
  stream_description description;               ///< describe; update_shard_count: as it was before
  std::vector<shard_description> shards;        ///< list_shards
  std::vector<consumer_description> consumers;  ///< list; register: the one
  shard_position position;                      ///< locate
  account_settings account;                     ///< get_account
  millrace::subscription subscription;          ///< subscribe
  bool encrypted = false;                       ///< put_records: the stream has an encryption_key
};

/// What a read answers besides records.
struct read_summary {
  shard_position next;         ///< where to go on
  bool end_of_shard = false;   ///< closed, and all of it has been read: nothing comes any more
  bool encrypted = false;      ///< the stream has an encryption_key
  std::int64_t behind_ms = 0;  ///< MillisBehindLatest: age of the next record; 0: caught up
  /// With end_of_shard: the shards that came out of it.
  std::vector<shard_description> children;
};

}  // namespace v1
}  // namespace millrace
