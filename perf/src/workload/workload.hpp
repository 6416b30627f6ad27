// A workload: what is sent and received, how much of it, and for how long. The first group are the
// fields of OpenMessaging Benchmark's workload files, by their meaning; the second are ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workload/arrivals.hpp"
#include "workload/distribution.hpp"
#include "workload/fault.hpp"

namespace millrace::perf {

enum class service_kind : std::uint8_t { queue, fifo, stream };
[[nodiscard]] std::string_view to_string(service_kind value) noexcept;
/// Throws std::runtime_error that shows the text.
[[nodiscard]] service_kind parse_service(std::string_view text);

/// `limit` in percent for throttled, else in ns; of the time from intended send to receive.
struct objective {
  enum class what : std::uint8_t { percentile, send_percentile, max, throttled };
  what measured = what::percentile;
  double percent = 99;  ///< which percentile
  double limit = 0;
  std::string text;  ///< as given
};
/// "p99<5ms,send.p99.9<20ms,max<1s,throttled<0.1%". Throws std::runtime_error that shows it.
[[nodiscard]] std::vector<objective> parse_objectives(std::string_view text);

struct bench_workload {
  std::string name = "queue";
  std::uint32_t topics = 1;                ///< queues or streams
  std::uint32_t partitions_per_topic = 1;  ///< shards of a stream; a queue has none
  distribution size{1024};                 ///< bytes of a body
  std::string payload_file;                ///< where it comes from, if not generated
  bool randomized_payloads = false;
  double random_bytes_ratio = 0;        ///< 0..1 of a randomized payload; the rest is constant
  std::uint32_t payload_pool_size = 0;  ///< different randomized payloads
  std::uint32_t subscriptions_per_topic = 1;
  std::uint32_t consumers_per_subscription = 1;
  std::uint32_t producers_per_topic = 1;
  double producer_rate = 0;  ///< messages a second in all; 0: find the greatest
  double backlog_gb = 0;     ///< consumers wait until so much is queued
  double warm_up_seconds = 1;
  double test_seconds = 5;
  bool keyed = false;
  distribution keys{0};

  service_kind service = service_kind::queue;
  arrival_plan arrivals;
  distribution consumer_service{0};  ///< ns that a consumer works at one message
  std::uint32_t send_batch = 10;     ///< most messages a call, when several are due
  std::uint32_t receive_batch = 10;
  std::uint32_t visibility_seconds = 43200;
  std::vector<fault> faults;
  std::vector<double> sweep;  ///< rates, one point each; empty: producer_rate
  std::vector<objective> objectives;
};

/// Throws std::runtime_error in the user's words when values contradict one another.
void check(const bench_workload& plan);

struct preset {
  std::string_view name;
  std::string_view help;
};
[[nodiscard]] const std::vector<preset>& presets();
/// Throws std::runtime_error that lists the presets when there is none of this name.
[[nodiscard]] bench_workload make_preset(std::string_view name);

}  // namespace millrace::perf
