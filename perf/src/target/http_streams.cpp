// Streams of a server: PutRecords, and GetRecords from the oldest record on. A shard that had
// nothing is asked again after an interval.

#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <stdexcept>

#include "load/json_members.hpp"
#include "process/cpu_time.hpp"
#include "target/http_connections.hpp"
#include "target/stream_readers.hpp"

namespace millrace::perf {

namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// Appends the bytes; false if it is no Base64.
bool add_decoded(std::string_view text, std::string& to) {
  const std::size_t before = to.size();
  to.resize(before + text.size() / 4 * 3 + 3);
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(to.data() + before),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  to.resize(before + (length < 0 ? 0 : static_cast<std::size_t>(length) - padding));
  return length >= 0;
}

class http_streams final : public http_connections {
 public:
  http_streams(const bench_workload& plan, const http_target_settings& settings)
      : http_connections(settings), name_(settings.name), interval_ns_(settings.poll_interval_ns) {
    try {
      for (; streams_ < plan.topics; ++streams_) make_stream(streams_, plan.partitions_per_topic);
      readers_ = stream_readers(plan);
      for (const reader_place& each : readers_) {
        const std::size_t shard = iterators_.size() % plan.partitions_per_topic;
        iterators_.push_back(first_iterator(each.topic, shard));
      }
      connect(http_senders(plan, settings));
    } catch (...) {
      delete_streams();
      throw;
    }
    was_empty_.resize(readers_.size());
    calls_.resize(senders());
  }
  ~http_streams() override { delete_streams(); }

  void send(std::size_t sender, std::size_t topic, std::uint64_t call,
            std::span<const outgoing> messages) override {
    calls_[sender] = {call, messages.size()};
    json_ = "{\"StreamName\":\"" + stream_name(topic) + "\",\"Records\":[";
    for (std::size_t i = 0; i < messages.size(); ++i) {
      json_.append(i == 0 ? "{\"Data\":\"" : ",{\"Data\":\"").append(base64(messages[i].body));
      json_.append("\",\"PartitionKey\":\"").append(partition_key(messages[i])).append("\"}");
    }
    json_ += "]}";
    request(sender, post("PutRecords", json_));
  }

  void next(std::size_t reader) override {
    if (!was_empty_[reader]) return read(reader);
    waiting_.push_back({monotonic_ns() + interval_ns_, reader});
  }

 private:
  struct call_state {
    std::uint64_t id = 0;
    std::size_t messages = 0;
  };
  struct waiting_reader {
    std::uint64_t at_ns;
    std::size_t reader;
  };

  std::string_view action_prefix() const noexcept override { return "Kinesis_20131202."; }
  std::string_view content_type() const noexcept override { return "application/x-amz-json-1.1"; }
  std::uint64_t due_ns() const noexcept override {
    return waiting_.empty() ? UINT64_MAX : waiting_.front().at_ns;
  }
  void run_due() override {
    const std::uint64_t now = monotonic_ns();
    while (!waiting_.empty() && waiting_.front().at_ns <= now) {
      const std::size_t reader = waiting_.front().reader;
      waiting_.pop_front();
      read(reader);
    }
  }

  [[nodiscard]] std::string stream_name(std::size_t topic) const {
    return name_ + "-" + std::to_string(topic);
  }

