// HTTP/2 requests out of a byte stream and answers into one, for one connection, without sockets,
// time or threads: the socket layer passes on what it reads and sends what write() appends. Frames,
// header compression and flow control are nghttp2's; limits on what a peer may cost are set here.
// One owner, no locks.
//
//   session.receive(bytes);
//   while (http2_stream* s = session.next_request()) ...     answer s->message(), now or later
//   while (http2_stream* s = session.next_lost()) ...        forget it: its peer has given it up
//   session.write(out, ...); if (session.over()) close when `out` is sent
//
// An answer: its head goes into s->head (response_head::detached), its body into s->out; then
// answer(), or of one that goes on more() after each piece and answer() at its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/limits.hpp"
#include "http/receive_buffer.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/send_buffer.hpp"

struct nghttp2_session;

namespace millrace::http {

/// What a connection of HTTP/2 begins with, instead of a request line.
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct http2_limits {
  /// Of one request; `request.head_bytes` is of names and values as they are after decompression.
  limits request = {};
  /// Requests under way on one connection.
  std::uint32_t streams_max = 128;
  /// Bodies of all of them that have come and are not answered yet; more is refused.
  std::size_t received_bytes_max = 32 * 1024 * 1024;
  /// What a peer may send of a body, and of all bodies, before it is told to go on.
  std::uint32_t stream_window_bytes = 1024 * 1024;
  std::uint32_t connection_window_bytes = 8 * 1024 * 1024;
  /// Streams that a peer may reset at once, and then a second; more ends the connection.
  std::uint32_t resets_burst = 256;
  std::uint32_t resets_per_second = 32;
};

/// One request and its answer. The session's; its user keeps `owner`.
class http2_stream {
 public:
  explicit http2_stream(std::uint64_t body_bytes_max) noexcept
      : body_({.initial = receive_buffer::page_bytes,
               .max = static_cast<std::size_t>(body_bytes_max) + 1}) {}

  /// Whole, once the session has given it out; until it is answered.
  [[nodiscard]] const request& message() const noexcept { return message_; }
  /// Gives back memory that holds nothing, for a long wait. Moves the body: views of it die.
  void fit() noexcept;

  detached_head head;
  send_buffer out;        ///< of the answer's body what has not become frames yet
  void* owner = nullptr;  ///< null: nobody answers it

 private:
  friend class http2_session;
  friend struct http2_callbacks;
  enum class stage : std::uint8_t { head, body, whole, refused };

  struct piece {
    std::uint16_t at = 0;
    std::uint16_t size = 0;
  };

  void reset() noexcept;
  bool add(std::string_view name, std::string_view value, const limits& l);
  void add_pseudo(std::string_view name, piece value) noexcept;
  void add_field(piece name, piece value);
  std::uint16_t finish_head();
  bool add_body(std::string_view bytes) noexcept;
  void point() noexcept;
  [[nodiscard]] bool receives() const noexcept { return stage_ <= stage::body; }

  std::int32_t id_ = 0;
  stage stage_ = stage::head;
  std::uint16_t wrong_ = 0;        // status that the head has earned so far
  bool answered_ = false;          // the end of `out` is the end of the body
  bool submitted_ = false;         // the head has been sent
  bool waits_ = false;             // frames stopped for want of bytes
  std::size_t offered_bytes_ = 0;  // of names and values
  std::size_t place_ = 0;          // in the session's list
  std::string text_;               // names and values behind each other, and padding
  piece method_, path_, authority_;
  std::vector<field> fields_;
  receive_buffer body_;
  request message_;
};

class http2_session {
 public:
  explicit http2_session(const http2_limits& l);
  ~http2_session();
  http2_session(const http2_session&) = delete;
  http2_session& operator=(const http2_session&) = delete;

  /// What has come, the preface first. False: the connection is beyond help; send what write()
  /// appends, and close.
  [[nodiscard]] bool receive(std::string_view bytes);

  /// The next request that is whole, or null. Set its owner, or answer or refuse it at once.
  [[nodiscard]] http2_stream* next_request() noexcept;
  /// The next stream with an owner that its peer has given up, or null. Its owner must forget it;
  /// its bytes stay where they are until the next write().
  [[nodiscard]] http2_stream* next_lost() noexcept;

  /// Of an answer that goes on: there is a head, or more in `out`.
  void more(http2_stream& s);
  /// The answer is whole; the stream may be gone now.
  void answer(http2_stream& s);
  /// Not now: its sender may try again, here or elsewhere.
  void refuse(http2_stream& s);
  /// No new streams; over() when those under way are done.
  void drain();

  /// Appends frames until there are none, or `out` has `bytes_max`.
  void write(send_buffer& out, std::size_t bytes_max);
  [[nodiscard]] bool over() const noexcept;
  /// Streams under way, and those whose request is not whole.
  [[nodiscard]] std::size_t streams() const noexcept { return streams_.size(); }
  [[nodiscard]] std::size_t receiving() const noexcept { return receiving_; }
  /// Of the bodies of all answers; linear in the streams.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept;

  /// Calls `each` with every stream that has an owner; each(s) may end others but not begin any.
  template <class Each>
  void for_each_owned(Each&& each) {
    for (std::size_t i = streams_.size(); i-- > 0;) {
      if (i < streams_.size() && streams_[i]->owner != nullptr) each(*streams_[i]);
    }
  }

 private:
  friend struct http2_callbacks;
  friend class http2_stream;

  http2_stream* begin(std::int32_t id);
  void end(http2_stream& s) noexcept;
  void head_is_whole(http2_stream& s, bool ended);
  void add_body(http2_stream& s, std::string_view bytes);
  void request_is_whole(http2_stream& s);
  void refuse_with(http2_stream& s, std::uint16_t status);
  void submit(http2_stream& s);

  http2_limits limits_;
  nghttp2_session* session_ = nullptr;
  bool failed_ = false;
  std::vector<std::unique_ptr<http2_stream>> streams_;
  std::vector<std::unique_ptr<http2_stream>> spare_;
  std::vector<http2_stream*> whole_;                 // requests to give out, first come first
  std::vector<std::unique_ptr<http2_stream>> lost_;  // the first lost_told_ of them have been told
  std::size_t lost_told_ = 0;
  std::size_t receiving_ = 0;
  std::size_t received_bytes_ = 0;
};

}  // namespace millrace::http
