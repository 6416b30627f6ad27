// put_rows: the rows in which PutRecords says where its records went. They differ in two texts,
// each always as long, so one is written member by member and the others are copies of it with
// their own texts; one with a shard's id in it is kept a shard. For one answer, on one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/sequence_texts.hpp>
#include <millrace/stream.hpp>
#include <string_view>

#include "aws/reply_writer.hpp"

namespace millrace::kinesis {

class put_rows {
 public:
  /// `writer` writes to `out`, and is in a list.
  put_rows(http::send_buffer& out, aws::reply_writer& writer) noexcept
      : out_(out), writer_(writer) {}

  /// Of a record that was put.
  void write(const put_result& put) noexcept;
  /// Another row of the same list has been written.
  void wrote_other() noexcept { first_ = false; }

 private:
  static constexpr std::size_t row_bytes_max = 128;

  void write_members(std::string_view sequence, std::string_view shard) noexcept;
  void keep(std::string_view row, std::string_view sequence, std::string_view shard) noexcept;
  [[nodiscard]] const char* pattern_of(std::uint32_t shard) noexcept;

  http::send_buffer& out_;
  aws::reply_writer& writer_;
  sequence_texts sequences_;
  bool first_ = true;  // in JSON no comma stands before it, so it is no pattern

  // A row that was written, and where its texts are in it; 0 bytes: none yet.
  std::array<char, row_bytes_max> pattern_{};
  std::size_t pattern_bytes_ = 0;
  std::size_t sequence_at_ = 0;
  std::size_t shard_at_ = 0;

  struct shard_pattern {
    bool known = false;
    std::uint32_t shard = 0;
    std::array<char, row_bytes_max> row;
  };
  static constexpr std::size_t shards_known = 16;  // by the last bits of their numbers
  std::array<shard_pattern, shards_known> of_shard_;
};

}  // namespace millrace::kinesis
