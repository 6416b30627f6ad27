// TLS: any bytes from a peer that has not shaken hands, and any change to what a peer has sealed.
// The first never come out as text. Of the second, what is opened is the beginning of what was
// sealed, or nothing; a session that has failed stays failed.
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "tls/session.hpp"
#include "tls_client.hpp"

namespace {

using namespace millrace::tls;

constexpr std::size_t unsent_max = 64 * 1024;

const credentials& ours() {
  static const credentials_or_null made = [] {
    std::string why;
    return credentials::make_self_signed("127.0.0.1", why);
  }();
  MR_FUZZ_CHECK(made != nullptr);
  return *made;
}

/// The server's side, and what has come out of it.
struct listener {
  listener() : server(ours()) {}

  /// Gives it `sealed` in pieces. False: the connection is over.
  bool hear(std::string_view sealed, std::size_t piece_bytes) {
    while (!sealed.empty()) {
      const std::string piece(sealed.substr(0, piece_bytes));  // gone when open() has returned
      sealed.remove_prefix(piece.size());
      server.receive(piece);
      if (!open_all()) return false;
    }
    return true;
  }
  bool open_all() {
    char room[100];
    session::opened got;
    while ((got = server.open(room)).what == progress::text) {
      MR_FUZZ_CHECK(got.bytes > 0 && got.bytes <= sizeof room);
      text.append(room, got.bytes);
    }
    MR_FUZZ_CHECK(server.unsent().size() <= unsent_max);
    const bool failed = got.what == progress::failed || got.what == progress::unprotected;
    if (failed) stays_failed();
    return got.what == progress::needs_more;
  }
  void stays_failed() {
    char room[100];
    MR_FUZZ_CHECK(server.failure() != nullptr);
    MR_FUZZ_CHECK(server.open(room).what == progress::failed);
    MR_FUZZ_CHECK(!server.seal("more"));
  }
  std::string take_unsent() {
    std::string all(server.unsent().view());
    server.unsent().consume(all.size());
    return all;
  }

  session server;
  std::string text;
};

void stranger(std::string_view bytes, std::size_t piece_bytes) {
  listener one;
  one.hear(bytes, piece_bytes);
  MR_FUZZ_CHECK(one.text.empty() && !one.server.established());
}

/// Two records of a peer whose bytes are changed by `changes`, from its second one on each at the
/// place where the first says.
void tampered(std::string_view changes, std::size_t piece_bytes, int version) {
  millrace::tls::test::tls_client peer({.version_max = version});
  listener one;
  for (int i = 0; i < 4; ++i) {
    peer.receive(one.take_unsent());
    peer.read();
    MR_FUZZ_CHECK(one.hear(peer.output(), SIZE_MAX));
  }
  MR_FUZZ_CHECK(one.server.established() && peer.established());
  const std::string parts[] = {std::string(300, 'a'), "the second record"};
  peer.write(parts[0]);
  peer.write(parts[1]);
  std::string sealed = peer.output();
  bool changed = false;
  const std::size_t from = changes.empty() ? 0 : static_cast<unsigned char>(changes[0]) * 2u;
  for (std::size_t i = 1; i < changes.size(); ++i) {
    char& at = sealed[(from + i - 1) % sealed.size()];
    at = static_cast<char>(at ^ changes[i]);
    changed = changed || changes[i] != 0;
  }
  one.hear(sealed, piece_bytes);
  const std::string whole = parts[0] + parts[1];
  MR_FUZZ_CHECK(whole.starts_with(one.text));
  MR_FUZZ_CHECK(changed || one.text == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 64 * 1024) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece_bytes = data[1] + 1u;
  switch (data[0] % 3) {
    case 0: stranger(rest, piece_bytes); break;
    case 1: tampered(rest, piece_bytes, TLS1_3_VERSION); break;
    default: tampered(rest, piece_bytes, TLS1_2_VERSION);
  }
  return 0;
}
