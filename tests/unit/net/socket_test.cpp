#include "net/socket.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

namespace millrace::net {
namespace {

descriptor connect_to(std::uint16_t port) {
  descriptor s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(s.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return s;
}

struct connected {
  connected() : listener(listen_on("127.0.0.1", 0, port_sharing::none)) {
    peer = connect_to(listener.port);
    bool exhausted = false;
    ours = accept_one(listener.socket, exhausted);
  }
  listening listener;
  descriptor peer;
  descriptor ours;
};

TEST(socket, port_zero_is_answered_with_the_port_that_was_bound) {
  const listening made = listen_on("127.0.0.1", 0, port_sharing::none);
  EXPECT_TRUE(made.failure.empty()) << made.failure;
  EXPECT_NE(made.port, 0);
}

TEST(socket, a_taken_port_and_a_wrong_address_say_why) {
  const listening first = listen_on("127.0.0.1", 0, port_sharing::none);
  const listening second = listen_on("127.0.0.1", first.port, port_sharing::none);
  EXPECT_NE(second.failure.find(std::to_string(first.port)), std::string::npos);
  EXPECT_NE(listen_on("not-an-address", 1, port_sharing::none).failure, "");
}

TEST(socket, a_shared_port_may_be_listened_on_twice) {
  const listening first = listen_on("127.0.0.1", 0, port_sharing::first);
  EXPECT_EQ(listen_on("127.0.0.1", first.port, port_sharing::joins).failure, "");
}

TEST(socket, a_shared_port_of_another_server_is_not_joined) {
  const listening first = listen_on("127.0.0.1", 0, port_sharing::first);
  const listening beside = listen_on("127.0.0.1", first.port, port_sharing::joins);
  ASSERT_EQ(beside.failure, "");
  EXPECT_NE(listen_on("127.0.0.1", first.port, port_sharing::first).failure, "");
  EXPECT_NE(listen_on("127.0.0.1", first.port, port_sharing::none).failure, "");
}

TEST(socket, accept_returns_at_once_when_nobody_waits) {
  const listening made = listen_on("127.0.0.1", 0, port_sharing::none);
  bool exhausted = true;
  EXPECT_FALSE(accept_one(made.socket, exhausted));
  EXPECT_FALSE(exhausted);
}

TEST(socket, reads_what_was_written_and_never_blocks) {
  connected c;
  ASSERT_TRUE(c.ours);
  char room[16];
  EXPECT_EQ(read_some(c.ours, room).what, io::would_block);
  ASSERT_EQ(::send(c.peer.get(), "hello", 5, 0), 5);
  io_result got;
  while ((got = read_some(c.ours, room)).what == io::would_block) {
  }
  EXPECT_EQ(got.what, io::done);
  EXPECT_EQ(std::string(room, got.bytes), "hello");
  EXPECT_EQ(write_some(c.ours, "bye").bytes, 3u);
}

TEST(socket, a_full_socket_would_block_and_a_closed_peer_is_closed) {
  connected c;
  const std::string much(1 << 20, 'x');
  io_result put;
  for (int i = 0; i < 64 && put.what != io::would_block; ++i) put = write_some(c.ours, much);
  for (int i = 0; i < 64; ++i) put = write_some(c.ours, much);
  EXPECT_EQ(put.what, io::would_block);
  c.peer.close();
  char room[16];
  io_result got;
  while ((got = read_some(c.ours, room)).what == io::would_block) {
  }
  EXPECT_EQ(got.what, io::closed);
}

}  // namespace
}  // namespace millrace::net
