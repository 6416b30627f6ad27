// The worker's connections of HTTP/2: which are, what they bring, what is sent to them.
#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// Frames that are made before the socket has taken them.
constexpr std::size_t frames_bytes_max = 256 * 1024;
constexpr std::size_t unread_reply_bytes_max = 4 * 1024 * 1024;
/// A read while a body comes in.
constexpr std::size_t body_read_bytes = 64 * 1024;
constexpr int reads_max = 32;  // of a connection in one turn

ticket& owner_of(const http::http2_stream& s) noexcept { return *static_cast<ticket*>(s.owner); }

}  // namespace

/// The first bytes tell which version of HTTP a connection speaks.
void worker::listen_to(connection& c) {
  const std::string_view heard = c.in.view().substr(0, http::http2_preface.size());
  if (heard.empty()) return;
  if (!http::http2_preface.starts_with(heard)) {
    c.speaks = version::http_1;
  } else if (heard.size() == http::http2_preface.size()) {
    c.speaks = version::http_2;
    c.http2 = std::make_unique<http::http2_session>(http::http2_limits{.request = limits_});
    if (draining_) c.http2->drain();
  }
}

/// Passes on what has come and begins the requests that are whole.
void worker::serve_http2(connection& c) {
  if (c.lingering) return drop_input(c);
  int reads = 0;
  do {
    const bool bearable = c.http2->receive(c.in.view());
    c.in.consume(c.in.size());
    begin_streams(c);
    if (!bearable) end_streams(c);
    if (++reads == reads_max) {  // others have their turn first
      schedule(c);
      break;
    }
  } while (!c.closing && c.out.size() < unread_reply_bytes_max && read_http2(c));
  if (!c.dead && c.http2->receiving() != 0) watch_slow(c);
}

/// False: nothing came. Who ends a connection of HTTP/2 wants none of its answers.
bool worker::read_http2(connection& c) {
  if (!c.readable) return false;
  shelf_.equip(c.in);
  const std::span<char> room =
      c.in.prepare(c.http2->receiving() != 0 ? body_read_bytes : http::receive_buffer::page_bytes);
  const net::io got = room.empty() ? net::io::closed : read_into(c, room);
  if (got == net::io::done) return true;
  if (got == net::io::closed) {
    if (c.tls != nullptr && c.tls->is_closed() && !room.empty()) {
      end_streams(c);  // it reads our end
    } else {
      lose(c);
    }
  } else {
    c.in.shrink();
  }
  return false;
}

void worker::begin_streams(connection& c) {
  while (http::http2_stream* const s = c.http2->next_lost()) abandon(owner_of(*s));
  while (http::http2_stream* const s = c.http2->next_request()) {
    if (c.slow_since_ns != 0) c.slow_since_ns = engine::monotonic_ns();
    // The engine's window has room for a request of each connection and for as many of streams.
    if (tickets_.size() - free_tickets_.size() >= options_.settings->connections_max ||
        c.http2->unsent_bytes() >= unread_reply_bytes_max) {
      c.http2->refuse(*s);
    } else {
      begin_request({&c, s});
    }
  }
}

/// The connection is broken: what it has under way is nobody's.
void worker::end_streams(connection& c) {
  c.closing = true;
  c.http2->for_each_owned([this](http::http2_stream& s) {
    ticket& t = owner_of(s);
    s.owner = nullptr;
    abandon(t);
  });
}

/// Makes frames of what there is to send.
void worker::fill_http2(connection& c) {
  if (c.paused != 0) go_on(c);
  c.http2->write(c.out, frames_bytes_max);
  while (http::http2_stream* const s = c.http2->next_lost()) abandon(owner_of(*s));
  if (c.http2->over() && !c.closing) end_streams(c);
}

}  // namespace millrace::daemon
