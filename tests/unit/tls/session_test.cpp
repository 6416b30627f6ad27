// The server's side of a connection against a client's that checks certificates.
#include "tls/session.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tls_client.hpp"

namespace {

using millrace::tls::credentials;
using millrace::tls::credentials_or_null;
using millrace::tls::progress;
using millrace::tls::session;
using millrace::tls::test::client_options;
using millrace::tls::test::tls_client;

const credentials& self_signed() {
  static const credentials_or_null made = [] {
    std::string why;
    return credentials::make_self_signed("127.0.0.5", why);
  }();
  return *made;
}

/// A client and a session, with all that one sends coming to the other in pieces.
struct conversation {
  explicit conversation(const client_options& wanted = {.trusted = self_signed().certificate_pem()})
      : client(wanted), server(self_signed()) {}

  std::string take_unsent() {
    std::string all(server.unsent().view());
    server.unsent().consume(all.size());
    return all;
  }
  /// Gives the server `sealed`, in pieces; what it opens is in `heard`.
  void tell_server(std::string_view sealed) {
    while (!sealed.empty()) {
      const std::string piece(sealed.substr(0, piece_bytes));
      sealed.remove_prefix(piece.size());
      server.receive(piece);
      std::string room(room_bytes, '\0');
      session::opened got;
      while ((got = server.open(room)).what == progress::text) heard.append(room, 0, got.bytes);
      last = got.what;
      if (last == progress::failed || last == progress::unprotected) return;
    }
  }
  /// Until neither has anything to say.
  void talk() {
    while (true) {
      client.receive(take_unsent());
      said += client.read();
      const std::string sealed = client.output();
      tell_server(sealed);
      if (sealed.empty() && server.unsent().size() == 0) return;
    }
  }

  std::size_t piece_bytes = 100'000;
  std::size_t room_bytes = 4096;
  tls_client client;
  session server;
  std::string heard;  ///< by the server
  std::string said;   ///< by the server, as the client has read it
  progress last = progress::needs_more;
};

std::string long_text(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * i % 23);
  return text;
}

TEST(session, speaks_1_2_and_1_3_by_the_names_of_this_machine) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const char* name : {"localhost", "127.0.0.1", "127.0.0.5"}) {
      conversation c(
          {.trusted = self_signed().certificate_pem(), .name = name, .version_max = version});
      EXPECT_TRUE(c.server.in_the_middle());
      c.talk();
      ASSERT_TRUE(c.client.established()) << c.client.failure();
      EXPECT_TRUE(c.server.established());
      EXPECT_FALSE(c.server.in_the_middle());
      EXPECT_EQ(c.client.version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
      c.client.write("ask");
      c.talk();
      ASSERT_TRUE(c.server.seal("answer"));
      EXPECT_EQ(c.server.take_sealed(), 6U);
      c.talk();
      EXPECT_EQ(c.heard, "ask");
      EXPECT_EQ(c.said, "answer");
    }
  }
}

TEST(session, has_a_certificate_that_is_of_no_other_name) {
  conversation c({.trusted = self_signed().certificate_pem(), .name = "example.org"});
  c.talk();
  EXPECT_FALSE(c.client.established());
  EXPECT_EQ(c.last, progress::failed);
  EXPECT_NE(std::string(c.server.failure()).find("alert"), std::string::npos);
}

