// The worker's requests: from bytes to a call, and from its reply to bytes.
#include <algorithm>
#include <cstring>

#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// A client that does not read its replies gets no more of them than this ahead.
constexpr std::size_t unread_reply_bytes_max = 4 * 1024 * 1024;

/// A request must be whole this long after it began to come in slowly; a peer that was told to go
/// must go within it.
constexpr std::int64_t slow_max_ns = 10'000'000'000;

/// A peer may leave an answer that goes on unread for as long as such an answer takes.
constexpr std::int64_t stalled_max_ns = 300'000'000'000;

constexpr char hex[] = "0123456789abcdef";

}  // namespace

void worker::serve(connection& c) {
  if (c.under_way != nullptr) {
    // A long poll whose client has gone must not take a message with it.
    if (c.peer_gone && c.under_way->is_poll()) lose(c);
    return;
  }
  if (c.http2 != nullptr) return serve_http2(c);
  if (c.lingering) return drop_input(c);
  while (c.under_way == nullptr && !c.closing && c.out.size() < unread_reply_bytes_max) {
    if (c.speaks == version::unknown) [[unlikely]] {
      listen_to(c);
      if (c.http2 != nullptr) return serve_http2(c);
    }
    switch (c.speaks == version::unknown ? http::parse_status::need_more : c.parser.parse(c.in)) {
      case http::parse_status::need_more:
        if (!read_more(c)) {
          if (!c.dead && !c.parser.idle(c.in)) watch_slow(c);
          return;
        }
        break;
      case http::parse_status::head:
        if (c.parser.message().expects_continue) http::write_continue(c.out);
        break;
      case http::parse_status::complete: begin_request({&c, nullptr}); break;
      case http::parse_status::failed: refuse(c); break;
    }
  }
}

/// False: nothing came. A peer that closed between requests is let go; in a request, too.
bool worker::read_more(connection& c) {
  if (draining_ && c.parser.idle(c.in)) {
    c.closing = true;
    return false;
  }
  if (!c.readable) return false;
  shelf_.equip(c.in);
  const std::span<char> room = c.in.prepare(c.parser.wanted(c.in));
  if (room.empty()) {
    lose(c);
    return false;
  }
  const net::io got = read_into(c, room);
  if (got == net::io::done) return true;
  if (got == net::io::closed) {
    if (!c.unsent()) lose(c);
    c.closing = true;
  } else if (c.in.size() == 0) {
    c.in.shrink();
  }
  return false;
}

/// Reads into `room`, which is at the end of `in`, and notes whether the socket may have more.
net::io worker::read_into(connection& c, std::span<char> room) {
  if (c.tls != nullptr) return read_sealed(c, room);
  const net::io_result got = net::read_some(c.socket, room);
  c.in.commit(got.bytes);
  // A short read emptied the socket: the next bytes, or the end, are announced.
  c.readable = got.what == net::io::done && (got.bytes == room.size() || c.peer_gone);
  return got.what;
}

/// Writes some of what is unsent; the bytes are those of `out` that have gone.
net::io_result worker::send_from(connection& c) {
  return c.tls == nullptr ? net::write_some(c.socket, c.out.view()) : send_sealed(c);
}

/// A request id for people and logs: the worker's lane and a counter, in the form of a UUID.
void worker::next_request_id() {
  std::uint64_t n = ++request_number_;
  for (int i = 35; i > 23; --i, n >>= 4) request_id_[i] = hex[n & 15];
  request_id_[7] = hex[options_.lane & 15];
  request_id_[6] = hex[options_.lane >> 4 & 15];
}

http::response_head worker::head_for(const exchange& e, aws::wire w) const {
  const http::request& r = e.message();
  http::response_head head;
  head.connection = http::connection_for(r);
  if (draining_) head.connection = http::connection_field::close;
  if (e.stream != nullptr) head.detached = &e.stream->head;
  head.omit_body = r.method == http::method::head;
  head.content_type = aws::content_type_of(w);
  head.request_id = {request_id_, sizeof request_id_};
  return head;
}

void worker::begin_request(const exchange& e) {
  ++counters_.requests;
  shelf_.equip(e.out());
  next_request_id();
  const aws::destination to = aws::find_route(e.message());
  if (!to) {
    aws::write_failure(e.out(), to, head_for(e, aws::wire::json_1_0));
    return finish_request(e);
  }
  if (!aws::admits(to.row->verdict(), admission_)) {
    const http::response_head head = head_for(e, to.wire);
    const aws::error why{*services()[place_of(to).service]->signature_missing,
                         "This request needs a signature that this server can verify."};
    aws::write_error(e.out(), why, to.wire, to.row->service(), head);
    return finish_request(e);
  }
  begin_call(e, to);
}

void worker::begin_call(const exchange& e, const aws::destination& to) {
  const service_place place = place_of(to);
  const aws::handler& does = options_.handler_of(*services()[place.service], place.operation);
  if (does.go_on != nullptr && e.message().http_1_0) {
    http::response_head head = head_for(e, to.wire);
    head.status = 505;
    http::write_response(e.out(), head, {});
    return finish_request(e);
  }
  ticket& t = take_ticket();
  t.from = e;
  t.service = place.service;
  t.operation = place.operation;
  t.wire = to.wire;
  t.does = &does;
  std::memcpy(t.request_id, request_id_, sizeof request_id_);
  if (e.stream != nullptr) {
    e.stream->owner = &t;
  } else {
    e.on->under_way = &t;
  }
  after(t, t.does->start(make_call(t)));
  if (draining_) release_long_polls();
  // Gone before it was served: if the call waits, the next turn lets it go.
  if (e.on->under_way != nullptr && e.on->peer_gone) schedule(*e.on);
}

