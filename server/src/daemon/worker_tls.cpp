// The worker's connections with TLS: between the socket and what everybody else reads and writes.
#include "daemon/log.hpp"
#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// Text that is sealed before the socket has taken it: four records.
constexpr std::size_t seal_bytes_max = 64 * 1024;
/// A peer that makes OpenSSL answer, but reads no answer, is let go: more than the above comes to.
constexpr std::size_t unsent_bytes_max = 128 * 1024;

}  // namespace

/// As read_into().
net::io worker::read_sealed(connection& c, std::span<char> room) {
  while (true) {
    const tls::session::opened got = c.tls->open(room);
    switch (got.what) {
      case tls::progress::text:
        c.in.commit(got.bytes);
        c.readable |= c.tls->has_more();
        return net::io::done;
      case tls::progress::closed:
        c.tls->close();
        c.readable = false;
        return net::io::closed;
      case tls::progress::failed:
        ++counters_.tls_failed;
        log(config::log_level::debug,
            std::string("a connection with TLS failed: ") + c.tls->failure());
        c.tls->close();
        c.readable = false;
        return net::io::closed;
      case tls::progress::unprotected: refuse_unprotected(c); return net::io::closed;
      case tls::progress::needs_more: break;
    }
    if (c.tls->in_the_middle()) watch_slow(c);
    if (!c.readable) return net::io::would_block;
    if (c.tls->unsent().size() > unsent_bytes_max) return net::io::closed;
    const net::io_result raw = net::read_some(c.socket, sealed_);
    c.readable = raw.what == net::io::done && (raw.bytes == sealed_.size() || c.peer_gone);
    if (raw.what != net::io::done) return raw.what;
    c.tls->receive({sealed_.data(), raw.bytes});
  }
}

/// As send_from(): text counts as sent when all that it was sealed into has gone.
net::io_result worker::send_sealed(connection& c) {
  http::send_buffer& unsent = c.tls->unsent();
  if (unsent.size() == 0) {
    shelf_.equip(unsent);
    if (!c.tls->seal(c.out.view().substr(0, seal_bytes_max))) return {net::io::closed, 0};
  }
  const net::io_result put = net::write_some(c.socket, unsent.view());
  if (put.what != net::io::done) return put;
  unsent.consume(put.bytes);
  if (unsent.size() != 0) return {net::io::done, 0};
  shelf_.put(unsent);
  return {net::io::done, c.tls->take_sealed()};
}

/// A client that speaks HTTP to the port of HTTPS is told so in its own words.
void worker::refuse_unprotected(connection& c) {
  ++counters_.tls_failed;
  c.tls.reset();
  c.readable = false;
  c.closing = true;
  http::response_head head;
  head.status = 400;
  head.connection = http::connection_field::close;
  head.content_type = "text/plain; charset=utf-8";
  http::write_response(c.out, head, "This port speaks TLS: use https:// instead of http://\n");
}

}  // namespace millrace::daemon
