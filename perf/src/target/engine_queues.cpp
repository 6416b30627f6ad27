// Queues of an engine in this process. A reader has one receive parked at its queue.

#include <algorithm>
#include <array>

#include "cycle/require.hpp"
#include "target/engine_clients.hpp"

namespace millrace::perf {

namespace {

class engine_queues final : public engine_clients {
 public:
  engine_queues(const bench_workload& plan, const engine_target_settings& settings)
      : engine_clients(plan, settings),
        fifo_(plan.service == service_kind::fifo),
        receive_batch_(static_cast<std::int32_t>(plan.receive_batch)) {
    queue_attributes attributes;
    attributes.visibility_timeout = static_cast<std::int32_t>(plan.visibility_seconds);
    attributes.fifo_queue = fifo_;
    for (std::size_t topic = 0; topic < plan.topics; ++topic) {
      const std::string name = "bench-" + std::to_string(topic) + (fifo_ ? ".fifo" : "");
      queues_.push_back(require(
          reading().create_queue(name, attributes, given_all | given_fifo_queue), "create_queue"));
      for (std::size_t i = 0; i < plan.consumers_per_subscription; ++i) {
        readers_.push_back({.topic = topic, .subscription = 0, .worker = readers_.size()});
      }
    }
    held_.resize(readers_.size());
  }

  void send(std::size_t from, std::size_t topic, std::uint64_t call,
            std::span<const outgoing> messages) override {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      send_entry& entry = entries_[i];
      entry = {.body = as_bytes(messages[i].body)};
      if (!messages[i].keyed) continue;
      names_[i].group = "g" + std::to_string(messages[i].key);
      entry.message_group_id = names_[i].group;
      if (!fifo_) continue;
      names_[i].deduplication = std::to_string(messages[i].sequence);
      entry.message_deduplication_id = names_[i].deduplication;
    }
    const auto asked = sender(from).submit_send(queues_[topic], {entries_.data(), messages.size()},
                                                send_token(call));
    if (!asked) refuse(call, asked.error());
  }

 private:
  struct fifo_names {
    std::string group, deduplication;
  };

  bool submit_next(std::size_t reader) override {
    auto& held = held_[reader];
    const queue_handle queue = queues_[readers_[reader].topic];
    if (!held.empty()) {
      const auto asked = reading().submit_delete(queue, held, delete_token);
      if (!asked && asked.error() == errc::would_block) return false;
      if (!asked) note_error(to_string(asked.error()));
      held.clear();
    }
    const auto asked = reading().submit_receive(
        queue, {.max_messages = receive_batch_, .wait_time_seconds = 20}, read_token(reader));
    if (!asked && asked.error() == errc::would_block) return false;
    if (!asked) note_error(to_string(asked.error()));
    return true;
  }

  void take(listener& to, const completion& answer) override {
    switch (answer.kind) {
      case operation_kind::send: return take_sent(to, answer);
      case operation_kind::receive: return take_received(to, answer);
      default: break;
    }
    if (answer.status != errc::ok) note_error(to_string(answer.status));
    for (const errc entry : answer.entries) {
      if (entry != errc::ok) note_error(to_string(entry));
    }
  }

  void take_sent(listener& to, const completion& answer) {
    if (answer.status != errc::ok) return take_refused(to, answer.token >> 2, answer.status);
    std::array<send_outcome, batch_entries_max> outcomes;
    for (std::size_t i = 0; i < answer.sent.size(); ++i) outcomes[i] = judge(answer.sent[i].status);
    to.sent(answer.token >> 2, {outcomes.data(), answer.sent.size()});
  }

  void take_received(listener& to, const completion& answer) {
    const std::size_t reader = answer.token >> 2;
    if (answer.status != errc::ok) note_error(to_string(answer.status));
    std::array<std::string_view, batch_entries_max> bodies;
    for (std::size_t i = 0; i < answer.messages.size(); ++i) {
      bodies[i] = as_text(answer.messages[i].body);
      held_[reader].push_back(answer.messages[i].receipt);
    }
    to.received(reader, {bodies.data(), answer.messages.size()});
  }

  bool fifo_;
  std::int32_t receive_batch_;
  std::vector<queue_handle> queues_;
  std::vector<std::vector<receipt_handle>> held_;  ///< by reader, to be deleted
  std::array<send_entry, batch_entries_max> entries_;
  std::array<fifo_names, batch_entries_max> names_;
};

}  // namespace

std::unique_ptr<target> open_engine_queues(const bench_workload& plan,
                                           const engine_target_settings& settings) {
  return std::make_unique<engine_queues>(plan, settings);
}

}  // namespace millrace::perf
