// Requests as bytes and answers as values: the SQS JSON protocol of the crash tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bodies.hpp"
#include "load/socket.hpp"
#include "request.hpp"
#include "roster.hpp"

namespace millrace::crash {

/// The whole request, as it goes to `target`. Its messages have their numbers already.
[[nodiscard]] std::string encode(const request& asked, const roster& queues, const bodies& texts,
                                 const perf::endpoint& target);

struct received_message {
  ledger::message_id id = 0;  ///< 0: the body has no number
  bool intact = false;
  std::uint32_t receive_count = 0;
  std::string receipt;
  std::uint64_t name = 0;      ///< a hash of the MessageId
  std::uint64_t sequence = 0;  ///< of a FIFO queue
};
/// Nothing: the answer is no JSON of a receive.
[[nodiscard]] std::optional<std::vector<received_message>> read_messages(std::string_view json,
                                                                         const bodies& texts);

/// What an answer, or an entry of a batch, says.
enum class outcome : std::uint8_t {
  done,
  refused,  ///< the server has no room: it did not do it
  failed,   ///< the server cannot store it: done or not
  no_queue,
  bad_receipt,
  late,  ///< of a FIFO queue: no longer in flight by that receive
  not_in_flight,
  other,
};
[[nodiscard]] outcome outcome_of(int status, std::string_view json);

/// What became of each entry of a batch, in their order; an entry that is missing is `other`.
[[nodiscard]] std::vector<outcome> read_entries(std::string_view json, std::size_t count);

/// What GetQueueAttributes tells.
struct queue_facts {
  int status = 0;
  std::uint64_t messages = 0;  ///< visible, in flight and delayed
  std::uint32_t visibility_s = 0;
  std::uint32_t receives_max = 0;
  std::string dead_letters;  ///< name
};
[[nodiscard]] queue_facts ask_queue(const perf::endpoint& target, const std::string& name);

[[nodiscard]] std::string queue_url(const perf::endpoint& target, const std::string& name);

}  // namespace millrace::crash
