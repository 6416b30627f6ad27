#include "fanout/fanout_run.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fanout/record_text.hpp"
#include "fanout/subscriber.hpp"
#include "load/http_answer.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {
namespace {

using nlohmann::json;

constexpr double patience_seconds = 60;
constexpr std::size_t fill_batch = 500;
const std::string stream_name = "fanout";

/// Calls operations one after the other on one connection.
class caller {
 public:
  explicit caller(const endpoint& target)
      : head_("POST / HTTP/1.1\r\nHost: " + target.host() +
              "\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Kinesis_20131202."),
        socket_(connect_to(target)) {}

  json ask(const std::string& action, const std::string& body) {
    send_whole(head_ + action + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body);
    received_.clear();
    while (true) {
      const http_answer answer = scan_answer(received_);
      if (answer.state == answer_state::malformed)
        throw std::runtime_error("no answer of HTTP/1.1");
      if (answer.state == answer_state::complete) {
        if (answer.status == 200) {
          return answer.body.empty() ? json::object() : json::parse(answer.body);
        }
        throw std::runtime_error(action + ": status " + std::to_string(answer.status) + ", " +
                                 std::string(answer.body.substr(0, 300)));
      }
      receive();
    }
  }

 private:
  void send_whole(std::string_view left) {
    while (!left.empty()) {
      const ssize_t sent = send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) throw_errno("send");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void receive() {
    char chunk[16 * 1024];
    const ssize_t got = recv(socket_.get(), chunk, sizeof chunk, 0);
    if (got < 0 && errno != EINTR) throw_errno("recv");
    if (got == 0) throw std::runtime_error("the server closed the connection");
    if (got > 0) received_.append(chunk, static_cast<std::size_t>(got));
  }

  std::string head_;
  socket_handle socket_;
  std::string received_;
};

/// One shard with its consumers; gone with the object.
class shard_of_its_own {
 public:
  shard_of_its_own(const endpoint& target, std::size_t consumers) : server_(target) {
    server_.ask("CreateStream", json{{"StreamName", stream_name}, {"ShardCount", 1}}.dump());
    const json summary =
        server_.ask("DescribeStreamSummary", json{{"StreamName", stream_name}}.dump());
    const std::string arn = summary["StreamDescriptionSummary"]["StreamARN"];
    for (std::size_t i = 0; i < consumers; ++i) {
      const json made =
          server_.ask("RegisterStreamConsumer",
                      json{{"StreamARN", arn}, {"ConsumerName", "c" + std::to_string(i)}}.dump());
      consumers_.push_back(made["Consumer"]["ConsumerARN"]);
    }
  }
  ~shard_of_its_own() {
    try {
      server_.ask("DeleteStream",
                  json{{"StreamName", stream_name}, {"EnforceConsumerDeletion", true}}.dump());
    } catch (const std::exception& why) {
      std::fprintf(stderr, "the stream stays: %s\n", why.what());
    }
  }
  shard_of_its_own(const shard_of_its_own&) = delete;
  shard_of_its_own& operator=(const shard_of_its_own&) = delete;

  void put(std::uint64_t first, std::size_t count, std::size_t bytes, std::uint64_t due_ns) {
    std::string body = "{\"StreamName\":\"" + stream_name + "\",\"Records\":[";
    for (std::size_t i = 0; i < count; ++i) {
      body.append(i == 0 ? "" : ",").append("{\"PartitionKey\":\"k\",\"Data\":\"");
      body.append(record_text({first + i, due_ns}, bytes)).append("\"}");
    }
    const json answer = server_.ask("PutRecords", body.append("]}"));
    if (answer["FailedRecordCount"] != 0) throw std::runtime_error("PutRecords refused a record");
  }
  [[nodiscard]] const std::string& consumer(std::size_t i) const { return consumers_[i]; }

 private:
  caller server_;
  std::vector<std::string> consumers_;
};

class fanout {
 public:
  explicit fanout(const fanout_options& wanted)
      : wanted_(wanted),
        shard_(wanted.target, wanted.consumers + wanted.stopped),
        next_(wanted.consumers, 0),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_.get() < 0) throw_errno("epoll_create1");
  }

  fanout_outcome run() {
    if (wanted_.rate == 0) fill();
    const std::uint64_t cpu = server_cpu();
    const std::uint64_t own_cpu = thread_cpu_ns();
    const std::uint64_t begin = monotonic_ns();
    subscribe();
    if (wanted_.rate == 0) {
      read_all();
    } else {
      await_heads();
      send_while_reading();
    }
    out_.seconds = static_cast<double>(monotonic_ns() - begin) * 1e-9;
    out_.server_cpu_seconds = static_cast<double>(server_cpu() - cpu) * 1e-9;
    out_.own_cpu_seconds = static_cast<double>(thread_cpu_ns() - own_cpu) * 1e-9;
    for (std::size_t i = 0; i < wanted_.consumers; ++i) out_.wire_bytes += subscribers_[i]->bytes();
    out_.delivered_bytes = out_.delivered * wanted_.record_bytes;
    return out_;
  }

