// The load generator against a server that behaves, and against each way of misbehaving.

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "load/load_run.hpp"
#include "stub_sqs.hpp"

namespace millrace::perf {
namespace {

load_options options_for(const stub_sqs& server, std::string_view name) {
  load_options options;
  options.target.port = server.port();
  options.plan = find_workload(name);
  options.connections = 4;
  options.body_bytes = 100;
  options.cycles = 200;
  options.warm_up_seconds = 0;
  options.noop_path = std::string("/");
  return options;
}

std::unique_ptr<load_outcome> load(std::string_view name, misbehaviour how = misbehaviour::none) {
  const stub_sqs server(how);
  return run_load(options_for(server, name));
}

TEST(load, each_workload_counts_its_requests_messages_and_cycles) {
  struct expected {
    const char* name;
    std::uint64_t requests, messages;
  };
  for (const expected& e : {expected{"noop", 200, 0},
                            {"send", 200, 200},
                            {"send-batch", 200, 2000},
                            {"srd", 600, 200},
                            {"srd-batch", 600, 2000}}) {
    const auto outcome = load(e.name);
    EXPECT_TRUE(outcome->is_correct()) << e.name << ": " << outcome->first_error;
    EXPECT_EQ(outcome->measured.cycles, 200u) << e.name;
    EXPECT_EQ(outcome->measured.messages, e.messages) << e.name;
    EXPECT_GE(outcome->measured.requests, e.requests) << e.name;
    EXPECT_EQ(outcome->measured.all_service().count(), outcome->measured.requests) << e.name;
    EXPECT_GT(outcome->measured.generator_cpu_ns, 0u) << e.name;
  }
}

TEST(load, a_backlog_is_filled_before_each_round_and_drained_in_it) {
  const stub_sqs server;
  load_options options = options_for(server, "backlog");
  options.backlog = 500;
  options.cycles = 300;
  options.rounds = 3;
  const auto outcome = run_load(options);
  EXPECT_TRUE(outcome->is_correct()) << outcome->first_error;
  EXPECT_EQ(outcome->measured.messages, 900u);
  EXPECT_EQ(outcome->measured.requests, 1800u) << "filling is not measured";
  EXPECT_EQ(outcome->empty_receives, 0u);
}

TEST(load, a_time_limit_ends_the_run_after_whole_cycles) {
  const stub_sqs server;
  load_options options = options_for(server, "srd");
  options.cycles = 0;
  options.seconds = 0.05;
  options.warm_up_seconds = 0.02;
  const auto outcome = run_load(options);
  EXPECT_TRUE(outcome->is_correct()) << outcome->first_error;
  EXPECT_GE(outcome->measured.seconds, 0.05);
  EXPECT_GE(outcome->measured.requests, 3 * outcome->measured.cycles);
}

class load_over : public testing::TestWithParam<std::optional<transport_kind>> {
 protected:
  static std::unique_ptr<load_outcome> load(std::string_view name, misbehaviour how,
                                            std::size_t connections = 4) {
    const stub_sqs server(how);
    load_options options = options_for(server, name);
    options.transport = GetParam();
    options.connections = connections;
    return run_load(options);
  }
};

TEST_P(load_over, answers_in_pieces_are_put_together) {
  const auto outcome = load("srd-batch", misbehaviour::splits_answers);
  EXPECT_TRUE(outcome->is_correct()) << outcome->first_error;
  EXPECT_EQ(outcome->measured.messages, 2000u);
}

TEST_P(load_over, more_connections_than_a_turn_takes) {
  const auto outcome = load("srd", misbehaviour::none, 300);
  EXPECT_TRUE(outcome->is_correct()) << outcome->first_error;
  EXPECT_EQ(outcome->measured.cycles, 200u);
}

TEST_P(load_over, a_closed_connection_ends_the_run_with_a_reason) {
  EXPECT_THROW((void)load("send", misbehaviour::closes_connections), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(transports, load_over,
                         testing::Values(std::nullopt, transport_kind::epoll));

TEST(load, the_report_names_the_transport) {
  const stub_sqs server;
  load_options options = options_for(server, "noop");
  options.transport = transport_kind::epoll;
  const auto outcome = run_load(options);
  EXPECT_NE(report_text(options, *outcome).find(" busy, epoll"), std::string::npos);
}

TEST(load, a_duplicate_is_counted) {
  const auto outcome = load("srd", misbehaviour::delivers_twice);
  EXPECT_GT(outcome->duplicated, 0u);
  EXPECT_FALSE(outcome->is_correct());
}

TEST(load, an_altered_body_is_counted_as_foreign) {
  const auto outcome = load("srd", misbehaviour::alters_bodies);
  EXPECT_GT(outcome->foreign, 0u);
  EXPECT_FALSE(outcome->is_correct());
}

TEST(load, a_lost_message_keeps_a_cycle_from_ending_and_the_run_says_so) {
  const stub_sqs server(misbehaviour::loses_messages);
  const message_body body(100, 1);
  sequence_ledger ledger;
  sqs_requests requests({"127.0.0.1", "q", "/"}, body);
  conversation_context context{body, requests, ledger};
  load_loop loop({.target = {.port = server.port()}, .connections = 4, .server_process = {}});
  EXPECT_THROW(
      (void)loop.run(*find_workload("srd"), context, {.cycles = 200, .patience_seconds = 0.2}),
      std::runtime_error);
  EXPECT_GT(ledger.missing(), 0u);
  EXPECT_GT(context.empty_receives, 0u);
}

TEST(load, wrong_and_missing_digests_are_errors) {
  const auto wrong = load("srd", misbehaviour::answers_wrong_md5);
  EXPECT_GT(wrong->md5_checked, 0u);
  EXPECT_NE(wrong->first_error.find("MD5OfMessageBody is wrong"), std::string::npos);
  EXPECT_THROW((void)load("send", misbehaviour::omits_md5), std::runtime_error);
}

TEST(load, failed_requests_are_counted_and_the_first_is_kept) {
  const auto outcome = load("send", misbehaviour::fails_some_requests);
  EXPECT_GT(outcome->errors, 0u);
  EXPECT_NE(outcome->first_error.find("status 500"), std::string::npos);
  EXPECT_NE(outcome->first_error.find("InternalFailure"), std::string::npos);
}

TEST(load, throttled_requests_are_errors_unless_allowed_and_then_made_again) {
  EXPECT_GT(load("srd", misbehaviour::throttles)->errors, 0u);
  const stub_sqs server(misbehaviour::throttles);
  load_options options = options_for(server, "srd");
  options.throttling_allowed = true;
  const auto outcome = run_load(options);
  EXPECT_GT(outcome->throttled, 0u);
  EXPECT_TRUE(outcome->is_correct()) << outcome->first_error;
}

TEST(load, an_absent_server_is_named) {
  load_options options;
  options.target.port = 1;
  options.plan = find_workload("send");
  try {
    (void)run_load(options);
    FAIL() << "something listens on port 1";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:1"), std::string::npos);
  }
}

TEST(load, the_run_deletes_its_queue_unless_told_to_keep_it) {
  const stub_sqs server;
  load_options options = options_for(server, "send");
  (void)run_load(options);
  EXPECT_EQ(server.queues_deleted(), 1u);
  options.queue = std::string("kept");
  options.keep_queue = true;
  (void)run_load(options);
  EXPECT_EQ(server.queues_deleted(), 1u);
}

TEST(load_report, states_the_loop_the_shares_and_the_checks) {
  const stub_sqs server;
  load_options options = options_for(server, "srd");
  options.server_process = getpid();
  const auto outcome = run_load(options);
  const auto json = nlohmann::json::parse(report_json(options, *outcome));
  EXPECT_EQ(json["loop"], "closed");
  EXPECT_EQ(json["cycles"], 200);
  EXPECT_GT(json["server"]["cpu_us_per_request"], 0);
  EXPECT_GT(json["server"]["resident_bytes"], 1 << 20);
  EXPECT_EQ(json["checks"]["lost"], 0);
  EXPECT_EQ(json["service_us_by_operation"]["receive"]["count"], 200);
  EXPECT_EQ(report_text(options, *outcome).find("CLOSED LOOP"), 0u);
}

TEST(load_report, a_full_generator_before_an_idle_server_voids_the_run) {
  load_outcome outcome;
  outcome.measured.seconds = 1;
  outcome.measured.generator_cpu_ns = 970'000'000;
  outcome.measured.server_cpu_ns = 500'000'000;
  EXPECT_TRUE(outcome.is_limited_by_generator());
  EXPECT_TRUE(outcome.rate_needs_server_cpu());
  outcome.measured.server_cpu_ns = 900'000'000;
  EXPECT_FALSE(outcome.is_limited_by_generator());
  outcome.measured.server_cpu_ns = 0;
  EXPECT_TRUE(outcome.is_limited_by_generator()) << "an unknown server proves nothing";
  outcome.measured.generator_cpu_ns = 700'000'000;
  EXPECT_FALSE(outcome.is_limited_by_generator());
  EXPECT_FALSE(outcome.rate_needs_server_cpu());
}

TEST(load_options, contradictions_are_refused) {
  const auto parse = [](std::vector<const char*> words) {
    words.insert(words.begin(), "millrace_load");
    int code = -1;
    testing::internal::CaptureStderr();
    const auto parsed =
        parse_load_options(static_cast<int>(words.size()), const_cast<char**>(words.data()), code);
    testing::internal::GetCapturedStderr();
    return parsed ? 0 : code;
  };
  EXPECT_EQ(parse({"--workload", "send"}), 0);
  EXPECT_EQ(parse({}), 2);
  EXPECT_EQ(parse({"--workload", "sing"}), 2);
  EXPECT_EQ(parse({"--workload", "send", "--body-bytes", "10"}), 2);
  EXPECT_EQ(parse({"--workload", "backlog"}), 2);
  EXPECT_EQ(parse({"--workload", "backlog", "--backlog", "10"}), 2);
  EXPECT_EQ(parse({"--workload", "backlog", "--backlog", "10", "--cycles", "11"}), 2);
  EXPECT_EQ(parse({"--workload", "backlog", "--backlog", "10", "--cycles", "10"}), 0);
  EXPECT_EQ(parse({"--workload", "send", "--rounds", "2"}), 2);
  EXPECT_EQ(parse({"--workload", "send", "--keep-queue"}), 2);
  EXPECT_EQ(parse({"--workload", "send", "--transport", "epoll"}), 0);
  EXPECT_EQ(parse({"--workload", "send", "--transport", "pigeon"}), 2);
}

}  // namespace
}  // namespace millrace::perf
