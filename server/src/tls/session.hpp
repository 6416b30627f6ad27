// session: the server's side of TLS on one connection, without a socket, time or threads. Whoever
// has the socket passes on what comes and sends what unsent() holds; the handshake, key updates and
// alerts happen in between. One owner, no locks; holds its credentials' context.
//
//   s.receive(sealed); while (s.open(room).what == progress::text) ...
//   s.seal(text); send s.unsent(), consume what went; then s.sealed() bytes of text have gone
//   s.close(); send s.unsent(); shut down
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "http/send_buffer.hpp"
#include "tls/credentials.hpp"

struct bio_st;
struct bio_method_st;

namespace millrace::tls {

enum class progress : std::uint8_t {
  text,         ///< some was opened
  needs_more,   ///< all that has come is used up
  closed,       ///< the peer has said that no more comes
  failed,       ///< what came is no TLS, or not acceptable: unsent() may hold an alert
  unprotected,  ///< the first bytes are those of a request without TLS
};

class session {
 public:
  explicit session(const credentials& with) noexcept;
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// What has come from the peer, once open() needs more; it may go when open() has returned.
  void receive(std::string_view sealed) noexcept;
  struct opened {
    progress what = progress::needs_more;
    std::size_t bytes = 0;
  };
  /// Text that the peer has sent, as much as there is and `into`, which is not empty, takes.
  opened open(std::span<char> into) noexcept;
  /// Whether open() has something to say before it needs more.
  [[nodiscard]] bool has_more() const noexcept;

  /// Appends `text` to unsent(), which must be empty. False: it cannot be sent.
  [[nodiscard]] bool seal(std::string_view text) noexcept;
  /// How much text unsent() stands for, since the last call that took it.
  std::size_t take_sealed() noexcept;
  /// Says that no more will be sent; at most once. Nothing after a failure.
  void close() noexcept;
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }

  /// Bytes for the peer.
  [[nodiscard]] http::send_buffer& unsent() noexcept { return unsent_; }
  [[nodiscard]] const http::send_buffer& unsent() const noexcept { return unsent_; }

  [[nodiscard]] bool established() const noexcept;
  /// It is shaking hands, or a part of a record has come and no more: nothing that may last.
  [[nodiscard]] bool in_the_middle() const noexcept;
  /// After a failure: what was wrong, for people.
  [[nodiscard]] const char* failure() const noexcept { return failure_; }

 private:
  friend struct session_bio;
  opened fail(const char* why) noexcept;
  opened after_failure(int outcome) noexcept;
  void keep_rest();

  ssl_st* ssl_ = nullptr;
  std::string_view incoming_;  ///< not read by OpenSSL yet
  std::string kept_;           ///< the bytes of incoming_, if keeps_
  bool keeps_ = false;
  http::send_buffer unsent_;
  std::size_t sealed_ = 0;
  const char* failure_ = nullptr;
  progress end_ = progress::text;  ///< what is to be told behind the last text; text: nothing
  bool heard_ = false;             ///< the first byte has come
  bool closed_ = false;
};

}  // namespace millrace::tls
