// call: an aws::call of SQS: whom the request is for, and what its operations remember between
// submit and resume. See aws/call.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/client.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/call.hpp"
#include "aws/tables/sqs.hpp"

namespace millrace::sqs {

namespace shapes = aws::sqs;

using aws::handler;
using aws::progress;
using aws::service_context;

struct call : aws::call {
  void reset() override;

  std::string_view queue_name;  ///< into the request

  // What operations remember between submit and resume.
  std::array<aws::md5_digest, batch_entries_max> digests;
  std::array<std::uint8_t, batch_entries_max> submitted;  ///< entry of the request, by position
  std::uint8_t submitted_count = 0;
  std::vector<std::pair<std::uint8_t, aws::error>> failed;  ///< entries that never got so far
  std::vector<std::string> names;
  send_entry entries[batch_entries_max];
  std::array<send_result, batch_entries_max> sent;  ///< while their queue's limit is asked for
  queue_attributes attributes;
  std::uint32_t given = 0;
};

/// The handler of these functions; nullptr for those that it lacks.
template <auto Start, auto Hashed, auto Resume, auto Reread = nullptr>
constexpr handler handler_on() noexcept {
  return aws::handler_on<call, Start, Hashed, Resume, Reread>();
}

/// By the operation's place in the model; what this version does not serve answers so.
const handler& handler_of(std::size_t operation);
extern const aws::service service;

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
  return aws::reply(c, shapes::model, bytes_expected, std::forward<Write>(write));
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
