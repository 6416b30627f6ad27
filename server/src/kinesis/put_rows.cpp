#include "kinesis/put_rows.hpp"

#include <cstring>

#include "kinesis/call.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {

namespace row = shapes::put_records_result_entry;

void put_rows::write(const put_result& put) noexcept {
  if (pattern_bytes_ == 0) {
    return write_members(sequences_.text(put.sequence), shard_id_text(put.shard).view());
  }
  char* const to = out_.reserve(row_bytes_max);
  std::memcpy(to, pattern_of(put.shard), row_bytes_max);
  sequences_.write(put.sequence, to + sequence_at_);
  out_.commit(pattern_bytes_);
}

const char* put_rows::pattern_of(std::uint32_t shard) noexcept {
  shard_pattern& of = of_shard_[shard % shards_known];
  if (!of.known || of.shard != shard) {
    const shard_id_text text(shard);
    of.row = pattern_;
    std::memcpy(&of.row[shard_at_], text.view().data(), text.view().size());
    of.shard = shard;
    of.known = true;
  }
  return of.row.data();
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
