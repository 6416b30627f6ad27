#include "tls/session.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tls/openssl.hpp"

namespace millrace::tls {

/// What OpenSSL reads from and writes to: the session's bytes.
struct session_bio {
  static session& of(BIO* bio) noexcept { return *static_cast<session*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int size) noexcept {
    session& s = of(bio);
    BIO_clear_retry_flags(bio);
    const std::size_t taken = std::min(s.incoming_.size(), static_cast<std::size_t>(size));
    if (taken == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(into, s.incoming_.data(), taken);
    s.incoming_.remove_prefix(taken);
    return static_cast<int>(taken);
  }
  static int write(BIO* bio, const char* from, int size) noexcept {
    BIO_clear_retry_flags(bio);
    of(bio).unsent_.append({from, static_cast<std::size_t>(size)});
    return size;
  }
  static long control(BIO*, int what, long, void*) noexcept { return what == BIO_CTRL_FLUSH; }

  static BIO* make(session& for_whom) noexcept {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session");
      if (made == nullptr) return made;
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    BIO* const bio = method == nullptr ? nullptr : BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &for_whom);
    BIO_set_init(bio, 1);
    return bio;
  }
};

namespace {

constexpr unsigned char handshake_record = 22;

/// Only a request line begins like this; a ClientHello with a record header.
bool looks_unprotected(unsigned char first) noexcept { return first >= 'A' && first <= 'Z'; }

}  // namespace

session::session(const credentials& with) noexcept : ssl_(with.begin()) {
  BIO* const bio = ssl_ == nullptr ? nullptr : session_bio::make(*this);
  if (bio == nullptr) {
    fail("out of memory");
    return;
  }
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

session::~session() { SSL_free(ssl_); }

void session::receive(std::string_view sealed) noexcept {
  incoming_ = sealed;
  keeps_ = false;
}

session::opened session::fail(const char* why) noexcept {
  failure_ = why;
  incoming_ = {};
  return {progress::failed};
}

session::opened session::after_failure(int outcome) noexcept {
  switch (SSL_get_error(ssl_, outcome)) {
    case SSL_ERROR_WANT_READ: return {progress::needs_more};
    case SSL_ERROR_ZERO_RETURN: return {progress::closed};
    default: break;
  }
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return fail(reason == nullptr ? "the handshake failed" : reason);
}

session::opened session::open(std::span<char> into) noexcept {
  if (end_ != progress::text) return {std::exchange(end_, progress::text)};
  if (failure_ != nullptr) return {progress::failed};
  if (!heard_ && !incoming_.empty()) {
    heard_ = true;
    const auto first = static_cast<unsigned char>(incoming_.front());
    if (looks_unprotected(first)) {
      fail("a request without TLS");
      return {progress::unprotected};
    }
    if (first != handshake_record) return fail("no ClientHello");
  }
  ERR_clear_error();
  opened out;
  while (out.bytes < into.size()) {
    std::size_t got = 0;
    const int outcome = SSL_read_ex(ssl_, into.data() + out.bytes, into.size() - out.bytes, &got);
    if (outcome != 1) {
      const opened end = after_failure(outcome);
      if (out.bytes == 0) {
        out = end;
      } else if (end.what != progress::needs_more) {
        end_ = end.what;  // told by the next call
      }
      break;
    }
    out.bytes += got;
    out.what = progress::text;
  }
  keep_rest();
  return out;
}

/// The caller's bytes go when open() returns.
void session::keep_rest() {
  if (incoming_.empty()) {
    std::string().swap(kept_);
    keeps_ = false;
  } else if (!keeps_) {
    kept_.assign(incoming_);
    incoming_ = kept_;
    keeps_ = true;
  }
}

bool session::has_more() const noexcept {
  return end_ != progress::text || !incoming_.empty() ||
         (failure_ == nullptr && SSL_pending(ssl_) > 0);
}

bool session::seal(std::string_view text) noexcept {
  if (failure_ != nullptr) return false;
  if (text.empty()) return true;
  ERR_clear_error();
  std::size_t taken = 0;
  if (SSL_write_ex(ssl_, text.data(), text.size(), &taken) != 1) {
    fail("sealing failed");
    return false;
  }
  sealed_ += taken;
  return taken == text.size();
}

std::size_t session::take_sealed() noexcept { return std::exchange(sealed_, 0); }

void session::close() noexcept {
  if (closed_) return;
  closed_ = true;
  if (failure_ != nullptr || !established()) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
}

bool session::established() const noexcept {
  return ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1;
}

bool session::in_the_middle() const noexcept {
  return failure_ == nullptr && (!established() || SSL_has_pending(ssl_) == 1);
}

}  // namespace millrace::tls
