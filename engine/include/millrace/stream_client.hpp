// stream_client: what a client can do with streams. It is a view of a client: same thread, same
// window, same poll(); copies are free; it must not outlive the client. Synchronous calls return
// the answer, submit_...() ones complete in client::poll() (completion::stream, ::put, ::records).
#pragma once

#include <millrace/client.hpp>
#include <millrace/export.hpp>
#include <millrace/result.hpp>
#include <millrace/shard_cursor.hpp>
#include <millrace/stream.hpp>
#include <span>
#include <vector>

namespace millrace {
inline namespace v1 {

/// Records of one read; their bytes are valid while this lives. Movable; released on any thread,
/// but before the engine closes.
class MR_EXPORT records {
 public:
  records() noexcept;
  records(records&&) noexcept;
  records& operator=(records&&) noexcept;
  ~records();
  [[nodiscard]] std::span<const record_view> all() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return all().size(); }
  [[nodiscard]] bool empty() const noexcept { return all().empty(); }
  [[nodiscard]] const record_view& operator[](std::size_t i) const noexcept { return all()[i]; }
  [[nodiscard]] const record_view* begin() const noexcept { return all().data(); }
  [[nodiscard]] const record_view* end() const noexcept { return begin() + size(); }
  [[nodiscard]] const read_summary& summary() const noexcept;

 private:
  friend class stream_client;
  friend class detail::client_core;
  std::unique_ptr<detail::stream_part> part_;
};

class MR_EXPORT stream_client {
 public:
  explicit stream_client(client& of) noexcept;

  // Streams.

