#include "workload/workload_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace millrace::perf {
namespace {

TEST(workload_file, every_key_of_openmessaging_benchmark_is_read) {
  const auto plan = parse_workload(R"(
# a comment
name: 2 topics / 16 partitions / 1Kb
topics: 2
partitionsPerTopic: 16
keyDistributor: "KEY_ROUND_ROBIN"
messageSize: 1024
payloadFile: "payload/payload-1Kb.data"
useRandomizedPayloads: false
randomBytesRatio: 0.5
randomizedPayloadPoolSize: 1000
subscriptionsPerTopic: 3
consumerPerSubscription: 4
producersPerTopic: 5
producerRate: 50000
consumerBacklogSizeGB: 0
testDurationMinutes: 15
warmupDurationMinutes: 2
)",
                                   "omb.yaml");
  EXPECT_EQ(plan.name, "2 topics / 16 partitions / 1Kb");
  EXPECT_EQ(plan.service, service_kind::stream);
  EXPECT_EQ(plan.topics, 2u);
  EXPECT_EQ(plan.partitions_per_topic, 16u);
  EXPECT_TRUE(plan.keyed);
  EXPECT_EQ(plan.keys.largest(), 9999u);
  EXPECT_EQ(plan.size.largest(), 1024u);
  EXPECT_EQ(plan.payload_file, "payload/payload-1Kb.data");
  EXPECT_FALSE(plan.randomized_payloads);
  EXPECT_EQ(plan.random_bytes_ratio, 0.5);
  EXPECT_EQ(plan.payload_pool_size, 1000u);
  EXPECT_EQ(plan.subscriptions_per_topic, 3u);
  EXPECT_EQ(plan.consumers_per_subscription, 4u);
  EXPECT_EQ(plan.producers_per_topic, 5u);
  EXPECT_EQ(plan.producer_rate, 50'000);
  EXPECT_EQ(plan.test_seconds, 900);
  EXPECT_EQ(plan.warm_up_seconds, 120);
  EXPECT_NO_THROW(check(plan));
}

TEST(workload_file, our_own_keys_stand_beside_theirs) {
  const auto plan = parse_workload(R"(
service: fifo
messageSize: uniform:100:2000
keys: zipf:1.0:1000
arrivals: bursts:100ms:300ms
consumerService: exponential:1ms
testDuration: 8s
warmupDuration: 500ms
sendBatch: 1
receiveBatch: 2
visibilityTimeout: 60
faults: [at 2s stall 1s consumers, at 5s stall 2s server]
sweep: [1000, 2000]
objectives: [p99<5ms, throttled<0.1%]
)",
                                   "dir/mine.yaml");
  EXPECT_EQ(plan.name, "mine");
  EXPECT_EQ(plan.service, service_kind::fifo);
  EXPECT_EQ(plan.size.smallest(), 100u);
  EXPECT_EQ(plan.keys.rule(), distribution::kind::zipf);
  EXPECT_EQ(plan.arrivals.off_ns, 300'000'000u);
  EXPECT_EQ(plan.consumer_service.mean(), 1e6);
  EXPECT_EQ(plan.test_seconds, 8);
  EXPECT_EQ(plan.warm_up_seconds, 0.5);
  EXPECT_EQ(plan.send_batch, 1u);
  EXPECT_EQ(plan.receive_batch, 2u);
  EXPECT_EQ(plan.visibility_seconds, 60u);
  ASSERT_EQ(plan.faults.size(), 2u);
  EXPECT_EQ(plan.faults[1].whom, fault::victim::server);
  EXPECT_EQ(plan.sweep, (std::vector<double>{1000, 2000}));
  EXPECT_EQ(plan.objectives.size(), 2u);
  EXPECT_NO_THROW(check(plan));
}

std::string error_of(const std::string& text) {
  try {
    (void)parse_workload(text, "w.yaml");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(workload_file, errors_say_the_line) {
  EXPECT_EQ(error_of("topics: 1\n\nmesageSize: 5\n"), "w.yaml:3: unknown key 'mesageSize'");
  EXPECT_EQ(error_of("topics: 1\ntopics: 2\n"), "w.yaml:2: 'topics' stands here twice");
  EXPECT_EQ(error_of("topics: many\n"), "w.yaml:1: topics: a count: 'many' is no number");
  EXPECT_EQ(error_of("topics: 1.5\n"), "w.yaml:1: topics: '1.5' is no whole number of 0..10^9");
  EXPECT_EQ(error_of("topics: [1, 2]\n"), "w.yaml:1: a single value was expected here");
  EXPECT_EQ(error_of("\n- topics\n"), "w.yaml:1: lines of `key: value` were expected");
  EXPECT_EQ(error_of(""), "w.yaml:1: the file is empty");
  EXPECT_EQ(error_of("faults:\n  - at 1s stall 1s server\n  - at noon\n").substr(0, 16),
            "w.yaml:3: faults");
  EXPECT_EQ(error_of("topics: 1\n  partitions: {\n").substr(0, 7), "w.yaml:");
  EXPECT_NE(error_of("keyDistributor: SOME\n").find("NO_KEY"), std::string::npos);
}

TEST(workload_file, one_that_is_not_there_is_named) {
  EXPECT_THROW((void)read_workload_file("no/such/file.yaml"), std::runtime_error);
}

}  // namespace
}  // namespace millrace::perf
