#include "journal/format.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "journal/crc32c.hpp"

using namespace millrace;
using namespace millrace::journal;

namespace {

constexpr std::uint32_t salt = 0x5a17;

struct body_home {
  alignas(64) std::byte memory[sizeof(sync::block) + 4096]{};
  sync::body_ref holds(std::string_view text) {
    std::memcpy(memory + sizeof(sync::block), text.data(), text.size());
    return {reinterpret_cast<sync::block*>(memory), sizeof(sync::block),
            static_cast<std::uint32_t>(text.size())};
  }
};

struct sent {
  std::uint64_t a = 1;
  std::uint32_t b = 2;
  std::uint32_t c = 3;
};

entry an_entry(body_home& home, std::string_view extra, std::string_view body) {
  entry e;
  e.kind = 9;
  e.version = 2;
  e.slot = 200;
  e.level = durability::os;
  e.at_ms = -5;
  e.emplace<sent>();
  e.extra = as_bytes(extra);
  if (!body.empty()) e.body = home.holds(body);
  return e;
}

std::vector<std::byte> encoded(const entry& e, std::uint32_t index) {
  std::vector<std::byte> out(format::encoded_bytes(e) + 8, std::byte{0xa5});
  EXPECT_EQ(format::encode(e, index, salt, out.data()), out.size() - 8);
  EXPECT_EQ(out[out.size() - 8], std::byte{0xa5});
  return out;
}

format::batch_header a_header() {
  format::batch_header header;
  header.segment = 12;
  header.group = 1000;
  header.first_sequence = 777;
  header.entries = 3;
  header.bytes = 500;
  header.previous_crc = 0xdeadbeef;
  header.lane = 4;
  header.flags = format::batch_header::last_of_group;
  header.incarnation = 0x12345678;
  header.ordinal = 42;
  header.oldest_segment = 7;
  header.synced_group = 990;
  return header;
}

TEST(format_entry, reads_back_what_was_written) {
  body_home home;
  for (const std::string_view extra : {"", "x", "longer extra bytes"}) {
    for (const std::string_view body : {"", "b", "a body of some length"}) {
      const entry e = an_entry(home, extra, body);
      const std::vector<std::byte> bytes = encoded(e, 17);
      const auto found = format::decode_entry(bytes, salt);
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(found->index, 17u);
      EXPECT_EQ(format::round_to_entry(found->length), bytes.size() - 8);
      EXPECT_EQ(found->value.owner, service::queue);
      EXPECT_EQ(found->value.kind, 9);
      EXPECT_EQ(found->value.version, 2);
      EXPECT_EQ(found->value.slot, 200);
      EXPECT_EQ(found->value.level, durability::os);
      EXPECT_EQ(found->value.at_ms, -5);
      EXPECT_EQ(found->value.as<sent>().c, 3u);
      EXPECT_EQ(as_text(found->value.extra), extra);
      EXPECT_EQ(as_text(found->body), body);
      EXPECT_FALSE(found->value.body);
    }
  }
}

TEST(format_entry, is_the_same_whoever_takes_its_crc) {
  body_home home;
  constexpr std::uint32_t count = 3;
  const entry e = an_entry(home, "extra", "a body of some length");
  const std::size_t each = format::encoded_bytes(e);
  std::vector<std::byte> at_once(count * each);
  std::vector<std::byte> in_turns(count * each);
  for (std::uint32_t i = 0; i < count; ++i) {
    const format::signing when = i == 1 ? format::signing::now : format::signing::later;
    format::encode(e, i, salt, &at_once[i * each]);
    format::encode(e, i, salt, &in_turns[i * each], when);
    EXPECT_EQ(format::decode_entry(bytes_view(in_turns).subspan(i * each), salt).has_value(),
              i == 1);
  }
  format::sign(in_turns.data(), count, salt);
  EXPECT_EQ(at_once, in_turns);
}

TEST(format_entry, is_the_same_around_its_body) {
  for (const std::string_view body : {"a body", "a body of 16 bytes", "of 24 bytes, and a half"}) {
    body_home home;
    entry e = an_entry(home, "extra", body);
    const std::vector<std::byte> elsewhere = encoded(e, 17);
    const std::size_t whole = elsewhere.size() - 8;
    const std::size_t before = format::bytes_before_body(e);
    std::vector<std::byte> around(whole + 8, std::byte{0xa5});
    std::memcpy(&around[before], body.data(), body.size());
    EXPECT_EQ(format::encode_around(e, 17, &around[before]), whole);
    EXPECT_FALSE(format::decode_entry(around, salt).has_value()) << "its CRC is missing";
    format::sign(around.data(), 1, salt);
    EXPECT_EQ(around, elsewhere);
  }
}

TEST(format_entry, is_the_same_when_it_is_copied_from_around_its_body) {
  std::vector<std::byte> at_once;
  std::vector<std::byte> around;
  std::uint32_t count = 0;
  for (const std::string_view body : {"a body", "a body of 16 bytes", "of 24 bytes, and a half"}) {
    body_home home;
    const entry e = an_entry(home, "extra", body);
    const std::size_t begin = around.size();
    at_once.resize(begin + format::encoded_bytes(e), std::byte{0xa5});
    around.resize(at_once.size(), std::byte{0xa5});
    format::encode(e, count, salt, &at_once[begin]);
    std::byte* const place = &around[begin + format::bytes_before_body(e)];
    std::memcpy(place, body.data(), body.size());
    format::encode_around(e, count++, place);
  }
  std::vector<std::byte> copy(around.size() + 8, std::byte{0x5a});
  format::copy_signed(copy.data(), around.data(), count, salt);
  EXPECT_EQ(copy.back(), std::byte{0x5a}) << "nothing behind them is touched";
  copy.resize(around.size());
  EXPECT_EQ(copy, at_once);
}

TEST(format_entry, lies_where_the_document_says) {
  body_home home;
  const entry e = an_entry(home, "xy", "body");
  const std::vector<std::byte> bytes = encoded(e, 1);
  const auto u32 = [&](std::size_t offset) {
    std::uint32_t value;
    std::memcpy(&value, bytes.data() + offset, 4);
    return value;
  };
  EXPECT_EQ(u32(0), crc32c({bytes.data() + 4, 62 - 4}) ^ salt);
  EXPECT_EQ(u32(4), 40u + 16u + 2u + 4u);
  EXPECT_EQ(u32(8), 1u);
  EXPECT_EQ(u32(12), 200u << 24 | 2u << 16 | 9u << 8 | 1u);
  EXPECT_EQ(u32(24), 16u);
  EXPECT_EQ(u32(28), 2u);
  EXPECT_EQ(u32(32), 4u);
  EXPECT_EQ(u32(36), 1u);
  EXPECT_EQ(as_text({bytes.data() + 56, 6}), "xybody");
  EXPECT_EQ(bytes[62], std::byte{0});
  EXPECT_EQ(bytes[63], std::byte{0});
}

TEST(format_entry, is_refused_with_any_bit_flipped_or_cut_short) {
  body_home home;
  const entry e = an_entry(home, "extra", "body");
  std::vector<std::byte> bytes = encoded(e, 3);
  const std::size_t length = format::decode_entry(bytes, salt)->length;
  for (std::size_t bit = 0; bit < length * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1U << (bit % 8));
    bytes[bit / 8] ^= mask;
    EXPECT_FALSE(format::decode_entry(bytes, salt).has_value()) << bit;
    bytes[bit / 8] ^= mask;
  }
  for (std::size_t size = 0; size < length; ++size) {
    EXPECT_FALSE(format::decode_entry(bytes_view(bytes).first(size), salt).has_value()) << size;
  }
}

