// MD5 against RFC 1321's vectors, and every width of it against the plain one.
#include <millrace/md5.hpp>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "aws/base64.hpp"

namespace millrace::aws {
namespace {

std::string hex(const md5_digest& digest) {
  std::string text(32, '?');
  hex_encode(digest, text.data());
  return text;
}

struct vector {
  std::string_view text;
  std::string_view digest;
};
constexpr vector rfc_1321[] = {
    {"", "d41d8cd98f00b204e9800998ecf8427e"},
    {"a", "0cc175b9c0f1b6a831c399e269772661"},
    {"abc", "900150983cd24fb0d6963f7d28e17f72"},
    {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
    {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
     "d174ab98d277d9f5a5611c2c9f419d9f"},
    {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"},
};

std::vector<md5_lanes> widths() {
  std::vector<md5_lanes> all{md5_lanes::one};
  if (md5_widest() >= md5_lanes::eight) all.push_back(md5_lanes::eight);
  if (md5_widest() >= md5_lanes::sixteen) all.push_back(md5_lanes::sixteen);
  return all;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& b : bytes) b = static_cast<char>(random());
  return bytes;
}

void expect_same_as_plain(const std::vector<std::string>& messages) {
  std::vector<md5_digest> digests(messages.size());
  std::vector<md5_job> jobs;
  for (std::size_t i = 0; i < messages.size(); ++i) jobs.push_back({messages[i], &digests[i]});
  for (const md5_lanes width : widths()) {
    for (md5_digest& digest : digests) digest.fill(0);
    md5_many(jobs, width);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_EQ(hex(digests[i]), hex(md5(messages[i])))
          << "message " << i << " of " << messages.size() << ", " << messages[i].size()
          << " bytes, width " << static_cast<int>(width);
    }
  }
}

TEST(md5, matches_rfc_1321) {
  for (const vector& v : rfc_1321) EXPECT_EQ(hex(md5(v.text)), v.digest) << v.text;
}

TEST(md5, of_pieces_is_that_of_the_whole) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    const std::string bytes = random_bytes(random, static_cast<std::size_t>(round));
    md5_hasher hasher;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min<std::size_t>(random() % 80, bytes.size() - at);
      hasher.update(std::string_view(bytes).substr(at, size));
      at += size;
    }
    ASSERT_EQ(hex(hasher.finish()), hex(md5(bytes))) << round;
  }
}

TEST(md5_many, matches_at_every_length) {
  std::mt19937 random(3);
  std::vector<std::string> messages;
  for (std::size_t size = 0; size <= 300; ++size) messages.push_back(random_bytes(random, size));
  expect_same_as_plain(messages);
}

TEST(md5_many, matches_for_every_number_of_messages) {
  std::mt19937 random(4);
  std::vector<std::string> messages;
  for (int count = 0; count <= 40; ++count) {
    expect_same_as_plain(messages);
    messages.push_back(random_bytes(random, random() % 200));
  }
}

TEST(md5_many, refills_lanes_when_lengths_differ_widely) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> messages;
    for (unsigned count = 1 + random() % 50; count != 0; --count) {
      const std::size_t size_max = random() % 8 == 0 ? 20000 : 200;
      messages.push_back(random_bytes(random, random() % size_max));
    }
    expect_same_as_plain(messages);
  }
}

TEST(md5_many, matches_for_messages_of_one_block_and_longer_ones_behind_them) {
  std::mt19937 random(7);
  for (std::size_t count = 0; count <= 200; ++count) {
    std::vector<std::string> messages;
    for (std::size_t i = 0; i < count; ++i) messages.push_back(random_bytes(random, i % 56));
    expect_same_as_plain(messages);
    messages.push_back(random_bytes(random, 56 + count % 9));
    expect_same_as_plain(messages);
  }
}

TEST(md5_many, reads_nothing_behind_a_message) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const two =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(two, MAP_FAILED);
  char* const end = static_cast<char*>(two) + page;
  ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
  std::mt19937 random(8);
  const std::string bytes = random_bytes(random, 70);
  std::memcpy(end - bytes.size(), bytes.data(), bytes.size());
  std::vector<md5_digest> digests(bytes.size() + 1);
  std::vector<md5_job> jobs;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    jobs.push_back({{end - size, size}, &digests[size]});
  }
  md5_many(jobs);
  md5_many(std::span(jobs).first(56));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    EXPECT_EQ(hex(digests[size]), hex(md5(std::string_view(bytes).substr(bytes.size() - size))));
  }
  munmap(two, 2 * page);
}

TEST(md5_many, matches_beyond_a_mebibyte) {
  std::mt19937 random(6);
  expect_same_as_plain({random_bytes(random, (1 << 20) + 17), "", random_bytes(random, 1 << 20)});
}

}  // namespace
}  // namespace millrace::aws
