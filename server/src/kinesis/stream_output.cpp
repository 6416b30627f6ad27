#include "kinesis/stream_output.hpp"

#include "kinesis/names.hpp"

namespace millrace::kinesis {

std::string_view mode_text(stream_mode mode) noexcept {
  return mode == stream_mode::on_demand ? "ON_DEMAND" : "PROVISIONED";
}

std::string_view status_text(stream_status status) noexcept {
  switch (status) {
    case stream_status::creating: return "CREATING";
    case stream_status::updating: return "UPDATING";
    case stream_status::active: return "ACTIVE";
    case stream_status::deleting: return "DELETING";
  }
  return {};
}

stream_mode read_mode(const aws::value& details) noexcept {
  const std::string_view text = details[shapes::stream_mode_details::stream_mode].text();
  return text == "ON_DEMAND" ? stream_mode::on_demand : stream_mode::provisioned;
}

void write_mode(aws::reply_writer& writer, stream_mode mode) {
  writer.begin_structure();
  writer.text(shapes::stream_mode_details::stream_mode, mode_text(mode));
  writer.end_structure();
}

void write_metrics(aws::reply_writer& writer, std::uint8_t metrics) {
  writer.begin_list();
  for (unsigned i = 0; i < std::size(shard_metric_names); ++i) {
    if ((metrics >> i & 1U) != 0) writer.text(shard_metric_names[i]);
  }
  writer.end_list();
}

void write_monitoring(aws::reply_writer& writer, std::uint8_t metrics) {
  writer.begin_list();
  writer.begin_structure();
  writer.member(shapes::enhanced_metrics::shard_level_metrics);
  write_metrics(writer, metrics);
  writer.end_structure();
  writer.end_list();
}

void write_warm_throughput(aws::reply_writer& writer, std::uint32_t mibps) {
  namespace out = shapes::warm_throughput_object;
  writer.begin_structure();
  writer.integer(out::target_mi_bps, mibps);
  writer.integer(out::current_mi_bps, mibps);
  writer.end_structure();
}

void write_hash_range(aws::reply_writer& writer, const shard_description& shard) {
  namespace out = shapes::hash_key_range;
  writer.begin_structure();
  writer.text(out::starting_hash_key, to_text(shard.first));
  writer.text(out::ending_hash_key, to_text(shard.last));
  writer.end_structure();
}

void write_shard(aws::reply_writer& writer, const shard_description& shard) {
  namespace out = shapes::shard;
  namespace range = shapes::sequence_number_range;
  writer.begin_structure();
  writer.text(out::shard_id, shard_id(shard.number));
  if (shard.parent) writer.text(out::parent_shard_id, shard_id(*shard.parent));
  if (shard.adjacent_parent) {
    writer.text(out::adjacent_parent_shard_id, shard_id(*shard.adjacent_parent));
  }
  writer.member(out::hash_key_range);
  write_hash_range(writer, shard);
  writer.member(out::sequence_number_range);
  writer.begin_structure();
  writer.text(range::starting_sequence_number, to_text(shard.starting));
  if (shard.ending) writer.text(range::ending_sequence_number, to_text(*shard.ending));
  writer.end_structure();
  writer.end_structure();
}

void write_child(aws::reply_writer& writer, const shard_description& child) {
  namespace out = shapes::child_shard;
  writer.begin_structure();
  writer.text(out::shard_id, shard_id(child.number));
  writer.member(out::parent_shards);
  writer.begin_list();
  if (child.parent) writer.text(shard_id(*child.parent));
  if (child.adjacent_parent) writer.text(shard_id(*child.adjacent_parent));
  writer.end_list();
  writer.member(out::hash_key_range);
  write_hash_range(writer, child);
  writer.end_structure();
}

}  // namespace millrace::kinesis
