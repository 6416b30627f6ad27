// Requests of the SQS JSON protocol as bytes. Sends and receives are templates made once, into
// which sequence numbers are written; only deletes, which name receipts, are put together each
// time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/message_body.hpp"
#include "load/operation.hpp"

namespace millrace::perf {

inline constexpr std::size_t batch_size = 10;

/// A whole POST of an SQS action with a JSON body.
[[nodiscard]] std::string sqs_request(std::string_view host, std::string_view action,
                                      std::string_view json);

class sqs_requests {
 public:
  struct settings {
    std::string host;          ///< "127.0.0.1:4566"
    std::string queue_url;     ///< as the server gave it, JSON-escaped
    std::string noop_path;     ///< of the noop operation
    std::uint64_t groups = 0;  ///< 0: not a FIFO queue; else the messages go round so many groups
    std::string posted = {};   ///< of the post operation
  };

  sqs_requests(const settings& target, const message_body& body);

  /// Each gives the bytes of one request, valid until the next call of this object.
  [[nodiscard]] std::string_view noop() const noexcept { return noop_; }
  [[nodiscard]] std::string_view post() const noexcept { return target_.posted; }
  /// One send; `sequences` has 1 or batch_size elements.
  [[nodiscard]] std::string_view send(std::span<const std::uint64_t> sequences) noexcept;
  /// `max` messages, 1..10.
  [[nodiscard]] std::string_view receive(std::size_t max) const noexcept;
  /// Receipts as they stood in the answer, still escaped; one gives DeleteMessage.
  [[nodiscard]] std::string_view remove(std::span<const std::string> receipts, bool batch);

 private:
  /// Where digits are written for a message: numbers into its body, its group id and its
  /// deduplication id.
  struct message_place {
    std::size_t body = 0;
    std::size_t group = 0;
    std::size_t deduplication = 0;
  };
  struct send_template {
    std::string bytes;
    std::vector<message_place> places;
  };
  [[nodiscard]] std::string message_members(const message_body& body) const;
  [[nodiscard]] send_template make_send(std::size_t count, const message_body& body) const;

  settings target_;
  std::string noop_;
  send_template send_one_;
  send_template send_ten_;
  std::vector<std::string> receives_;  ///< for 1..10 messages
  std::string json_;                   ///< of the delete being put together
  std::string remove_;
  std::string remove_one_head_, remove_ten_head_;
};

}  // namespace millrace::perf
