// Redis Streams: each consumer asks for what its group has not seen, or, without a group, for what
// follows the last record that it was given.

#include <algorithm>
#include <stdexcept>

#include "peers/blocking.hpp"
#include "peers/fan_out_protocol.hpp"
#include "peers/resp.hpp"

namespace millrace::perf {

namespace {

constexpr std::string_view stream = "millrace-fan-out";
constexpr std::size_t fill_batch = 500;

std::string group_of(std::size_t consumer) { return "group-" + std::to_string(consumer); }

void await(int socket, std::size_t answers) {
  (void)receive_until(socket, [=](std::string_view got) {
    resp::reader at(got);
    std::size_t seen = 0;
    while (seen < answers && at.skip()) ++seen;
    return seen == answers;
  });
}

class redis final : public fan_out_protocol {
 public:
  explicit redis(bool with_groups) : with_groups_(with_groups) {}

  void fill(int socket, const fan_out_plan& plan) override {
    for (std::size_t first = 0; first < plan.records; first += fill_batch) {
      const std::size_t count = std::min(fill_batch, plan.records - first);
      std::string commands;
      for (std::size_t i = 0; i < count; ++i) {
        const std::string record = numbered_record(first + i, plan.record_bytes);
        commands += resp::command({"XADD", stream, "*", "d", record});
      }
      send_all(socket, commands);
      await(socket, count);
    }
    for (std::size_t i = 0; with_groups_ && i < plan.consumers; ++i) {
      send_all(socket, resp::command({"XGROUP", "CREATE", stream, group_of(i), "0"}));
      await(socket, 1);
    }
  }

  void greet(int) override {}

  [[nodiscard]] std::string begin(std::size_t consumer) const override {
    if (!with_groups_) return read_after("0");
    return resp::command({"XREADGROUP", "GROUP", group_of(consumer), "c", "COUNT", "100", "NOACK",
                          "STREAMS", stream, ">"});
  }

  std::size_t take(std::size_t consumer, std::string_view bytes, const record_taker& to,
                   std::string& next) const override {
    const std::size_t size = resp::value_bytes(bytes);
    if (size == 0) return 0;
    resp::reader at(bytes);
    if (at.array() < 0) return size;  // nothing is left
    if (at.array() != 2 || at.text() != stream) throw std::runtime_error("redis: no stream");
    std::string_view id;
    for (long left = at.array(); left > 0; --left) {
      (void)at.array();
      id = at.text();
      (void)at.array();
      (void)at.text();  // the field's name
      to(at.text());
    }
    next = with_groups_ ? begin(consumer) : read_after(id);
    return size;
  }

 private:
  [[nodiscard]] static std::string read_after(std::string_view id) {
    return resp::command({"XREAD", "COUNT", "100", "STREAMS", stream, id});
  }

  bool with_groups_;
};

}  // namespace

std::unique_ptr<fan_out_protocol> redis_fan_out() { return std::make_unique<redis>(true); }
std::unique_ptr<fan_out_protocol> redis_read() { return std::make_unique<redis>(false); }

}  // namespace millrace::perf
