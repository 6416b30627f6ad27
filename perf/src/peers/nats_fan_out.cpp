// NATS JetStream pushes a stream to a consumer of each connection.

#include <algorithm>

#include "peers/blocking.hpp"
#include "peers/fan_out_protocol.hpp"
#include "peers/nats_connection.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t fill_batch = 500;
constexpr std::string_view deliveries = "2";  ///< their subscription

void await_answers(int socket, std::size_t count) {
  (void)receive_until(socket, [=](std::string_view got) {
    std::size_t seen = 0;
    for (auto one = nats::read(got); one.bytes != 0; one = nats::read(got)) {
      got.remove_prefix(one.bytes);
      if (!one.is_message) continue;
      nats::check_answer(one.payload);
      ++seen;
    }
    return seen == count;
  });
}

class jet_stream final : public fan_out_protocol {
 public:
  explicit jet_stream(bool in_files) : in_files_(in_files) {}

  void fill(int socket, const fan_out_plan& plan) override {
    nats::open(socket);
    nats::create_stream(socket, in_files_);
    send_all(socket, nats::subscribe("filled", "1"));
    for (std::size_t first = 0; first < plan.records; first += fill_batch) {
      const std::size_t end = std::min(first + fill_batch, plan.records);
      std::string messages;
      for (std::size_t i = first; i < end; ++i) {
        messages += nats::publish(nats::subject, "filled", numbered_record(i, plan.record_bytes));
      }
      send_all(socket, messages);
      await_answers(socket, end - first);
    }
  }

  void greet(int socket) override { nats::open(socket); }

  [[nodiscard]] std::string begin(std::size_t consumer) const override {
    const std::string number = std::to_string(consumer), to = "deliver." + number;
    const std::string answers = "created." + number, name(nats::stream);
    return nats::subscribe(answers, "1") + nats::subscribe(to, deliveries) +
           nats::publish("$JS.API.CONSUMER.CREATE." + name, answers,
                         "{\"stream_name\":\"" + name + "\",\"config\":{\"deliver_subject\":\"" +
                             to +
                             "\",\"deliver_policy\":\"all\",\"ack_policy\":\"none\","
                             "\"replay_policy\":\"instant\",\"mem_storage\":true}}");
  }

  std::size_t take(std::size_t, std::string_view bytes, const record_taker& to,
                   std::string&) const override {
    std::size_t passed = 0;
    for (auto one = nats::read(bytes); one.bytes != 0; one = nats::read(bytes.substr(passed))) {
      passed += one.bytes;
      if (!one.is_message) continue;
      if (one.sid == deliveries) {
        to(one.payload);
      } else {
        nats::check_answer(one.payload);
      }
    }
    return passed;
  }

 private:
  bool in_files_;
};

}  // namespace

std::unique_ptr<fan_out_protocol> nats_fan_out(bool in_files) {
  return std::make_unique<jet_stream>(in_files);
}

}  // namespace millrace::perf