TEST(format_entry, is_none_of_another_batch) {
  body_home home;
  const std::vector<std::byte> bytes = encoded(an_entry(home, "", "body"), 3);
  EXPECT_FALSE(format::decode_entry(bytes, salt + 1).has_value());
  EXPECT_NE(format::entry_salt(1, 2, 3), format::entry_salt(1, 2, 4));
  EXPECT_NE(format::entry_salt(1, 2, 3), format::entry_salt(1, 3, 3));
  EXPECT_NE(format::entry_salt(1, 2, 3), format::entry_salt(2, 2, 3));
}

TEST(format_entry, is_never_zeros) {
  const std::vector<std::byte> zeros(4096);
  EXPECT_FALSE(format::decode_entry(zeros, 0).has_value());
  EXPECT_FALSE(format::decode_batch(zeros, 0).has_value());
  EXPECT_FALSE(format::decode_segment(zeros).has_value());
}

TEST(format_batch, reads_back_what_was_written) {
  const format::batch_header wrote = a_header();
  std::byte bytes[format::batch_header_bytes];
  const std::uint32_t crc = format::encode(wrote, salt, bytes);
  const auto found = format::decode_batch(bytes, salt);
  ASSERT_TRUE(found.has_value());
  const format::batch_header& read = found->header;
  EXPECT_EQ(found->crc, crc);
  EXPECT_EQ(read.segment, wrote.segment);
  EXPECT_EQ(read.group, wrote.group);
  EXPECT_EQ(read.first_sequence, wrote.first_sequence);
  EXPECT_EQ(read.entries, wrote.entries);
  EXPECT_EQ(read.bytes, wrote.bytes);
  EXPECT_EQ(read.previous_crc, wrote.previous_crc);
  EXPECT_EQ(read.lane, wrote.lane);
  EXPECT_EQ(read.flags, wrote.flags);
  EXPECT_EQ(read.incarnation, wrote.incarnation);
  EXPECT_EQ(read.ordinal, wrote.ordinal);
  EXPECT_EQ(read.oldest_segment, wrote.oldest_segment);
  EXPECT_EQ(read.synced_group, wrote.synced_group);
}

