#include "workload/workload.hpp"

#include <stdexcept>

#include "workload/duration.hpp"
#include "workload/payload.hpp"

namespace millrace::perf {

namespace {

void need(bool holds, const std::string& sentence) {
  if (!holds) throw std::runtime_error(sentence);
}

objective parse_objective(std::string_view text) {
  objective made;
  made.text = text;
  const std::size_t less = text.find('<');
  need(less != std::string_view::npos, "objective: '" + made.text + "' has no '<'");
  std::string_view name = text.substr(0, less);
  std::string_view limit = text.substr(less + 1);
  if (name == "throttled" || name == "throttle") {
    need(limit.ends_with('%'), "objective: '" + made.text + "' wants a percentage");
    limit.remove_suffix(1);
    made.measured = objective::what::throttled;
    made.limit = parse_number(limit, "objective");
    return made;
  }
  made.limit = static_cast<double>(parse_duration_ns(limit));
  if (name == "max") {
    made.measured = objective::what::max;
    return made;
  }
  if (name.starts_with("send.")) {
    made.measured = objective::what::send_percentile;
    name.remove_prefix(5);
  }
  need(name.starts_with('p'), "objective: '" + made.text + "' is none of p99<5ms, send.p99<5ms, " +
                                  "max<1s, throttled<0.1%");
  made.percent = parse_number(name.substr(1), "objective");
  need(made.percent > 0 && made.percent < 100, "objective: percentiles lie between 0 and 100");
  return made;
}

}  // namespace

std::string_view to_string(service_kind value) noexcept {
  switch (value) {
    case service_kind::queue: return "queue";
    case service_kind::fifo: return "fifo";
    case service_kind::stream: return "stream";
  }
  return "";
}

service_kind parse_service(std::string_view text) {
  for (const auto each : {service_kind::queue, service_kind::fifo, service_kind::stream}) {
    if (text == to_string(each)) return each;
  }
  throw std::runtime_error("service: '" + std::string(text) + "' is not queue, fifo or stream");
}

std::vector<objective> parse_objectives(std::string_view text) {
  std::vector<objective> all;
  for (;;) {
    const std::size_t comma = text.find(',');
    all.push_back(parse_objective(text.substr(0, comma)));
    if (comma == std::string_view::npos) return all;
    text.remove_prefix(comma + 1);
  }
}

void check(const bench_workload& plan) {
  constexpr std::uint64_t body_max = 1024 * 1024;
  need(plan.topics >= 1 && plan.topics <= 10'000, "topics: 1 to 10000");
  need(plan.partitions_per_topic >= 1 && plan.partitions_per_topic <= 10'000,
       "partitionsPerTopic: 1 to 10000");
  need(plan.size.smallest() >= payload_pool::header_bytes,
       "messageSize: at least " + std::to_string(payload_pool::header_bytes) +
           " bytes, in which a message carries its number, key and send time");
  need(plan.size.largest() <= body_max, "messageSize: at most 1 MiB");
  need(plan.service == service_kind::stream || plan.subscriptions_per_topic == 1,
       "subscriptionsPerTopic: a queue hands each message to one subscription; with "
       "--service stream every subscription reads all of them");
  need(plan.subscriptions_per_topic >= 1 && plan.consumers_per_subscription >= 1 &&
           plan.producers_per_topic >= 1,
       "subscriptionsPerTopic, consumerPerSubscription, producersPerTopic: at least 1");
  const std::uint64_t consumers =
      std::uint64_t{plan.topics} * plan.subscriptions_per_topic * plan.consumers_per_subscription;
  need(consumers <= 10'000, "more than 10000 consumers in all");
  need(std::uint64_t{plan.topics} * plan.producers_per_topic <= 10'000,
       "more than 10000 producers in all");
  need(plan.producer_rate >= 0 && plan.producer_rate <= 1e8, "producerRate: 0 to 10^8");
  need(plan.test_seconds > 0, "the test's duration must be above 0");
  need(plan.warm_up_seconds >= 0, "the warm-up's duration must not be below 0");
  need(plan.random_bytes_ratio >= 0 && plan.random_bytes_ratio <= 1, "randomBytesRatio: 0 to 1");
  need(!plan.randomized_payloads || plan.payload_pool_size >= 1,
       "useRandomizedPayloads needs a randomizedPayloadPoolSize of at least 1");
  need(plan.payload_file.empty() || plan.size.rule() == distribution::kind::fixed,
       "payloadFile goes with one messageSize, not with a distribution");
  need(plan.send_batch >= 1 && plan.send_batch <= 10, "sendBatch: 1 to 10");
  need(plan.receive_batch >= 1 && plan.receive_batch <= 10, "receiveBatch: 1 to 10");
  need(plan.visibility_seconds >= 1 && plan.visibility_seconds <= 43200,
       "visibilityTimeout: 1 to 43200 seconds");
  need(plan.service != service_kind::fifo || plan.keyed,
       "a FIFO queue needs message groups: say keys, for example keys: uniform:100");
  const auto test_ns = static_cast<std::uint64_t>(plan.test_seconds * 1e9);
  for (const fault& each : plan.faults) {
    need(each.at_ns + each.length_ns < test_ns,
         "the fault '" + to_text(each) + "' does not end within the test");
  }
  for (const double rate : plan.sweep) need(rate > 0 && rate <= 1e8, "rates: above 0, to 10^8");
}

const std::vector<preset>& presets() {
  static const std::vector<preset> all = {
      {"queue", "a standard queue, 1 KiB, Poisson arrivals at rising rates (the default)"},
      {"fifo", "a FIFO queue, 1 KiB, 1000 message groups"},
      {"stream", "a stream of 4 shards, 1 KiB, 10000 partition keys"},
      {"skewed", "a stream of 4 shards whose keys follow Zipf's law"},
      {"slow-consumers", "a queue with 16 consumers that work 1 ms at a message"},
  };
  return all;
}

bench_workload make_preset(std::string_view name) {
  bench_workload made;
  made.name = name;
  made.sweep = {10'000, 50'000, 100'000, 200'000, 400'000};
  made.test_seconds = 3;
  made.warm_up_seconds = 0.5;
  made.consumers_per_subscription = 16;
  if (name == "queue") return made;
  made.keyed = true;
  if (name == "fifo") {
    made.service = service_kind::fifo;
    made.keys = distribution::uniform(0, 999);
    return made;
  }
  if (name == "stream" || name == "skewed") {
    made.service = service_kind::stream;
    made.partitions_per_topic = made.consumers_per_subscription = 4;
    made.keys =
        name == "stream" ? distribution::uniform(0, 9999) : distribution::zipf(1.0, 0, 9999);
    return made;
  }
  if (name == "slow-consumers") {
    made.keyed = false;
    made.consumer_service = distribution::exponential(1e6);
    made.receive_batch = 1;
    made.sweep = {4'000, 8'000, 12'000, 14'400};
    return made;
  }
  std::string names;
  for (const preset& each : presets()) names += " " + std::string(each.name);
  throw std::runtime_error("no file and no preset '" + std::string(name) + "'; presets:" + names);
}

}  // namespace millrace::perf
