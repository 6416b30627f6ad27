// The public verbs of streams: each fills an operation and either submits it or runs it.
#include <millrace/stream_client.hpp>

#include <algorithm>

#include "api/client_calls.hpp"

namespace millrace {
inline namespace v1 {

using detail::answer;
using detail::client_core;
using detail::no_answer;
using detail::no_fill;
using detail::run;
using detail::submit;
using lane::operation;

namespace {

auto fill_settings(const stream_settings& settings, std::uint32_t given,
                   std::optional<std::uint64_t> revision = {}) {
  return [=, &settings](operation& op) {
    op.stream->settings = settings;
    op.stream->given = given;
    op.stream->revision = revision;
    return errc::ok;
  };
}

auto fill_delete(bool with_consumers) {
  return [=](operation& op) {
    op.stream->with_consumers = with_consumers;
    return errc::ok;
  };
}

auto fill_list(std::uint32_t from, std::size_t max) {
  return [=](operation& op) {
    op.stream->other_shard = from;
    op.stream->max = max;
    return errc::ok;
  };
}

auto fill_shards(std::uint32_t shard, std::uint32_t other, const hash_key& at = {}) {
  return [=](operation& op) {
    op.stream->shard = shard;
    op.stream->other_shard = other;
    op.stream->at = at;
    return errc::ok;
  };
}

auto fill_consumer(std::string_view consumer, std::uint32_t shard = 0,
                   const shard_start& start = {}) {
  return [=](operation& op) {
    op.stream->consumer = consumer;
    op.stream->shard = shard;
    op.stream->start = start;
    return errc::ok;
  };
}

auto fill_registration(std::string_view consumer, bool advantage) {
  return [=](operation& op) {
    op.stream->consumer = consumer;
    op.stream->advantage = advantage;
    return errc::ok;
  };
}

auto fill_puts(client_core& core, std::span<const put_entry> entries) {
  return [=, &core](operation& op) { return core.fill_puts(op, entries); };
}

auto fill_read(const read_options& wanted) {
  return [=](operation& op) {
    if (wanted.max_records == 0 || wanted.max_records > read_records_max) {
      return errc::invalid_max_messages;
    }
    op.stream->wait.wanted = wanted;
    return errc::ok;
  };
}

/// Names a lane, not a stream.
operation* list_part(client_core& core, std::uint32_t lane, std::string_view after, std::size_t max,
                     std::uint64_t token, errc& out) {
  out = lane < core.lanes() ? errc::would_block : errc::invalid_option;
  if (out == errc::invalid_option) return nullptr;
  operation* op = core.begin_stream(operation_kind::list_streams, token);
  if (op == nullptr) return nullptr;
  op->more = std::make_unique<lane::control>();
  op->stream->name = after;
  op->stream->max = max;
  out = core.submit(*op, lane);
  if (out == errc::ok) return op;
  core.abandon(*op);
  return nullptr;
}

/// Names the account, not a stream.
template <class Fill>
operation* account_part(client_core& core, operation_kind kind, std::uint64_t token, Fill&& fill,
                        errc& out) {
  out = errc::would_block;
  operation* op = core.begin_stream(kind, token);
  if (op == nullptr) return nullptr;
  fill(*op);
  out = core.submit(*op, core.lane_of_account());
  if (out == errc::ok) return op;
  core.abandon(*op);
  return nullptr;
}

auto fill_account(std::span<const std::pair<std::string, std::string>> stored,
                  std::optional<std::uint64_t> revision) {
  return [=](operation& op) {
    op.stream->settings.stored.assign(stored.begin(), stored.end());
    op.stream->revision = revision;
  };
}

}  // namespace

stream_client::stream_client(client& of) noexcept : core_(of.core_.get()) {}

result<stream_handle> stream_client::create_stream(std::string_view name,
                                                   const stream_settings& settings,
                                                   std::uint32_t given) {
  return answer<stream_handle>(
      *core_, operation_kind::create_stream, stream_name_or_handle(name),
      fill_settings(settings, given),
      [](operation & op) -> auto& { return op.stream->reply.handle; });
}

result<void> stream_client::delete_stream(stream_name_or_handle stream, bool with_consumers) {
  return run(*core_, operation_kind::delete_stream, stream, fill_delete(with_consumers), no_answer);
}

result<stream_description> stream_client::describe_stream(stream_name_or_handle stream) {
  return answer<stream_description>(
      *core_, operation_kind::get_stream, stream, no_fill,
      [](operation & op) -> auto& { return op.stream->reply.description; });
}

result<void> stream_client::set_stream(stream_name_or_handle stream,
                                       const stream_settings& settings, std::uint32_t given,
                                       std::optional<std::uint64_t> only_if_revision) {
  return run(*core_, operation_kind::set_stream, stream,
             fill_settings(settings, given, only_if_revision), no_answer);
}

result<std::vector<shard_description>> stream_client::list_shards(stream_name_or_handle stream,
                                                                  std::uint32_t from,
                                                                  std::size_t max) {
  return answer<std::vector<shard_description>>(
      *core_, operation_kind::list_shards, stream, fill_list(from, max),
      [](operation & op) -> auto& { return op.stream->reply.shards; });
}

result<void> stream_client::split_shard(stream_name_or_handle stream, std::uint32_t shard,
                                        const hash_key& at) {
  return run(*core_, operation_kind::split_shard, stream, fill_shards(shard, 0, at), no_answer);
}

result<void> stream_client::merge_shards(stream_name_or_handle stream, std::uint32_t shard,
                                         std::uint32_t adjacent) {
  return run(*core_, operation_kind::merge_shards, stream, fill_shards(shard, adjacent), no_answer);
}

result<void> stream_client::update_shard_count(stream_name_or_handle stream, std::uint32_t count) {
  return run(*core_, operation_kind::update_shard_count, stream, fill_shards(0, count), no_answer);
}

result<put_result> stream_client::put_record(stream_name_or_handle stream, const put_entry& entry) {
  put_result out;
  const result<void> done = put_records(stream, std::span(&entry, 1), std::span(&out, 1));
  if (!done) return done.error();
  if (out.status != errc::ok) return out.status;
  return out;
}

result<void> stream_client::put_records(stream_name_or_handle stream,
                                        std::span<const put_entry> entries,
                                        std::span<put_result> results) {
  if (results.size() < entries.size()) return errc::invalid_option;
  return run(*core_, operation_kind::put_records, stream, fill_puts(*core_, entries),
             [&](operation& op) {
               std::copy(op.stream->results.begin(), op.stream->results.end(), results.begin());
             });
}

result<shard_position> stream_client::locate(stream_name_or_handle stream, std::uint32_t shard,
                                             const shard_start& start) {
  return answer<shard_position>(
      *core_, operation_kind::locate_record, stream, fill_consumer({}, shard, start),
      [](operation & op) -> auto& { return op.stream->reply.position; });
}

result<records> stream_client::read(stream_name_or_handle stream, const read_options& wanted) {
  records out;
  const errc e = run(*core_, operation_kind::read_records, stream, fill_read(wanted),
                     [&](operation& op) { out.part_ = client_core::take_part(op); });
  if (e != errc::ok) return e;
  client_core::view(*out.part_);
  return out;
}

result<consumer_description> stream_client::register_consumer(stream_name_or_handle stream,
                                                              std::string_view consumer,
                                                              bool advantage) {
  return answer<consumer_description>(
      *core_, operation_kind::register_consumer, stream, fill_registration(consumer, advantage),
      [](operation & op) -> auto& { return op.stream->reply.consumers.front(); });
}

result<void> stream_client::deregister_consumer(stream_name_or_handle stream,
                                                std::string_view consumer) {
  return run(*core_, operation_kind::deregister_consumer, stream, fill_consumer(consumer),
             no_answer);
}

result<std::vector<consumer_description>> stream_client::list_consumers(
    stream_name_or_handle stream) {
  return answer<std::vector<consumer_description>>(
      *core_, operation_kind::list_consumers, stream, no_fill,
      [](operation & op) -> auto& { return op.stream->reply.consumers; });
}

result<subscription> stream_client::subscribe(stream_name_or_handle stream,
                                              std::string_view consumer, std::uint32_t shard,
                                              const shard_start& start) {
  return answer<subscription>(
      *core_, operation_kind::subscribe_to_shard, stream, fill_consumer(consumer, shard, start),
      [](operation & op) -> auto& { return op.stream->reply.subscription; });
}

result<std::vector<std::string>> stream_client::list_streams(std::string_view after,
                                                             std::size_t max) {
  return detail::list_names(*core_, max, [&](std::uint32_t lane, errc& status) {
    return list_part(*core_, lane, after, max, 0, status);
  });
}

result<account_settings> stream_client::get_account() {
  errc status = errc::ok;
  operation* op = account_part(
      *core_, operation_kind::get_account, 0, [](operation&) {}, status);
  if (op == nullptr) return status;
  core_->run(*op);
  status = op->status;
  account_settings out = std::move(op->stream->reply.account);
  core_->abandon(*op);
  if (status != errc::ok) return status;
  return out;
}

result<void> stream_client::set_account(std::span<const std::pair<std::string, std::string>> stored,
                                        std::optional<std::uint64_t> only_if_revision) {
  errc status = errc::ok;
  operation* op = account_part(*core_, operation_kind::set_account, 0,
                               fill_account(stored, only_if_revision), status);
  if (op == nullptr) return status;
  core_->run(*op);
  status = op->status;
  core_->abandon(*op);
  return status;
}

result<void> stream_client::submit_get_account(std::uint64_t token) {
  errc status = errc::ok;
  static_cast<void>(account_part(
      *core_, operation_kind::get_account, token, [](operation&) {}, status));
  return status;
}

result<void> stream_client::submit_set_account(
    std::span<const std::pair<std::string, std::string>> stored, std::uint64_t token,
    std::optional<std::uint64_t> only_if_revision) {
  errc status = errc::ok;
  static_cast<void>(account_part(*core_, operation_kind::set_account, token,
                                 fill_account(stored, only_if_revision), status));
  return status;
}

result<void> stream_client::submit_create_stream(std::string_view name,
                                                 const stream_settings& settings,
                                                 std::uint32_t given, std::uint64_t token) {
  return submit(*core_, operation_kind::create_stream, token, stream_name_or_handle(name),
                fill_settings(settings, given));
}

result<void> stream_client::submit_delete_stream(stream_name_or_handle stream, bool with_consumers,
                                                 std::uint64_t token) {
  return submit(*core_, operation_kind::delete_stream, token, stream, fill_delete(with_consumers));
}

result<void> stream_client::submit_describe_stream(stream_name_or_handle stream,
                                                   std::uint64_t token) {
  return submit(*core_, operation_kind::get_stream, token, stream, no_fill);
}

result<void> stream_client::submit_set_stream(stream_name_or_handle stream,
                                              const stream_settings& settings, std::uint32_t given,
                                              std::uint64_t token,
                                              std::optional<std::uint64_t> only_if_revision) {
  return submit(*core_, operation_kind::set_stream, token, stream,
                fill_settings(settings, given, only_if_revision));
}

result<void> stream_client::submit_list_shards(stream_name_or_handle stream, std::uint32_t from,
                                               std::size_t max, std::uint64_t token, bool counted) {
  return submit(*core_, operation_kind::list_shards, token, stream, [=](operation& op) {
    op.stream->counted = counted;
    return fill_list(from, max)(op);
  });
}

result<void> stream_client::submit_split_shard(stream_name_or_handle stream, std::uint32_t shard,
                                               const hash_key& at, std::uint64_t token) {
  return submit(*core_, operation_kind::split_shard, token, stream, fill_shards(shard, 0, at));
}

result<void> stream_client::submit_merge_shards(stream_name_or_handle stream, std::uint32_t shard,
                                                std::uint32_t adjacent, std::uint64_t token) {
  return submit(*core_, operation_kind::merge_shards, token, stream, fill_shards(shard, adjacent));
}

result<void> stream_client::submit_update_shard_count(stream_name_or_handle stream,
                                                      std::uint32_t count, std::uint64_t token) {
  return submit(*core_, operation_kind::update_shard_count, token, stream, fill_shards(0, count));
}

result<void> stream_client::submit_put_records(stream_name_or_handle stream,
                                               std::span<const put_entry> entries,
                                               std::uint64_t token) {
  return submit(*core_, operation_kind::put_records, token, stream, fill_puts(*core_, entries));
}

result<void> stream_client::submit_locate(stream_name_or_handle stream, std::uint32_t shard,
                                          const shard_start& start, std::uint64_t token) {
  return submit(*core_, operation_kind::locate_record, token, stream,
                fill_consumer({}, shard, start));
}

result<void> stream_client::submit_read(stream_name_or_handle stream, const read_options& wanted,
                                        std::uint64_t token) {
  return submit(*core_, operation_kind::read_records, token, stream, fill_read(wanted));
}

result<void> stream_client::submit_register_consumer(stream_name_or_handle stream,
                                                     std::string_view consumer, std::uint64_t token,
                                                     bool advantage) {
  return submit(*core_, operation_kind::register_consumer, token, stream,
                fill_registration(consumer, advantage));
}

result<void> stream_client::submit_deregister_consumer(stream_name_or_handle stream,
                                                       std::string_view consumer,
                                                       std::uint64_t token) {
  return submit(*core_, operation_kind::deregister_consumer, token, stream,
                fill_consumer(consumer));
}

result<void> stream_client::submit_list_consumers(stream_name_or_handle stream,
                                                  std::uint64_t token) {
  return submit(*core_, operation_kind::list_consumers, token, stream, no_fill);
}

result<void> stream_client::submit_subscribe(stream_name_or_handle stream,
                                             std::string_view consumer, std::uint32_t shard,
                                             const shard_start& start, std::uint64_t token) {
  return submit(*core_, operation_kind::subscribe_to_shard, token, stream,
                fill_consumer(consumer, shard, start));
}

result<void> stream_client::submit_list_streams(std::uint32_t lane, std::string_view after,
                                                std::size_t max, std::uint64_t token) {
  errc status = errc::ok;
  static_cast<void>(list_part(*core_, lane, after, max, token, status));
  return status;
}

records stream_client::take_records() noexcept {
  records out;
  out.part_ = core_->take_shown_part();
  return out;
}

records::records() noexcept = default;
records::records(records&&) noexcept = default;
records& records::operator=(records&& other) noexcept {
  if (this == &other) return *this;
  if (part_ != nullptr) part_->drop_pins();
  part_ = std::move(other.part_);
  return *this;
}
records::~records() {
  if (part_ != nullptr) part_->drop_pins();
}

std::span<const record_view> records::all() const noexcept {
  return part_ == nullptr ? std::span<const record_view>() : part_->views;
}

const read_summary& records::summary() const noexcept {
  static const read_summary nothing;
  return part_ == nullptr ? nothing : part_->batch.summary;
}

}  // namespace v1
}  // namespace millrace