  void make_stream(std::size_t topic, std::uint32_t shards) {
    const std::string member = "{\"StreamName\":\"" + stream_name(topic) + "\"";
    (void)ask("CreateStream", member + ",\"ShardCount\":" + std::to_string(shards) + "}");
    const std::uint64_t give_up = monotonic_ns() + 60'000'000'000;
    for (;;) {
      const std::string seen = ask("DescribeStreamSummary", member + "}");
      if (find_string(seen, "StreamStatus") == "ACTIVE") return;
      if (monotonic_ns() > give_up) throw std::runtime_error("a stream does not become ACTIVE");
      usleep(20'000);
    }
  }

  [[nodiscard]] std::string first_iterator(std::size_t topic, std::size_t shard) const {
    std::string id = std::to_string(shard);
    id.insert(0, 12 - id.size(), '0');
    const std::string answer =
        ask("GetShardIterator",
            "{\"StreamName\":\"" + stream_name(topic) +
                "\",\"ShardIteratorType\":\"TRIM_HORIZON\",\"ShardId\":\"shardId-" + id + "\"}");
    return std::string(find_string(answer, "ShardIterator"));
  }

  void delete_streams() noexcept {
    for (std::size_t topic = 0; topic < streams_; ++topic) {
      try {
        (void)ask("DeleteStream", "{\"StreamName\":\"" + stream_name(topic) + "\"}");
      } catch (const std::exception&) {
        return;  // the server is gone, and with it the streams
      }
    }
  }

  void read(std::size_t reader) {
    json_ = "{\"Limit\":1000,\"ShardIterator\":\"" + iterators_[reader] + "\"}";
    request(connection_of(reader), post("GetRecords", json_));
  }

  void take_answer(listener& to, std::size_t connection, const http_answer& answer) override {
    if (is_sender(connection)) {
      take_put(to, connection, answer);
    } else {
      take_read(to, connection - senders(), answer);
    }
  }

  void take_put(listener& to, std::size_t sender, const http_answer& answer) {
    const call_state call = calls_[sender];
    std::array<send_outcome, send_batch_max> outcomes;
    outcomes.fill(answer.status == 200 ? send_outcome::failed : judge(answer));
    if (answer.status == 200) take_entries(answer, {outcomes.data(), call.messages});
    to.sent(call.id, {outcomes.data(), call.messages});
  }

  /// Entries stand in the order of their records.
  void take_entries(const http_answer& answer, std::span<send_outcome> outcomes) {
    std::size_t entry = 0;
    bool stored = false;
    std::string_view code;
    json_members members(answer.body);
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event == json_members::event::string_member) {
        stored |= members.key() == "SequenceNumber";
        if (members.key() == "ErrorCode") code = members.value();
        continue;
      }
      if (entry == outcomes.size()) return;
      if (stored) {
        outcomes[entry] = send_outcome::accepted;
      } else if (code.find("Throughput") != std::string_view::npos) {
        outcomes[entry] = send_outcome::throttled;
      } else {
        note_error("PutRecords: " + std::string(code));
      }
      ++entry;
      stored = false;
      code = {};
    }
  }

  void take_read(listener& to, std::size_t reader, const http_answer& answer) {
    decoded_.clear();
    ends_.clear();
    // A refused read is asked again after the interval.
    if (answer.status != 200) (void)judge(answer);
    json_members members(answer.status == 200 ? answer.body : std::string_view());
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event != json_members::event::string_member) continue;
      if (members.key() == "NextShardIterator") iterators_[reader] = members.value();
      if (members.key() != "Data") continue;
      if (!add_decoded(members.value(), decoded_)) note_error("GetRecords: Data is no Base64");
      ends_.push_back(decoded_.size());
    }
    bodies_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      bodies_.push_back(std::string_view(decoded_).substr(begin, end - begin));
      begin = end;
    }
    was_empty_[reader] = bodies_.empty();
    to.received(reader, bodies_);
  }

  std::string name_;
  std::uint64_t interval_ns_;
  std::size_t streams_ = 0;             ///< that were made
  std::vector<std::string> iterators_;  ///< by reader
  std::vector<bool> was_empty_;
  std::deque<waiting_reader> waiting_;  ///< the first due first
  std::vector<call_state> calls_;       ///< by sender
  std::string json_;                    ///< of the request being made
  std::string decoded_;                 ///< bodies of the last read, one after the other
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> bodies_;
};

}  // namespace

std::unique_ptr<target> open_http_streams(const bench_workload& plan,
                                          const http_target_settings& settings) {
  return std::make_unique<http_streams>(plan, settings);
}

}  // namespace millrace::perf
