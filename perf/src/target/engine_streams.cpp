// Streams of an engine in this process. A reader is one shard for one subscription, from its first
// record on; a consumer has every so-manieth shard of its subscription.

#include <array>
#include <millrace/stream_client.hpp>

#include "cycle/require.hpp"
#include "target/engine_clients.hpp"
#include "target/stream_readers.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint32_t records_a_read = 1000;
constexpr std::int64_t wait_ms = 20'000;

class engine_streams final : public engine_clients {
 public:
  engine_streams(const bench_workload& plan, const engine_target_settings& settings)
      : engine_clients(plan, settings) {
    stream_settings wanted;
    wanted.shard_count = plan.partitions_per_topic;
    stream_client control(reading());
    for (std::size_t topic = 0; topic < plan.topics; ++topic) {
      const std::string name = "bench-" + std::to_string(topic);
      streams_.push_back(
          require(control.create_stream(name, wanted, given_shard_count), "create_stream"));
    }
    readers_ = stream_readers(plan);
    for (std::uint32_t i = 0; i < readers_.size(); ++i) {
      places_.push_back({.shard = i % plan.partitions_per_topic});
    }
  }

  void send(std::size_t from, std::size_t topic, std::uint64_t call,
            std::span<const outgoing> messages) override {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      keys_[i] = partition_key(messages[i]);
      entries_[i] = {.data = as_bytes(messages[i].body), .partition_key = keys_[i]};
    }
    const auto asked = stream_client(sender(from))
                           .submit_put_records(streams_[topic], {entries_.data(), messages.size()},
                                               send_token(call));
    if (!asked) refuse(call, asked.error());
  }

 private:
  bool submit_next(std::size_t reader) override {
    const auto asked = stream_client(reading()).submit_read(
        streams_[readers_[reader].topic],
        {.from = places_[reader], .max_records = records_a_read, .wait_ms = wait_ms},
        read_token(reader));
    if (!asked && asked.error() == errc::would_block) return false;
    if (!asked) note_error(to_string(asked.error()));
    return true;
  }

  void take(listener& to, const completion& answer) override {
    if (answer.kind == operation_kind::put_records) return take_put(to, answer);
    if (answer.kind == operation_kind::read_records) take_read(to, answer);
  }

  void take_put(listener& to, const completion& answer) {
    if (answer.status != errc::ok) return take_refused(to, answer.token >> 2, answer.status);
    std::array<send_outcome, send_batch_max> outcomes;
    for (std::size_t i = 0; i < answer.put.size(); ++i) outcomes[i] = judge(answer.put[i].status);
    to.sent(answer.token >> 2, {outcomes.data(), answer.put.size()});
  }

  void take_read(listener& to, const completion& answer) {
    const std::size_t reader = answer.token >> 2;
    bodies_.clear();
    // A shard's limit of reads is no error: the same is asked for again.
    if (answer.status != errc::ok) (void)judge(answer.status);
    for (const record_view& each : answer.records) bodies_.push_back(as_text(each.data));
    if (answer.read != nullptr) places_[reader] = answer.read->next;
    to.received(reader, bodies_);
  }

  std::vector<stream_handle> streams_;
  std::vector<shard_position> places_;  ///< by reader
  std::array<put_entry, send_batch_max> entries_;
  std::array<std::string, send_batch_max> keys_;
  std::vector<std::string_view> bodies_;
};

}  // namespace

std::unique_ptr<target> open_engine_streams(const bench_workload& plan,
                                            const engine_target_settings& settings) {
  return std::make_unique<engine_streams>(plan, settings);
}

}  // namespace millrace::perf
