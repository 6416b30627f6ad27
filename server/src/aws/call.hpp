// call: one request of an AWS service under way: what came in, and the reply being made. A service
// derives its own from it, with what its operations remember. The daemon makes one when a request
// is complete and keeps it until the reply is written; the request's bytes stay where they are
// until then. One thread, the I/O loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <millrace/client.hpp>
#include <millrace/limits.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "aws/document.hpp"
#include "aws/error.hpp"
#include "aws/md5.hpp"
#include "aws/reply_writer.hpp"
#include "aws/sealed_token.hpp"
#include "aws/wire.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace millrace::sns {
class signer;
}

namespace millrace::aws {

/// What all calls of one I/O thread share.
struct service_context {
  client* engine = nullptr;
  const millrace::engine* host = nullptr;  ///< whose clock tells how old a token is
  std::uint32_t lanes = 1;
  std::string account_id;
  std::string region;
  token_key tokens;
  std::uint32_t io_thread = 0;    ///< number of this I/O thread
  sns::signer* signer = nullptr;  ///< of notifications; nullptr: they are not signed
  std::uint64_t ids_made = 0;     ///< for messages, by the services on it
  std::uint32_t message_size_max = message_bytes_max;
  std::string address;             ///< host:port, for requests without a Host field
  std::vector<md5_job> hashing;    ///< what to hash before hashed() is called
  std::vector<std::byte> scratch;  ///< for encoding attributes
  bool ending = false;             ///< the server drains: answers that go on come to their end
};

/// What an answer that goes on knows between its pieces: made by its handler, kept for it while its
/// call is away.
struct stream_state {
  stream_state() = default;
  stream_state(const stream_state&) = delete;
  stream_state& operator=(const stream_state&) = delete;
  virtual ~stream_state() = default;
};

enum class progress : std::uint8_t {
  answered,  ///< the reply is in `out`
  hashing,   ///< of start() alone: wants its md5 jobs done, then hashed()
  waiting,   ///< an operation with this call's token is submitted; then resume()
  paused,    ///< none is, because much of the answer is unsent (`out`); then go_on()
};

struct call {
  call() = default;
  call(const call&) = delete;
  call& operator=(const call&) = delete;
  virtual ~call() = default;
  /// Back to what a fresh call is, keeping memory.
  virtual void reset();

  // Set by the daemon.
  service_context* context = nullptr;
  const http::request* request = nullptr;
  http::send_buffer* out = nullptr;
  http::response_head head;
  std::size_t operation = 0;  ///< place in the model
  aws::wire wire = aws::wire::json_1_0;
  std::uint64_t token = 0;  ///< of every operation that this call submits
  bool secure = false;      ///< the request came through TLS

  document input;
  std::uint32_t stage = 0;  ///< what the operation waits for, if it asks more than once
  std::unique_ptr<stream_state> stream;
};

/// One operation: begins a call, and goes on with it when its engine operation is complete. The
/// answer of most is written whole. One that goes on (http/response_stream.hpp) is begun when the
/// first of it is known, and grows whenever the handler is called, until it says `answered`; what
/// is in `out` is sent in between. It has all of the functions but `hashed`.
struct handler {
  progress (*start)(call& c) = nullptr;
  progress (*hashed)(call& c) = nullptr;  ///< null: never asks for hashing
  progress (*resume)(call& c, const completion& done) = nullptr;
  /// Null: waits for a moment only. Else it may wait long, and meanwhile the daemon may take the
  /// call away: this makes of a fresh one what start() made of it, before resume().
  void (*reread)(call& c) = nullptr;
  /// Of an answer that goes on: most of what was unsent has gone.
  progress (*go_on)(call& c) = nullptr;
  /// And its client has gone: nothing of it is under way, and no answer is wanted.
  void (*gone)(service_context& context, stream_state& state) = nullptr;
};

/// The handler of these functions of a service's own call; nullptr for those that it lacks.
template <class Call, auto Start, auto Hashed, auto Resume, auto Reread = nullptr,
          auto GoOn = nullptr, auto Gone = nullptr>
constexpr handler handler_on() noexcept {
  handler out;
  out.start = [](call& c) { return Start(static_cast<Call&>(c)); };
  out.resume = [](call& c, const completion& done) { return Resume(static_cast<Call&>(c), done); };
  if constexpr (!std::is_null_pointer_v<decltype(Hashed)>) {
    out.hashed = [](call& c) { return Hashed(static_cast<Call&>(c)); };
  }
  if constexpr (!std::is_null_pointer_v<decltype(Reread)>) {
    out.reread = [](call& c) { Reread(static_cast<Call&>(c)); };
  }
  if constexpr (!std::is_null_pointer_v<decltype(GoOn)>) {
    out.go_on = [](call& c) { return GoOn(static_cast<Call&>(c)); };
  }
  out.gone = Gone;
  return out;
}

/// A service as the daemon sees it.
struct service {
  const service_model* model;
  const error_row* signature_missing;  ///< what a request is refused as that needs one
  std::unique_ptr<call> (*make_call)();
  /// By the operation's place in the model.
  const handler& (*handler_of)(std::size_t operation);
};

/// 200 of an operation that answers nothing.
progress succeed(call& c, const service_model& model);

/// 200 with a body that write(reply_writer&) makes; it writes the outer structure itself.
template <class Write>
progress reply(call& c, const service_model& model, std::size_t bytes_expected, Write&& write) {
  const http::open_response open = http::begin_response(*c.out, c.head, bytes_expected);
  reply_writer writer(*c.out, model, c.wire, c.operation, c.head.request_id);
  write(writer);
  http::finish_response(*c.out, open);
  return progress::answered;
}

}  // namespace millrace::aws