TEST(session, opens_what_comes_in_pieces_of_any_size_into_any_room) {
  const std::string text = long_text(70'000);
  for (const std::size_t piece : {1U, 7U, 4096U, 20'000U, 100'000U}) {
    for (const std::size_t room : {1U, 1000U, 4032U, 64U * 1024}) {
      if (piece == 1 && room != 1000) continue;
      conversation c;
      c.talk();
      c.piece_bytes = piece;
      c.room_bytes = room;
      c.client.write(text);
      c.talk();
      EXPECT_TRUE(c.heard == text) << piece << " " << room;
      EXPECT_FALSE(c.server.in_the_middle());
      EXPECT_FALSE(c.server.has_more());
    }
  }
}

TEST(session, seals_more_than_a_record_holds) {
  const std::string text = long_text(70'000);
  conversation c;
  c.talk();
  ASSERT_TRUE(c.server.seal(text));
  EXPECT_GT(c.server.unsent().size(), text.size());
  c.talk();
  EXPECT_TRUE(c.said == text);
  EXPECT_EQ(c.server.take_sealed(), text.size());
}

TEST(session, says_when_a_part_of_a_record_has_come) {
  conversation c;
  c.talk();
  c.client.write("half of this is late");
  const std::string sealed = c.client.output();
  c.tell_server(sealed.substr(0, sealed.size() / 2));
  EXPECT_EQ(c.last, progress::needs_more);
  EXPECT_TRUE(c.server.in_the_middle());
  c.tell_server(sealed.substr(sealed.size() / 2));
  EXPECT_FALSE(c.server.in_the_middle());
  EXPECT_EQ(c.heard, "half of this is late");
}

TEST(session, chooses_http_2_if_it_is_offered) {
  const auto chosen = [](std::string offered) {
    conversation c({.protocols = std::move(offered)});
    c.talk();
    return c.client.established() ? c.client.protocol() : "none: " + c.client.failure();
  };
  EXPECT_EQ(chosen("\x08http/1.1\x02h2"), "h2");
  EXPECT_EQ(chosen("\x08http/1.1"), "http/1.1");
  EXPECT_EQ(chosen(""), "");
  EXPECT_EQ(chosen("\x06spdy/3"), "none: tlsv1 alert no application protocol");
}

TEST(session, refuses_versions_before_1_2) {
  conversation c({.version_max = TLS1_1_VERSION, .version_min = TLS1_VERSION});
  c.talk();
  EXPECT_FALSE(c.client.established());
  EXPECT_STREQ(c.server.failure(), "unsupported protocol");
}

TEST(session, closes_in_both_directions) {
  conversation c;
  c.talk();
  c.client.write("last words");
  c.client.close();
  c.talk();
  EXPECT_EQ(c.heard, "last words");
  EXPECT_EQ(c.last, progress::closed);
  ASSERT_TRUE(c.server.seal("the answer"));
  c.server.close();
  EXPECT_TRUE(c.server.is_closed());
  c.talk();
  EXPECT_EQ(c.said, "the answer");
  EXPECT_TRUE(c.client.ended());
}

TEST(session, goes_on_after_a_new_key) {
  conversation c;
  c.talk();
  c.client.update_key();
  c.client.write("with another key");
  c.talk();
  EXPECT_EQ(c.heard, "with another key");
  ASSERT_TRUE(c.server.seal("so do I"));
  c.talk();
  EXPECT_EQ(c.said, "so do I");
}

TEST(session, knows_a_request_without_tls) {
  for (const char* request :
       {"GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "D", "OPTIONS * "}) {
    session s(self_signed());
    s.receive(request);
    std::string room(100, '\0');
    EXPECT_EQ(s.open(room).what, progress::unprotected) << request;
    EXPECT_EQ(s.unsent().size(), 0U);
  }
}

TEST(session, refuses_what_is_no_client_hello) {
  const std::string record_of_an_alert("\x15\x03\x01\x00\x02\x02\x28", 7);
  const std::string unknown_version("\x16\x09\x09\x00\x04\x01\x00\x00\x00", 9);
  const std::string endless("\x16\x03\x01\xff\xff\x01\x00\xff\xff", 9);
  std::string empty_records;
  for (int i = 0; i < 40; ++i) empty_records.append("\x16\x03\x01\x00\x00", 5);
  for (const std::string& bytes :
       {std::string("\0\0\0\0\0", 5), record_of_an_alert, unknown_version, endless, empty_records,
        std::string("\x80\x2e\x01\x03\x01")}) {
    session s(self_signed());
    s.receive(bytes);
    std::string room(100, '\0');
    EXPECT_EQ(s.open(room).what, progress::failed) << testing::PrintToString(bytes);
    EXPECT_NE(s.failure(), nullptr);
    EXPECT_EQ(s.open(room).what, progress::failed);
    EXPECT_FALSE(s.seal("anything"));
    EXPECT_FALSE(s.in_the_middle());
  }
}

TEST(session, refuses_a_record_that_was_changed_and_says_so) {
  conversation c;
  c.talk();
  c.client.write("whole");
  std::string sealed = c.client.output();
  c.client.write("changed");
  sealed += c.client.output();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  c.tell_server(sealed);
  EXPECT_EQ(c.heard, "whole");
  EXPECT_EQ(c.last, progress::failed);
  EXPECT_NE(c.server.unsent().size(), 0U);
  c.talk();
  EXPECT_NE(c.client.failure().find("bad record mac"), std::string::npos) << c.client.failure();
}

TEST(session, of_a_handshake_that_is_changed_anywhere_never_has_text) {
  conversation honest;
  static_cast<void>(honest.client.read());
  const std::string hello = honest.client.output();
  for (std::size_t at = 0; at < hello.size(); ++at) {
    session s(self_signed());
    std::string changed = hello;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    s.receive(changed);
    std::string room(100, '\0');
    EXPECT_NE(s.open(room).what, progress::text);
    EXPECT_FALSE(s.established());
  }
}

}  // namespace
