#include "kinesis/put_rows.hpp"

#include <cstring>

#include "kinesis/call.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {

namespace row = shapes::put_records_result_entry;

void put_rows::write(const put_result& put) noexcept {
  const std::string_view sequence = sequences_.text(put.sequence);
  const shard_id_text shard(put.shard);
  if (pattern_bytes_ == 0) return write_members(sequence, shard.view());
  char* const to = out_.reserve(row_bytes_max);
  std::memcpy(to, pattern_.data(), row_bytes_max);
  std::memcpy(to + sequence_at_, sequence.data(), sequence_texts::digits);
  std::memcpy(to + shard_at_, shard.view().data(), shard.view().size());
  out_.commit(pattern_bytes_);
}

void put_rows::write_members(std::string_view sequence, std::string_view shard) noexcept {
  const std::size_t begin = out_.size();
  writer_.begin_structure();
  writer_.token(row::sequence_number, sequence);
  writer_.token(row::shard_id, shard);
  writer_.end_structure();
  if (!first_) keep(out_.view().substr(begin), sequence, shard);
  first_ = false;
}

/// A row that is too long or written otherwise is no pattern.
void put_rows::keep(std::string_view row, std::string_view sequence,
                    std::string_view shard) noexcept {
  sequence_at_ = row.find(sequence);
  shard_at_ = row.find(shard);
  if (row.size() > row_bytes_max || sequence_at_ == row.npos || shard_at_ == row.npos) return;
  std::memcpy(pattern_.data(), row.data(), row.size());
  pattern_bytes_ = row.size();
}

}  // namespace millrace::kinesis