 private:
  std::uint64_t server_cpu() const {
    return wanted_.server_process ? process_cpu_ns(*wanted_.server_process).value_or(0) : 0;
  }
  void fill() {
    for (std::uint64_t done = 0; done < wanted_.records; done += fill_batch) {
      shard_.put(done, std::min<std::uint64_t>(fill_batch, wanted_.records - done),
                 wanted_.record_bytes, 0);
    }
  }
  void subscribe() {
    // Those that do not read come first: their answers are under way before the others'.
    for (std::size_t i = wanted_.consumers + wanted_.stopped; i-- > 0;) {
      const subscription asked{shard_.consumer(i), "shardId-000000000000", wanted_.rate == 0};
      auto made = std::make_unique<subscriber>(wanted_.target, asked,
                                               [this, i](std::string_view data) { take(i, data); });
      if (i < wanted_.consumers) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = made.get();
        if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, made->descriptor(), &event) != 0) {
          throw_errno("epoll_ctl");
        }
      }
      subscribers_.insert(subscribers_.begin(), std::move(made));
    }
  }
  void take(std::size_t consumer, std::string_view data) {
    const record_stamp stamp = read_stamp(data);
    if (stamp.number != next_[consumer]) {
      throw std::runtime_error("consumer " + std::to_string(consumer) + " wants record " +
                               std::to_string(next_[consumer]) + " and gets " +
                               std::to_string(stamp.number));
    }
    ++next_[consumer];
    ++out_.delivered;
    if (stamp.due_ns != 0) out_.propagation.record(monotonic_ns() - stamp.due_ns);
  }
  void turn() {
    epoll_event events[64];
    const int count = epoll_wait(epoll_.get(), events, 64, 100);
    if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
    for (int i = 0; i < count; ++i) static_cast<subscriber*>(events[i].data.ptr)->read();
  }
  void read_all() {
    const std::uint64_t end = monotonic_ns() + static_cast<std::uint64_t>(patience_seconds * 1e9);
    while (out_.delivered < wanted_.records * wanted_.consumers) {
      turn();
      if (monotonic_ns() > end) throw std::runtime_error("records do not come");
    }
  }
  void await_heads() {
    const std::uint64_t end = monotonic_ns() + static_cast<std::uint64_t>(patience_seconds * 1e9);
    for (std::size_t i = 0; i < wanted_.consumers; ++i) {
      while (!subscribers_[i]->begun()) {
        turn();
        if (monotonic_ns() > end) throw std::runtime_error("a subscription is not answered");
      }
    }
    // A head is sent before the shard is looked at: LATEST is where it ends then.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  /// On schedule, whatever the server does: a late record was due all the same.
  void send_on_schedule() {
    const auto gap_ns =
        static_cast<std::uint64_t>(1e9 * static_cast<double>(wanted_.batch) / wanted_.rate);
    std::uint64_t due = monotonic_ns() + gap_ns;
    for (std::uint64_t sent = 0; sent < wanted_.records; sent += wanted_.batch, due += gap_ns) {
      const std::uint64_t now = monotonic_ns();
      if (now < due) std::this_thread::sleep_for(std::chrono::nanoseconds(due - now));
      shard_.put(sent, std::min<std::uint64_t>(wanted_.batch, wanted_.records - sent),
                 wanted_.record_bytes, due);
    }
  }
  void send_while_reading() {
    std::exception_ptr failure;
    std::atomic<bool> failed{false};
    std::thread sender([&] {
      try {
        send_on_schedule();
      } catch (...) {
        failure = std::current_exception();
        failed.store(true, std::memory_order_release);
      }
    });
    try {
      const double seconds = static_cast<double>(wanted_.records) / wanted_.rate + patience_seconds;
      const std::uint64_t end = monotonic_ns() + static_cast<std::uint64_t>(seconds * 1e9);
      while (out_.delivered < wanted_.records * wanted_.consumers &&
             !failed.load(std::memory_order_acquire)) {
        turn();
        if (monotonic_ns() > end) throw std::runtime_error("records do not come");
      }
    } catch (...) {
      sender.join();
      throw;
    }
    sender.join();
    if (failure) std::rethrow_exception(failure);
  }

  fanout_options wanted_;
  shard_of_its_own shard_;
  std::vector<std::uint64_t> next_;
  socket_handle epoll_;
  std::vector<std::unique_ptr<subscriber>> subscribers_;
  fanout_outcome out_;
};

}  // namespace

fanout_outcome run_fanout(const fanout_options& wanted) { return fanout(wanted).run(); }

}  // namespace millrace::perf
