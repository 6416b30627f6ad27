#include "peers/fan_out_loop.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "load/transport.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t patience_ns = 20'000'000'000;
constexpr std::size_t digits = 16;

std::size_t number_of(std::string_view record) {
  std::size_t number = 0;
  const std::string_view text = record.substr(0, digits);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("a record that nobody sent");
  }
  return number;
}

class consumers final : private transport::receiver {
 public:
  consumers(const endpoint& target, const fan_out_plan& plan, fan_out_protocol& protocol)
      : plan_(plan), protocol_(protocol), all_(plan.consumers) {
    auto sockets = connect_to(target, plan.consumers);
    for (const socket_handle& each : sockets) protocol.greet(each.get());
    transport_ = open_transport(std::move(sockets), std::nullopt);
  }

  std::uint64_t read_all() {
    for (std::size_t i = 0; i < all_.size(); ++i) transport_->send(i, protocol_.begin(i));
    const std::uint64_t wanted = std::uint64_t{plan_.records} * plan_.consumers;
    std::uint64_t seen = 0, seen_at = monotonic_ns();
    while (delivered_ < wanted) {
      transport_->turn(*this, 100);
      if (delivered_ != seen) seen_at = monotonic_ns();
      seen = delivered_;
      if (monotonic_ns() - seen_at > patience_ns) throw std::runtime_error("records do not come");
    }
    return delivered_;
  }

 private:
  struct consumer {
    std::string unread;
    std::size_t next = 0;
  };

  void take(std::size_t index, std::string_view bytes) override {
    consumer& on = all_[index];
    on.unread.append(bytes);
    std::string request;
    const std::size_t taken = protocol_.take(
        index, on.unread,
        [&](std::string_view record) {
          if (record.size() != plan_.record_bytes || number_of(record) != on.next++) {
            throw std::runtime_error("a record is lost, doubled, altered or out of order");
          }
          ++delivered_;
        },
        request);
    on.unread.erase(0, taken);
    if (!request.empty() && on.next < plan_.records) transport_->send(index, request);
  }

  const fan_out_plan plan_;
  fan_out_protocol& protocol_;
  std::unique_ptr<transport> transport_;
  std::vector<consumer> all_;
  std::uint64_t delivered_ = 0;
};

}  // namespace

std::string numbered_record(std::size_t number, std::size_t bytes) {
  const std::string text = std::to_string(number);
  std::string record = std::string(digits - text.size(), '0') + text;
  record.resize(bytes, 'x');
  return record;
}

fan_out_result run_fan_out(const endpoint& target, const fan_out_plan& plan,
                           fan_out_protocol& protocol, std::optional<int> server_process) {
  protocol.fill(connect_to(target).get(), plan);
  consumers readers(target, plan, protocol);
  const auto server_cpu = [&] {
    return server_process ? process_cpu_ns(*server_process).value_or(0) : 0;
  };
  const std::uint64_t server_before = server_cpu(), own_before = thread_cpu_ns();
  const std::uint64_t began = monotonic_ns();
  fan_out_result result;
  result.delivered = readers.read_all();
  result.seconds = static_cast<double>(monotonic_ns() - began) / 1e9;
  result.own_cpu_ns = thread_cpu_ns() - own_before;
  result.server_cpu_ns = server_cpu() - server_before;
  return result;
}

}  // namespace millrace::perf
