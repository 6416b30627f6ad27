// One connection of HTTP/2: streams, their requests and answers, over nghttp2.
#include "http/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>

#include "http/scan.hpp"

namespace millrace::http {
namespace {

constexpr std::size_t spare_max = 8;
constexpr std::size_t acknowledgements_max = 64;  // of pings and settings, waiting to be sent
constexpr std::size_t settings_max = 16;          // in one frame

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv pair(std::string_view name, std::string_view value) noexcept {
  const auto bytes = [](std::string_view text) {
    // nghttp2 copies both and writes to neither.
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // NOLINT
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// Without memory there is no going on. All else that may fail concerns a stream that is gone.
void must(int result) noexcept {
  if (nghttp2_is_fatal(result) != 0) std::terminate();
}

}  // namespace

/// What nghttp2 calls while it reads and writes. A negative answer fails the session.
struct http2_callbacks {
  static http2_session& of(void* user) noexcept { return *static_cast<http2_session*>(user); }
  static http2_stream* stream(nghttp2_session* session, std::int32_t id) noexcept {
    return static_cast<http2_stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    http2_stream* const s = of(user).begin(frame->hd.stream_id);
    must(nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, s));
    return 0;
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
    http2_stream* const s = stream(session, frame->hd.stream_id);
    if (s == nullptr || s->stage_ != http2_stream::stage::head) return 0;  // a trailer
    const bool bearable =
        s->add(text_of(name, name_size), text_of(value, value_size), of(user).limits_.request);
    return bearable ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  /// A field that HTTP does not allow: the stream is reset.
  static int invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*,
                            std::size_t, const std::uint8_t*, std::size_t, std::uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    http2_stream* const s = stream(session, frame->hd.stream_id);
    if (s == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && s->stage_ == http2_stream::stage::head) {
      of(user).head_is_whole(*s, ended);
    } else if (ended && s->stage_ == http2_stream::stage::body) {
      of(user).request_is_whole(*s);
    }
    return 0;
  }

  static int data_chunk(nghttp2_session* session, std::uint8_t, std::int32_t id,
                        const std::uint8_t* bytes, std::size_t size, void* user) {
    http2_stream* const s = stream(session, id);
    if (s != nullptr) of(user).add_body(*s, text_of(bytes, size));
    return 0;
  }

  static int stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
    http2_stream* const s = stream(session, id);
    if (s != nullptr) of(user).end(*s);
    return 0;
  }

  /// The next bytes of an answer's body.
  static ssize_t read(nghttp2_session* session, std::int32_t id, std::uint8_t* to, std::size_t room,
                      std::uint32_t* flags, nghttp2_data_source* source, void*) {
    http2_stream& s = *static_cast<http2_stream*>(source->ptr);
    const std::size_t count = std::min(room, s.out.size());
    if (count != 0) std::memcpy(to, s.out.data(), count);
    s.out.consume(count);
    s.waits_ = count == 0 && !s.answered_;
    if (s.waits_) return NGHTTP2_ERR_DEFERRED;
    if (s.answered_ && s.out.size() == 0) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      // An answer before the end of its request: nobody wants the rest of that.
      if (nghttp2_session_get_stream_remote_close(session, id) == 0) {
        must(nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR));
      }
    }
    return static_cast<ssize_t>(count);
  }

  static nghttp2_session* open(http2_session* user, const http2_limits& l) {
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_option* option = nullptr;
    nghttp2_session* session = nullptr;
    must(nghttp2_session_callbacks_new(&calls));
    must(nghttp2_option_new(&option));
    nghttp2_session_callbacks_set_on_begin_headers_callback(calls, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(calls, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(calls, invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, data_chunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, stream_close);
    nghttp2_option_set_max_outbound_ack(option, acknowledgements_max);
    nghttp2_option_set_max_settings(option, settings_max);
    nghttp2_option_set_stream_reset_rate_limit(option, l.resets_burst, l.resets_per_second);
    nghttp2_option_set_no_closed_streams(option, 1);
    must(nghttp2_session_server_new2(&session, calls, user, option));
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(calls);
    return session;
  }
};

http2_session::http2_session(const http2_limits& l)
    : limits_(l), session_(http2_callbacks::open(this, l)) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, l.streams_max},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, l.stream_window_bytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, l.request.head_bytes},
  };
  must(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings)));
  must(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                             static_cast<std::int32_t>(l.connection_window_bytes)));
}

http2_session::~http2_session() { nghttp2_session_del(session_); }

bool http2_session::receive(std::string_view bytes) {
  if (failed_) return false;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  failed_ = taken < 0;
  return !failed_;
}

http2_stream* http2_session::begin(std::int32_t id) {
  std::unique_ptr<http2_stream> s;
  if (!spare_.empty()) {
    s = std::move(spare_.back());
    spare_.pop_back();
  } else {
    s = std::make_unique<http2_stream>(limits_.request.body_bytes);
  }
  s->id_ = id;
  s->place_ = streams_.size();
  ++receiving_;
  streams_.push_back(std::move(s));
  return streams_.back().get();
}