TEST(format_batch, is_refused_with_any_bit_flipped_and_in_another_directory) {
  std::byte bytes[format::batch_header_bytes];
  format::encode(a_header(), salt, bytes);
  for (std::size_t bit = 0; bit < sizeof(bytes) * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1U << (bit % 8));
    bytes[bit / 8] ^= mask;
    EXPECT_FALSE(format::decode_batch(bytes, salt).has_value()) << bit;
    bytes[bit / 8] ^= mask;
  }
  EXPECT_FALSE(format::decode_batch(bytes, salt + 1).has_value());
  EXPECT_NE(format::batch_salt({1}), format::batch_salt({2}));
}

TEST(format_batch, is_refused_when_its_sizes_cannot_be) {
  std::byte bytes[format::batch_header_bytes];
  format::batch_header header = a_header();
  header.bytes = 64 + 3 * 40 - 1;
  format::encode(header, salt, bytes);
  EXPECT_FALSE(format::decode_batch(bytes, salt).has_value());
  header.bytes = static_cast<std::uint32_t>(format::batch_place_max);
  format::encode(header, salt, bytes);
  EXPECT_FALSE(format::decode_batch(bytes, salt).has_value());
  header.bytes -= format::batch_header_bytes;
  format::encode(header, salt, bytes);
  EXPECT_TRUE(format::decode_batch(bytes, salt).has_value());
}

TEST(format_batch, that_is_far_behind_its_syncs_says_that_nothing_is_synced) {
  std::byte bytes[format::batch_header_bytes];
  format::batch_header header = a_header();
  header.group = std::uint64_t{5} << 32;
  header.synced_group = 3;
  format::encode(header, salt, bytes);
  EXPECT_LE(format::decode_batch(bytes, salt)->header.synced_group, header.group - (1ULL << 32));
  EXPECT_GE(format::decode_batch(bytes, salt)->header.synced_group, header.synced_group);
}

TEST(format_batch, ends_its_place_with_room_for_the_trailer) {
  format::batch_header header;
  header.bytes = 64;
  EXPECT_EQ(header.place_bytes(), 4096u);
  header.bytes = 4096 - 64;
  EXPECT_EQ(header.place_bytes(), 4096u);
  header.bytes = 4096 - 63;
  EXPECT_EQ(header.place_bytes(), 8192u);
}

TEST(format_segment, reads_back_what_was_written) {
  std::vector<std::byte> bytes(format::block, std::byte{0xa5});
  const format::segment_header wrote{9, 1 << 24, {1, 2, 3}};
  format::encode(wrote, std::span<std::byte, format::block>(bytes));
  const auto read = format::decode_segment(bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->number, 9u);
  EXPECT_EQ(read->bytes, 1u << 24);
  EXPECT_EQ(read->directory, wrote.directory);
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1U << (bit % 8));
    bytes[bit / 8] ^= mask;
    EXPECT_FALSE(format::decode_segment(bytes).has_value()) << bit;
    bytes[bit / 8] ^= mask;
  }
}

}  // namespace
