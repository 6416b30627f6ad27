// aggregation: many user records in one record of a stream, in the layout of the Kinesis Producer
// Library: F3 89 9A C2, a protobuf message, its MD5. What the KPL packs is unpacked here, and the
// KCL unpacks what is packed here. Source: aws-kinesis-producer, aggregation-format.md. No threads,
// no engine.
#pragma once

#include <cstdint>
#include <map>
#include <millrace/export.hpp>
#include <millrace/stream.hpp>
#include <millrace/types.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {
inline namespace v1 {

/// One of the records inside. Its spans point into the record that was unpacked.
struct user_record {
  bytes_view data;
  std::string_view partition_key;
  std::optional<std::string_view> explicit_hash_key = std::nullopt;  ///< decimal, as packed
};

/// Unpacks a record's data. False: it is no aggregated record, or was damaged; then `out` is empty,
/// and the record stands for itself, as the KCL has it.
MR_EXPORT bool disaggregate(bytes_view data, std::vector<user_record>& out);

/// What to put: a put_entry that owns its bytes.
struct aggregated_record {
  std::vector<std::byte> data;
  std::string partition_key;
  hash_key hash;  ///< goes to the shard of the first record inside
  std::size_t user_records = 0;
  [[nodiscard]] put_entry entry() const noexcept { return {data, partition_key, &hash}; }
};

/// Packs records. One thread. All records of a pack must be for one shard: hash_of their keys, or
/// their explicit hashes, lie in its range.
class MR_EXPORT record_aggregator {
 public:
  /// A pack has at most so many bytes; the KPL's own default.
  explicit record_aggregator(std::size_t bytes_max = 51'200) : bytes_max_(bytes_max) {}

  /// False: no room; take() what is there, then add it again. A record that is too large for any
  /// pack is taken alone.
  [[nodiscard]] bool add(std::string_view partition_key, bytes_view data,
                         const hash_key* explicit_hash = nullptr);
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  /// Of the pack as it is.
  [[nodiscard]] std::size_t bytes() const noexcept;
  /// The pack, and begins another. A single record is not wrapped. There must be one.
  aggregated_record take();

 private:
  struct table {
    std::map<std::string, std::uint64_t, std::less<>> index;
    std::string encoded;
  };
  static std::uint64_t place_in(table& t, unsigned field, std::string_view text);

  std::size_t bytes_max_;
  table keys_;
  table hashes_;
  std::string records_;  ///< encoded
  std::size_t count_ = 0;
  std::string first_key_;
  hash_key first_hash_;
  std::vector<std::byte> first_data_;
};

}  // namespace v1
}  // namespace millrace
