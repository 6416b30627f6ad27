// Growth, movement and release of the two buffers of a connection.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>

#include "http/buffer_shelf.hpp"
#include "http/receive_buffer.hpp"
#include "http/send_buffer.hpp"

namespace millrace::http {
namespace {

void put(receive_buffer& in, std::string_view bytes) {
  const std::span<char> room = in.prepare(bytes.size());
  ASSERT_GE(room.size(), bytes.size());
  std::memcpy(room.data(), bytes.data(), bytes.size());
  in.commit(bytes.size());
}

TEST(receive_buffer, allocates_nothing_before_it_is_used) {
  const receive_buffer in({.initial = 100, .max = 1000});
  EXPECT_EQ(in.capacity(), 0u);
  EXPECT_EQ(in.view(), "");
}

TEST(receive_buffer, keeps_bytes_when_it_grows_and_stops_at_its_maximum) {
  receive_buffer in({.initial = 16, .max = 100});
  put(in, "0123456789");
  in.consume(4);
  put(in, std::string(60, 'x'));
  EXPECT_EQ(in.view(), "456789" + std::string(60, 'x'));
  EXPECT_LE(in.capacity(), 100u);
  EXPECT_TRUE(in.prepare(35).empty());
  EXPECT_FALSE(in.prepare(34).empty());
  EXPECT_TRUE(in.prepare(static_cast<std::size_t>(-1)).empty());
}

TEST(receive_buffer, moves_instead_of_growing_when_the_front_is_free) {
  receive_buffer in({.initial = 16, .max = 100});
  put(in, "0123456789abcdef");
  in.consume(12);
  put(in, "ghijklmnopqr");
  EXPECT_EQ(in.capacity(), 16u);
  EXPECT_EQ(in.view(), "cdefghijklmnopqr");
}

TEST(receive_buffer, cuts_out_of_the_middle) {
  receive_buffer in({.initial = 16, .max = 100});
  put(in, "xx0123456789");
  in.consume(2);
  in.cut(3, 7);
  EXPECT_EQ(in.view(), "012789");
}

TEST(receive_buffer, gives_memory_back_only_when_empty) {
  receive_buffer in({.initial = 16, .max = 1000});
  put(in, std::string(500, 'x'));
  in.shrink();
  EXPECT_GE(in.capacity(), 500u);
  in.consume(500);
  in.shrink();
  EXPECT_EQ(in.capacity(), 0u);
  put(in, "again");
  EXPECT_EQ(in.view(), "again");
}

TEST(receive_buffer, fits_what_it_holds_and_grows_again) {
  receive_buffer in({.initial = 4000, .max = 10000});
  put(in, "--what is held");
  in.consume(2);
  in.fit();
  EXPECT_EQ(in.capacity(), 12u);
  EXPECT_EQ(in.view(), "what is held");
  put(in, " and what comes");
  EXPECT_EQ(in.view(), "what is held and what comes");
  in.consume(in.size());
  in.fit();
  EXPECT_EQ(in.capacity(), 0u);
  put(in, "again");
  EXPECT_EQ(in.view(), "again");
}

TEST(receive_buffer, has_64_readable_bytes_behind_what_it_was_fitted_to) {
  receive_buffer in({.initial = 4000, .max = 10000});
  put(in, "0123456789");
  in.fit();
  unsigned sum = 0;  // the address sanitizer is the judge
  for (std::size_t i = 0; i < receive_buffer::padding; ++i) {
    sum += static_cast<unsigned char>(in.data()[in.size() + i]);
  }
  EXPECT_GE(sum, 0u);
}

TEST(receive_buffer, moves_as_an_object) {
  receive_buffer in({.initial = 16, .max = 1000});
  put(in, "abc");
  receive_buffer other(std::move(in));
  EXPECT_EQ(other.view(), "abc");
  in = std::move(other);
  EXPECT_EQ(in.view(), "abc");
}

TEST(send_buffer, appends_consumes_and_reuses_its_room) {
  send_buffer out(16);
  for (int i = 0; i < 1000; ++i) {
    out.append("0123456789");
    out.append('x');
    EXPECT_EQ(out.view(), "0123456789x");
    out.consume(6);
    EXPECT_EQ(out.view(), "6789x");
    out.consume(5);
  }
  EXPECT_EQ(out.capacity(), 16u);
}

TEST(send_buffer, shifts_open_and_shut) {
  send_buffer out(4);
  out.append("--0123456789");
  out.consume(2);
  out.shift(4, 3);
  EXPECT_EQ(out.size(), 13u);
  std::memcpy(out.data() + 4, "abc", 3);
  EXPECT_EQ(out.view(), "0123abc456789");
  out.shift(4, -3);
  EXPECT_EQ(out.view(), "0123456789");
}

TEST(send_buffer, releases_all_when_empty) {
  send_buffer out(8);
  out.append("abc");
  out.release();
  EXPECT_EQ(out.view(), "abc");
  out.consume(3);
  out.release();
  EXPECT_EQ(out.capacity(), 0u);
  out.append("again");
  EXPECT_EQ(out.view(), "again");
}

TEST(send_buffer, truncates_and_shrinks) {
  send_buffer out(8);
  out.append(std::string(100, 'x'));
  out.truncate(1);
  EXPECT_EQ(out.view(), "x");
  out.shrink();
  EXPECT_GE(out.capacity(), 100u);
  out.consume(1);
  out.shrink();
  EXPECT_EQ(out.capacity(), 0u);
}

TEST(buffer_shelf, gives_what_one_connection_put_to_another_that_has_none) {
  buffer_shelf shelf;
  receive_buffer in({.initial = receive_buffer::page_bytes, .max = 10000});
  receive_buffer other({.initial = 100, .max = 100});
  send_buffer out;
  send_buffer another;
  shelf.equip(in);
  EXPECT_EQ(in.capacity(), 0u);
  put(in, "abc");
  out.append("def");
  shelf.put(in);
  shelf.put(out);
  EXPECT_EQ(in.view(), "abc");
  EXPECT_EQ(out.view(), "def");
  in.consume(3);
  out.consume(3);
  shelf.put(in);
  shelf.put(out);
  EXPECT_EQ(shelf.size(), 2u);
  EXPECT_EQ(in.capacity() + out.capacity(), 0u);
  shelf.equip(other);
  shelf.equip(another);
  EXPECT_EQ(shelf.size(), 0u);
  EXPECT_EQ(other.capacity(), receive_buffer::page_bytes);
  EXPECT_EQ(another.capacity(), send_buffer::usual_bytes);
  put(in, "again");
  EXPECT_EQ(in.view(), "again");
}

TEST(buffer_shelf, keeps_buffers_of_the_usual_size_only) {
  buffer_shelf shelf;
  receive_buffer fitted({.initial = receive_buffer::page_bytes, .max = 10000});
  receive_buffer grown({.initial = receive_buffer::page_bytes, .max = 10000});
  put(fitted, "abc");
  fitted.fit();
  fitted.consume(3);
  shelf.put(fitted);
  EXPECT_EQ(fitted.capacity(), 0u);
  put(grown, std::string(5000, 'x'));
  grown.consume(5000);
  shelf.put(grown);
  EXPECT_GE(grown.capacity(), 5000u);
  send_buffer large;
  large.append(std::string(5000, 'x'));
  large.consume(5000);
  shelf.put(large);
  EXPECT_EQ(large.capacity(), 0u);
  EXPECT_EQ(shelf.size(), 0u);
}

TEST(buffer_shelf, holds_a_bounded_number_and_trims) {
  buffer_shelf shelf;
  for (std::size_t i = 0; i < buffer_shelf::kept_max + 10; ++i) {
    receive_buffer in({.initial = receive_buffer::page_bytes, .max = 10000});
    static_cast<void>(in.prepare(1));
    shelf.put(in);
    EXPECT_EQ(in.capacity(), 0u);
  }
  EXPECT_EQ(shelf.size(), buffer_shelf::kept_max);
  shelf.trim(3);
  EXPECT_EQ(shelf.size(), 3u);
}

}  // namespace
}  // namespace millrace::http