/// What a handler said decides how its call goes on.
void worker::after(ticket& t, aws::progress p) {
  switch (p) {
    case aws::progress::waiting:
      if (t.is_poll()) waiting_.add(t);
      break;
    case aws::progress::hashing: hashing_.push_back(&t); return;
    case aws::progress::paused:
      t.paused = true;
      ++t.from.on->paused;
      watch_slow(*t.from.on);
      break;
    case aws::progress::answered: {
      const exchange e = t.from;
      give_back(t);
      if (e.stream == nullptr) e.on->under_way = nullptr;
      return finish_request(e);
    }
  }
  if (t.from.stream != nullptr) t.from.on->http2->more(*t.from.stream);
}

/// The reply is in `out`: the request's bytes may go, and the next one has its turn.
void worker::finish_request(const exchange& e) {
  connection& c = *e.on;
  if (e.stream != nullptr) return c.http2->answer(*e.stream);
  if (c.slow_since_ns != 0) c.slow_since_ns = engine::monotonic_ns();
  const bool keep = http::connection_for(c.parser.message()) != http::connection_field::close;
  c.parser.next(c.in);
  if (!keep || draining_) c.closing = true;
  if (c.in.size() != 0 || c.readable) schedule(c);
}

void worker::refuse(connection& c) {
  const http::parse_failure& why = c.parser.failure();
  ++counters_.refused;
  http::response_head head;
  head.status = why.status;
  head.connection = http::connection_field::close;
  head.content_type = "text/plain; charset=utf-8";
  http::write_response(c.out, head, why.why);
  c.closing = true;
}

void worker::hash_bodies() {
  if (hashing_.empty()) return;
  aws::md5_many(context_.hashing);
  context_.hashing.clear();
  for (ticket* t : hashing_) {
    if (t->cancelled) {
      give_back(*t);
    } else {
      after(*t, t->does->hashed(*t->call));
    }
  }
  hashing_.clear();
}

void worker::write_out(connection& c) {
  if (c.http2 != nullptr) fill_http2(c);
  while (c.unsent() && c.writable) {
    const net::io_result put = send_from(c);
    if (put.what == net::io::done) {
      c.out.consume(put.bytes);
      if (c.http2 != nullptr) fill_http2(c);
    } else if (put.what == net::io::would_block) {
      c.writable = false;
    } else {
      return lose(c);
    }
  }
  if (c.paused != 0 && c.http2 == nullptr) return go_on(c);
  if (c.unsent()) return;
  if (c.closing && c.under_way == nullptr) {
    return linger(c);
  }
  if (c.in.size() != 0 || c.under_way != nullptr) return;
  shelf_.put(c.in);
  shelf_.put(c.out);
}

/// Ends a connection without losing what was just written: a socket closed with unread input
/// resets the connection, and the peer would never read its reply.
void worker::linger(connection& c) {
  if (c.lingering) return;
  if (c.tls != nullptr && !c.tls->is_closed()) {
    c.tls->close();
    return write_out(c);
  }
  c.lingering = true;
  net::shut_down_writing(c.socket);
  watch_slow(c);
  drop_input(c);
}

void worker::drop_input(connection& c) {
  char dropped[4096];
  for (int reads = 0; reads < 64; ++reads) {
    const net::io_result got = net::read_some(c.socket, dropped);
    if (got.what == net::io::closed) return lose(c);
    if (got.what == net::io::would_block) {
      c.readable = false;
      return;
    }
  }
  schedule(c);
}

void worker::watch_slow(connection& c) {
  if (c.slow_since_ns != 0 && !c.lingering) return;
  if (c.slow_since_ns == 0) slow_.push_back(&c);
  c.slow_since_ns = engine::monotonic_ns();
}

/// Lets go of those that have been slow for too long, a few times a second.
void worker::check_slow() {
  const std::int64_t now = engine::monotonic_ns();
  if (now - slow_checked_ns_ < slow_check_ns) return;
  slow_checked_ns_ = now;
  for (connection* c : std::exchange(slow_, {})) {
    const bool asking = c->http2 != nullptr ? c->http2->receiving() != 0
                                            : c->under_way == nullptr && !c->parser.idle(c->in);
    const bool paused = c->paused != 0;
    const bool halfway = c->tls != nullptr && c->tls->in_the_middle();
    const bool still = !c->dead && (c->lingering || asking || paused || halfway);
    if (!still) {
      c->slow_since_ns = 0;
    } else if (now - c->slow_since_ns > (paused ? stalled_max_ns : slow_max_ns)) {
      lose(*c);
    } else {
      slow_.push_back(c);
    }
  }
}

/// The peer of a request has gone. A call that waits is cancelled if it is a long poll; else its
/// reply comes and is dropped.
void worker::abandon(ticket& t) {
  t.cancelled = true;
  waiting_.remove(t);
  if (t.paused) {
    --t.from.on->paused;
    return give_back(t);
  }
  if (t.is_poll()) static_cast<void>(client_.submit_cancel(t.token()));
}

/// Closes a connection at once.
void worker::lose(connection& c) {
  if (c.dead) return;
  c.dead = true;
  if (c.under_way != nullptr) abandon(*c.under_way);
  c.under_way = nullptr;
  if (c.http2 != nullptr) end_streams(c);
  c.socket.close();
  dead_.push_back(&c);
}

void worker::free_dead() {
  for (connection* c : dead_) {
    const std::size_t place = c->place;
    std::erase(scheduled_, c);
    std::erase(slow_, c);
    std::swap(connections_[place], connections_.back());
    connections_[place]->place = place;
    connections_.pop_back();
  }
  if (!dead_.empty()) counters_.connections = connections_.size();
  dead_.clear();
}

}  // namespace millrace::daemon
