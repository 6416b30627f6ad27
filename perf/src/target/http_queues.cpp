// Queues of a server. A reader polls for two seconds, deletes what it was handed, and polls again.

#include <array>

#include "load/json_members.hpp"
#include "target/http_connections.hpp"

namespace millrace::perf {

namespace {

class http_queues final : public http_connections {
 public:
  http_queues(const bench_workload& plan, const http_target_settings& settings)
      : http_connections(settings), fifo_(plan.service == service_kind::fifo) {
    try {
      for (std::size_t topic = 0; topic < plan.topics; ++topic) make_queue(topic, plan, settings);
      connect(http_senders(plan, settings));
    } catch (...) {
      delete_queues();
      throw;
    }
    states_.resize(readers_.size());
    calls_.resize(senders());
  }
  ~http_queues() override { delete_queues(); }

  void send(std::size_t sender, std::size_t topic, std::uint64_t call,
            std::span<const outgoing> messages) override {
    calls_[sender] = {call, messages.size()};
    json_ = "{\"QueueUrl\":\"" + queues_[topic].url + "\",";
    if (messages.size() == 1) {
      add_members(messages[0]);
      json_ += '}';
    } else {
      json_ += "\"Entries\":[";
      for (std::size_t i = 0; i < messages.size(); ++i) {
        json_.append(i == 0 ? "{\"Id\":\"" : ",{\"Id\":\"").append(std::to_string(i)) += "\",";
        add_members(messages[i]);
        json_ += '}';
      }
      json_ += "]}";
    }
    request(sender, post(messages.size() == 1 ? "SendMessage" : "SendMessageBatch", json_));
  }

  void next(std::size_t reader) override {
    reader_state& state = states_[reader];
    const queue& from = queues_[readers_[reader].topic];
    state.deleting = !state.receipts.empty();
    if (!state.deleting) return request(connection_of(reader), from.receive);
    json_ = "{\"QueueUrl\":\"" + from.url + "\",\"Entries\":[";
    for (std::size_t i = 0; i < state.receipts.size(); ++i) {
      json_.append(i == 0 ? "{\"Id\":\"" : ",{\"Id\":\"").append(std::to_string(i));
      json_.append("\",\"ReceiptHandle\":\"").append(state.receipts[i]).append("\"}");
    }
    json_ += "]}";
    state.receipts.clear();
    request(connection_of(reader), post("DeleteMessageBatch", json_));
  }

 private:
  struct queue {
    std::string url;      ///< escaped, as the server gave it
    std::string receive;  ///< a whole request
  };
  struct reader_state {
    bool deleting = false;
    std::vector<std::string> receipts;  ///< escaped
  };
  struct call_state {
    std::uint64_t id = 0;
    std::size_t messages = 0;
  };

  std::string_view action_prefix() const noexcept override { return "AmazonSQS."; }
  std::string_view content_type() const noexcept override { return "application/x-amz-json-1.0"; }

  void make_queue(std::size_t topic, const bench_workload& plan,
                  const http_target_settings& settings) {
    const std::string name = settings.name + "-" + std::to_string(topic) + (fifo_ ? ".fifo" : "");
    const std::string made = ask(
        "CreateQueue", "{\"QueueName\":\"" + name + "\",\"Attributes\":{\"VisibilityTimeout\":\"" +
                           std::to_string(plan.visibility_seconds) + "\"" +
                           (fifo_ ? ",\"FifoQueue\":\"true\"" : "") + "}}");
    queue& added = queues_.emplace_back();
    added.url = find_string(made, "QueueUrl");
    added.receive = post("ReceiveMessage", "{\"QueueUrl\":\"" + added.url +
                                               "\",\"WaitTimeSeconds\":2,\"MaxNumberOfMessages\":" +
                                               std::to_string(plan.receive_batch) + "}");
    for (std::size_t i = 0; i < plan.consumers_per_subscription; ++i) {
      readers_.push_back({.topic = topic, .subscription = 0, .worker = readers_.size()});
    }
  }