  /// errc::stream_exists, invalid_stream_name, invalid_shard_count, durability_missing.
  result<stream_handle> create_stream(std::string_view name, const stream_settings& = {},
                                      std::uint32_t given = 0);
  /// errc::stream_has_consumers unless they may go with it.
  result<void> delete_stream(stream_name_or_handle, bool with_consumers = true);
  result<stream_description> describe_stream(stream_name_or_handle);
  /// With a revision (stream_description's): errc::changed_meanwhile, and nothing is set, if the
  /// settings were changed since.
  result<void> set_stream(stream_name_or_handle, const stream_settings&, std::uint32_t given,
                          std::optional<std::uint64_t> only_if_revision = {});
  /// Shards by number from `from` on, at most `max`, open and closed.
  result<std::vector<shard_description>> list_shards(stream_name_or_handle, std::uint32_t from = 0,
                                                     std::size_t max = 10'000);
  // An on-demand stream scales by itself: errc::stream_is_on_demand.

  /// Two halves from `at` on: errc::invalid_split_point if it is not inside of the shard.
  result<void> split_shard(stream_name_or_handle, std::uint32_t shard, const hash_key& at);
  /// With the shard whose keys come right after its own, and no other: errc::shards_not_adjacent.
  result<void> merge_shards(stream_name_or_handle, std::uint32_t shard, std::uint32_t adjacent);
  /// To `count` shards of equal ranges, by splits and merges.
  result<void> update_shard_count(stream_name_or_handle, std::uint32_t count);

  // The account.

  /// Kept, like streams, at the highest level that the engine has.
  result<account_settings> get_account();
  /// In place of all that was stored: errc::invalid_stream_setting above account_bytes_max. With a
  /// revision as set_stream.
  result<void> set_account(std::span<const std::pair<std::string, std::string>> stored,
                           std::optional<std::uint64_t> only_if_revision = {});

  // Records.

  /// One record; errc::throughput_exceeded and others of put_result.
  result<put_result> put_record(stream_name_or_handle, const put_entry&);
  /// 1..500 records, 10 MiB; results[i] belongs to entries[i]. Not all or nothing: each has its own
  /// status. In one shard they keep their order.
  result<void> put_records(stream_name_or_handle, std::span<const put_entry> entries,
                           std::span<put_result> results);
  /// errc::shard_does_not_exist, invalid_position.
  result<shard_position> locate(stream_name_or_handle, std::uint32_t shard, const shard_start&);
  /// Empty if nothing came within the wait. A position before the oldest record is that record's.
  result<records> read(stream_name_or_handle, const read_options&);

  // Enhanced fan-out: consumers with a rate of their own on every shard.

  /// With `advantage` the account has committed itself to a throughput (On-demand Advantage): with
  /// limits=aws an on-demand stream has more consumers then.
  result<consumer_description> register_consumer(stream_name_or_handle, std::string_view consumer,
                                                 bool advantage = false);
  result<void> deregister_consumer(stream_name_or_handle, std::string_view consumer);
  result<std::vector<consumer_description>> list_consumers(stream_name_or_handle);
  /// Begins to read a shard as a consumer: read() with the subscription and position of the answer.
  /// It takes over from an earlier one of the same consumer and shard, whose reads then end with
  /// errc::subscription_taken_over; errc::subscribed_recently in that one's first 5 s.
  result<subscription> subscribe(stream_name_or_handle, std::string_view consumer,
                                 std::uint32_t shard, const shard_start&);
  /// Reads a shard in place from a position on, as a consumer with its subscription, or with 0 for
  /// one's own account. With limits=aws its reads go through the lane, which counts them.
  result<shard_cursor> open_cursor(stream_name_or_handle, shard_position from,
                                   std::uint64_t subscription = 0);

  // The same, asynchronous.

  result<void> submit_create_stream(std::string_view name, const stream_settings&,
                                    std::uint32_t given, std::uint64_t token);
  result<void> submit_delete_stream(stream_name_or_handle, bool with_consumers,
                                    std::uint64_t token);
  result<void> submit_describe_stream(stream_name_or_handle, std::uint64_t token);
  result<void> submit_set_stream(stream_name_or_handle, const stream_settings&, std::uint32_t given,
                                 std::uint64_t token,
                                 std::optional<std::uint64_t> only_if_revision = {});
  /// `counted`: against the calls that limits=aws allows in a second, errc::request_throttled.
  result<void> submit_list_shards(stream_name_or_handle, std::uint32_t from, std::size_t max,
                                  std::uint64_t token, bool counted = false);
  result<void> submit_split_shard(stream_name_or_handle, std::uint32_t shard, const hash_key& at,
                                  std::uint64_t token);
  result<void> submit_merge_shards(stream_name_or_handle, std::uint32_t shard,
                                   std::uint32_t adjacent, std::uint64_t token);
  result<void> submit_update_shard_count(stream_name_or_handle, std::uint32_t count,
                                         std::uint64_t token);
  result<void> submit_get_account(std::uint64_t token);
  result<void> submit_set_account(std::span<const std::pair<std::string, std::string>> stored,
                                  std::uint64_t token,
                                  std::optional<std::uint64_t> only_if_revision = {});
  result<void> submit_put_records(stream_name_or_handle, std::span<const put_entry> entries,
                                  std::uint64_t token);
  result<void> submit_locate(stream_name_or_handle, std::uint32_t shard, const shard_start&,
                             std::uint64_t token);
  result<void> submit_read(stream_name_or_handle, const read_options&, std::uint64_t token);
  result<void> submit_register_consumer(stream_name_or_handle, std::string_view consumer,
                                        std::uint64_t token, bool advantage = false);
  result<void> submit_deregister_consumer(stream_name_or_handle, std::string_view consumer,
                                          std::uint64_t token);
  result<void> submit_list_consumers(stream_name_or_handle, std::uint64_t token);
  result<void> submit_subscribe(stream_name_or_handle, std::string_view consumer,
                                std::uint32_t shard, const shard_start&, std::uint64_t token);
  /// One lane's part of a list of names (see engine::lanes()), sorted: merge the parts.
  result<void> submit_list_streams(std::uint32_t lane, std::string_view after, std::size_t max,
                                   std::uint64_t token);
  /// Names after `after`, sorted, at most `max`.
  result<std::vector<std::string>> list_streams(std::string_view after = {},
                                                std::size_t max = 1000);

  /// Inside a handler of a read: keeps its records beyond the handler's call.
  records take_records() noexcept;

 private:
  detail::client_core* core_;
};

}  // namespace v1
}  // namespace millrace