/// nghttp2 has forgotten the stream.
void http2_session::end(http2_stream& s) noexcept {
  if (s.receives()) --receiving_;
  received_bytes_ -= s.body_.size();
  std::erase(whole_, &s);
  std::unique_ptr<http2_stream> mine = std::move(streams_[s.place_]);
  if (s.place_ + 1 != streams_.size()) {
    streams_[s.place_] = std::move(streams_.back());
    streams_[s.place_]->place_ = s.place_;
  }
  streams_.pop_back();
  if (mine->owner != nullptr) {
    lost_.push_back(std::move(mine));
  } else if (spare_.size() < spare_max) {
    mine->reset();
    spare_.push_back(std::move(mine));
  }
}

void http2_session::head_is_whole(http2_stream& s, bool ended) {
  const std::uint16_t wrong = s.finish_head();
  if (wrong != 0) return refuse_with(s, wrong);
  s.stage_ = http2_stream::stage::body;
  if (ended) return request_is_whole(s);
  if (s.message_.expects_continue) {
    const nghttp2_nv go_on = pair(":status", "100");
    must(nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, s.id_, nullptr, &go_on, 1, nullptr));
  }
}

void http2_session::add_body(http2_stream& s, std::string_view bytes) {
  if (s.stage_ != http2_stream::stage::body) return;
  if (received_bytes_ + bytes.size() > limits_.received_bytes_max) return refuse(s);
  if (s.body_.size() + bytes.size() > limits_.request.body_bytes || !s.add_body(bytes)) {
    return refuse_with(s, 413);
  }
  received_bytes_ += bytes.size();
}

void http2_session::request_is_whole(http2_stream& s) {
  s.stage_ = http2_stream::stage::whole;
  s.point();
  --receiving_;
  whole_.push_back(&s);
}

http2_stream* http2_session::next_request() noexcept {
  if (whole_.empty()) return nullptr;
  http2_stream* const s = whole_.front();
  whole_.erase(whole_.begin());
  return s;
}

http2_stream* http2_session::next_lost() noexcept {
  return lost_told_ == lost_.size() ? nullptr : lost_[lost_told_++].get();
}

/// An answer of a status alone, to a request that is not given out.
void http2_session::refuse_with(http2_stream& s, std::uint16_t status) {
  if (s.receives()) --receiving_;
  s.stage_ = http2_stream::stage::refused;
  write_response(s.out, {.status = status, .detached = &s.head}, {});
  answer(s);
}

void http2_session::refuse(http2_stream& s) {
  if (s.receives()) --receiving_;
  s.stage_ = http2_stream::stage::refused;
  s.owner = nullptr;
  must(nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, s.id_, NGHTTP2_REFUSED_STREAM));
}

/// Sends the head of an answer, and lets the body follow.
void http2_session::submit(http2_stream& s) {
  s.submitted_ = true;
  char status[3];
  std::to_chars(status, status + sizeof status, s.head.status);
  std::vector<nghttp2_nv> pairs{pair(":status", {status, sizeof status})};
  std::string& lines = s.head.fields;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t colon = lines.find(": ", at);
    const std::size_t end = lines.find("\r\n", at);
    if (end == std::string::npos || colon > end) break;
    std::transform(lines.data() + at, lines.data() + colon, lines.data() + at, to_lower);
    pairs.push_back(
        pair({lines.data() + at, colon - at}, {lines.data() + colon + 2, end - colon - 2}));
    at = end + 2;
  }
  nghttp2_data_provider body{{.ptr = &s}, http2_callbacks::read};
  const bool empty = s.answered_ && s.out.size() == 0;
  const bool whole =
      s.stage_ == http2_stream::stage::whole;  // read() tells of a request that is not
  must(nghttp2_submit_response(session_, s.id_, pairs.data(), pairs.size(),
                               empty && whole ? nullptr : &body));
}

void http2_session::more(http2_stream& s) {
  if (!s.submitted_ && s.head.status != 0) return submit(s);
  if (s.waits_ && (s.out.size() != 0 || s.answered_)) {
    s.waits_ = false;
    must(nghttp2_session_resume_data(session_, s.id_));
  }
}

void http2_session::answer(http2_stream& s) {
  s.owner = nullptr;
  s.answered_ = true;
  more(s);
}

void http2_session::drain() {
  if (failed_) return;
  must(nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                             nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                             nullptr, 0));
}

void http2_session::write(send_buffer& out, std::size_t bytes_max) {
  lost_.erase(lost_.begin(), lost_.begin() + static_cast<std::ptrdiff_t>(lost_told_));
  lost_told_ = 0;
  while (out.size() < bytes_max) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size <= 0) {
      failed_ |= size < 0;
      return;
    }
    out.append(text_of(bytes, static_cast<std::size_t>(size)));
  }
}

std::size_t http2_session::unsent_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const auto& s : streams_) bytes += s->out.size();
  return bytes;
}

bool http2_session::over() const noexcept {
  return failed_ ||
         (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0);
}

}  // namespace millrace::http
