// call: one SQS request under way: what came in, whom it is for, and the reply being made. The
// daemon makes one when a request is complete and keeps it until the reply is written; the
// request's bytes stay where they are until then. One thread, the I/O loop's.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/client.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/document.hpp"
#include "aws/error.hpp"
#include "aws/md5.hpp"
#include "aws/reply_writer.hpp"
#include "aws/route.hpp"
#include "aws/tables/sqs.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace millrace::sqs {

namespace shapes = aws::sqs;

/// What all calls of one I/O thread share.
struct service_context {
  client* engine = nullptr;
  std::uint32_t lanes = 1;
  std::string account_id;
  std::string region;
  std::uint32_t message_size_max = message_bytes_max;
  std::string address;                ///< host:port, for requests without a Host field
  std::vector<aws::md5_job> hashing;  ///< bodies to hash before hashed() is called
  std::vector<std::byte> scratch;     ///< for encoding attributes
};

enum class progress : std::uint8_t {
  answered,  ///< the reply is in `out`
  hashing,   ///< wants its md5 jobs done, then hashed()
  waiting,   ///< an operation with this call's token is submitted; then resume()
};

struct call {
  // Set by the daemon.
  service_context* context = nullptr;
  const http::request* request = nullptr;
  http::send_buffer* out = nullptr;
  http::response_head head;
  std::size_t operation = 0;  ///< place in the model
  aws::wire wire = aws::wire::json_1_0;
  std::uint64_t token = 0;  ///< of every operation that this call submits

  aws::document input;
  std::string_view queue_name;  ///< into the request

  // What operations remember between submit and resume.
  std::array<aws::md5_digest, batch_entries_max> digests;
  std::array<std::uint8_t, batch_entries_max> submitted;  ///< entry of the request, by position
  std::uint8_t submitted_count = 0;
  std::uint32_t stage = 0;
  std::vector<std::pair<std::uint8_t, aws::error>> failed;  ///< entries that never got so far
  std::vector<std::string> names;
  send_entry entries[batch_entries_max];
  std::array<send_result, batch_entries_max> sent;  ///< while their queue's limit is asked for
  queue_attributes attributes;
  std::uint32_t given = 0;

  /// Back to what a fresh call is, keeping memory.
  void reset();
};

/// One operation: begins a call, and goes on with it when its engine operation is complete.
struct handler {
  progress (*start)(call& c);
  progress (*hashed)(call& c);  ///< null: never asks for hashing
  progress (*resume)(call& c, const completion& done);
  /// Null: waits for a moment only. Else it may wait long, and meanwhile the daemon may take the
  /// call away: this makes of a fresh one what start() made of it, before resume().
  void (*reread)(call& c) = nullptr;
};

/// By the operation's place in the model; what this version does not serve answers so.
const handler& handler_of(std::size_t operation);

// What handlers share.

progress fail(call& c, const aws::error& why);
/// An errc of the engine's, with the text that SQS has for it.
progress fail(call& c, errc code);
/// would_block cannot happen (the window covers all connections): an error as any other.
progress submitted(call& c, const result<void>& done);
/// 200 and nothing to tell.
progress succeed(call& c);
/// Reads the request and finds its queue's name. False: an error has been answered.
bool read(call& c, aws::member_id queue_url);
/// The same for operations that name no queue by URL.
bool read(call& c);

/// 200 with a body that write(aws::reply_writer&) makes; it writes the outer structure itself.
template <class Write>
progress reply(call& c, std::size_t bytes_expected, Write&& write) {
  const http::open_response open = http::begin_response(*c.out, c.head, bytes_expected);
  aws::reply_writer writer(*c.out, shapes::model, c.wire, c.operation, c.head.request_id);
  write(writer);
  http::finish_response(*c.out, open);
  return progress::answered;
}

/// The queue's URL as this request's sender can reach it.
std::string queue_url(const call& c, std::string_view queue_name);
std::string queue_arn(const service_context& context, std::string_view queue_name);
/// The name in an ARN of a queue of this account and region; empty if it is none.
std::string_view name_in_arn(const service_context& context, std::string_view arn);
/// The name in a queue URL, or in a bare path; empty if there is none.
std::string_view name_in_url(std::string_view url);
/// Names of FIFO queues, and no others, end so.
inline bool names_fifo_queue(std::string_view name) { return name.ends_with(".fifo"); }

}  // namespace millrace::sqs