  void delete_queues() noexcept {
    for (const queue& each : queues_) {
      try {
        (void)ask("DeleteQueue", "{\"QueueUrl\":\"" + each.url + "\"}");
      } catch (const std::exception&) {
        return;  // the server is gone, and with it the queues
      }
    }
  }

  void add_members(const outgoing& message) {
    json_.append("\"MessageBody\":\"").append(message.body).append("\"");
    if (!message.keyed) return;
    json_.append(",\"MessageGroupId\":\"g").append(std::to_string(message.key)).append("\"");
    if (!fifo_) return;
    json_.append(",\"MessageDeduplicationId\":\"").append(std::to_string(message.sequence));
    json_ += '"';
  }

  void take_answer(listener& to, std::size_t connection, const http_answer& answer) override {
    if (is_sender(connection)) return take_sent(to, connection, answer);
    const std::size_t reader = connection - senders();
    reader_state& state = states_[reader];
    if (state.deleting) {
      if (answer.status != 200) (void)judge(answer);
      const std::size_t refused = answer.status == 200 ? count_members(answer.body, "Code") : 0;
      if (refused != 0)
        note_error("DeleteMessageBatch: " + std::string(answer.body.substr(0, 200)));
      state.deleting = false;
      return request(connection, queues_[readers_[reader].topic].receive);
    }
    if (answer.status != 200) (void)judge(answer);
    take_received(to, reader, answer.status == 200 ? answer.body : std::string_view());
  }

  void take_sent(listener& to, std::size_t sender, const http_answer& answer) {
    const call_state call = calls_[sender];
    std::array<send_outcome, send_batch_max> outcomes;
    outcomes.fill(answer.status == 200 ? send_outcome::failed : judge(answer));
    if (answer.status == 200 && call.messages == 1) {
      const bool named = !find_string(answer.body, "MessageId").empty();
      if (named) outcomes[0] = send_outcome::accepted;
    } else if (answer.status == 200) {
      take_entries(answer, outcomes);
    }
    to.sent(call.id, {outcomes.data(), call.messages});
  }

  void take_entries(const http_answer& answer, std::span<send_outcome> outcomes) {
    std::string_view id, code, message_id;
    json_members members(answer.body);
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event == json_members::event::string_member) {
        if (members.key() == "Id") id = members.value();
        if (members.key() == "Code") code = members.value();
        if (members.key() == "MessageId") message_id = members.value();
        continue;
      }
      const std::size_t entry = id.size() == 1 ? static_cast<std::size_t>(id[0] - '0') : 10;
      if (entry < outcomes.size() && !message_id.empty()) outcomes[entry] = send_outcome::accepted;
      if (entry < outcomes.size() && code.find("Throttl") != std::string_view::npos) {
        outcomes[entry] = send_outcome::throttled;
      } else if (!code.empty()) {
        note_error("SendMessageBatch: " + std::string(code));
      }
      id = code = message_id = {};
    }
  }

  void take_received(listener& to, std::size_t reader, std::string_view text) {
    std::array<std::string_view, send_batch_max> bodies;
    std::size_t count = 0;
    bool has_body = false, has_receipt = false;
    json_members members(text);
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event == json_members::event::object_end) {
        if (!has_body || !has_receipt) continue;  // an object inside of the message
        has_body = has_receipt = false;
        if (++count == bodies.size()) break;
      } else if (members.key() == "Body") {
        has_body = true;
        bodies[count] = members.value();
      } else if (members.key() == "ReceiptHandle") {
        has_receipt = true;
        states_[reader].receipts.emplace_back(members.value());
      }
    }
    to.received(reader, {bodies.data(), count});
  }

  bool fifo_;
  std::vector<queue> queues_;
  std::vector<reader_state> states_;
  std::vector<call_state> calls_;  ///< by sender
  std::string json_;               ///< of the request being made
};

}  // namespace

std::unique_ptr<target> open_http_queues(const bench_workload& plan,
                                         const http_target_settings& settings) {
  return std::make_unique<http_queues>(plan, settings);
}

}  // namespace millrace::perf
