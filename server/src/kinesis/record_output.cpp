#include "kinesis/record_output.hpp"

#include <millrace/sequence_texts.hpp>

#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {

std::size_t bytes_of(std::span<const record_view> records) noexcept {
  constexpr std::size_t names = 210;  // and a sequence number
  std::size_t bytes = 0;
  for (const record_view& r : records) {
    bytes += (r.data.size() + 2) / 3 * 4 + r.partition_key.size() + names;
  }
  return bytes;
}

void write_records(aws::reply_writer& writer, std::span<const record_view> records,
                   bool encrypted) {
  namespace row = shapes::record;
  sequence_texts sequences;
  writer.begin_list();
  for (const record_view& r : records) {
    writer.begin_structure();
    writer.token(row::sequence_number, sequences.text(r.sequence));
    writer.timestamp(row::approximate_arrival_timestamp, r.arrived_at_ms);
    writer.blob(row::data, as_text(r.data));
    writer.text(row::partition_key, r.partition_key);
    if (encrypted) writer.text(row::encryption_type, "KMS");
    writer.end_structure();
  }
  writer.end_list();
}

void write_children(aws::reply_writer& writer, std::span<const shard_description> children) {
  writer.begin_list();
  for (const shard_description& child : children) write_child(writer, child);
  writer.end_list();
}

}  // namespace millrace::kinesis
