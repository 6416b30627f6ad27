// What one connection does: it repeats the workload's cycle, one request outstanding, and checks
// every answer. No socket in here; the load loop carries bytes to and fro. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/http_answer.hpp"
#include "load/message_body.hpp"
#include "load/operation.hpp"
#include "load/sqs_requests.hpp"

namespace millrace::perf {

/// Shared by all conversations of a run.
struct conversation_context {
  const message_body& body;
  sqs_requests& requests;
  sequence_ledger& ledger;
  std::uint64_t cycles_left = ~0ull;  ///< cycles that may still begin
  std::uint64_t messages = 0;         ///< done in cycles: sent, or else received
  std::uint64_t cycles = 0;           ///< completed
  std::uint64_t empty_receives = 0;
  std::string_view expected{};        ///< in the answers to post
  std::uint64_t items_of_a_post = 1;  ///< counted as messages
  bool throttling_allowed = false;
  std::uint64_t throttled = 0;    ///< refused for that reason, and made again
  std::uint64_t md5_checked = 0;  ///< digests that were recomputed and compared
  std::uint64_t errors = 0;
  std::string first_error{};

  void fail(std::string_view what, const http_answer& answer);
};

class conversation {
 public:
  conversation(const workload& plan, conversation_context& shared) : plan_(plan), shared_(shared) {}

  /// The next request, valid until the next call on any conversation of the context; nothing when
  /// the cycle is over and no more may begin.
  [[nodiscard]] std::optional<std::string_view> next_request();

  /// Takes the answer to the last request.
  void take_answer(const http_answer& answer);

  /// Of the last request.
  [[nodiscard]] operation current() const noexcept { return plan_.cycle[at_]; }

 private:
  [[nodiscard]] std::string_view request_for(operation op);
  void take_post(const http_answer& answer);
  void take_send(const http_answer& answer, std::size_t count);
  void take_receive(const http_answer& answer);
  void take_remove(const http_answer& answer);
  void check_digest(std::string_view digest, const http_answer& answer);
  void advance();

  const workload& plan_;
  conversation_context& shared_;
  std::uint8_t at_ = 0;
  bool in_cycle_ = false;
  std::size_t owed_ = 0;  ///< messages of this cycle still to be received
  std::array<std::uint64_t, batch_size> sequences_{};
  std::array<std::string, batch_size> receipts_;
  std::size_t receipt_count_ = 0;
};

}  // namespace millrace::perf
