#include "aws/query_json_writer.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace millrace::aws {
namespace {

/// Two lists of SQS are spelled otherwise than its model has them.
std::string_view spelled(std::string_view name) noexcept {
  if (name == "Messages") return "messages";
  if (name == "QueueUrls") return "queueUrls";
  return name;
}

}  // namespace

shape_id query_json_writer::value_shape() const noexcept {
  const level& top = levels_[depth_ - 1];
  return top.what == inside::structure ? model_.member(next_).shape
                                       : model_.shape(top.shape).element;
}

void query_json_writer::push(inside what, shape_id shape) noexcept {
  if (depth_ == levels_max) {
    std::fputs("millrace: an answer is nested deeper than any shape\n", stderr);
    std::abort();
  }
  levels_[depth_++] = {what, shape};
}

/// An entry of a flattened map ends with its value.
void query_json_writer::value_written() noexcept {
  if (depth_ != 0 && levels_[depth_ - 1].what == inside::entries) json_.end_structure();
}

void query_json_writer::begin_answer() noexcept {
  json_.begin_structure();
  json_.key(std::string(model_.operations[operation_].name) + "Response");
  json_.begin_structure();
}

void query_json_writer::end_answer() noexcept {
  json_.key("ResponseMetadata");
  json_.begin_structure();
  json_.key("RequestId");
  json_.text(request_id_);
  json_.end_structure();
  json_.end_structure();
  json_.end_structure();
}

void query_json_writer::empty_answer() noexcept {
  begin_answer();
  end_answer();
}

void query_json_writer::begin_structure() noexcept {
  const bool outermost = depth_ == 0;
  if (outermost) {
    begin_answer();
    json_.key(std::string(model_.operations[operation_].name) + "Result");
  }
  const shape_id shape = outermost ? model_.operations[operation_].output : value_shape();
  json_.begin_structure();
  push(inside::structure, shape);
}

void query_json_writer::end_structure() noexcept {
  const level& done = levels_[--depth_];
  const shape_row& row = model_.shape(done.shape);
  for (std::uint16_t i = 0; i < row.member_count; ++i) {
    if ((done.written >> i & 1) != 0) continue;
    const member_id id{static_cast<std::uint16_t>(row.first_member.index + i)};
    json_.key(spelled(model_.member(id).name()));
    json_.null();
  }
  json_.end_structure();
  depth_ == 0 ? end_answer() : value_written();
}

void query_json_writer::begin_list() noexcept {
  json_.begin_list();
  push(inside::list, value_shape());
}

void query_json_writer::end_list() noexcept {
  --depth_;
  json_.end_list();
  value_written();
}

void query_json_writer::begin_map() noexcept {
  const bool flattened =
      levels_[depth_ - 1].what == inside::structure && model_.query->member(next_).flattened;
  const shape_id shape = value_shape();
  flattened ? json_.begin_list() : json_.begin_map();
  push(flattened ? inside::entries : inside::map, shape);
}

void query_json_writer::end_map() noexcept {
  levels_[--depth_].what == inside::entries ? json_.end_list() : json_.end_map();
  value_written();
}

void query_json_writer::member(member_id id) noexcept {
  level& top = levels_[depth_ - 1];
  top.written |= std::uint64_t{1} << (id.index - model_.shape(top.shape).first_member.index);
  next_ = id;
  json_.key(spelled(model_.member(id).name()));
}

void query_json_writer::key(std::string_view utf8) noexcept {
  const level& top = levels_[depth_ - 1];
  if (top.what == inside::map) return json_.key(utf8);
  const query_shape_row& names = model_.query->shape(top.shape);
  json_.begin_structure();
  json_.key(names.key);
  json_.text(utf8);
  json_.key(names.value);
}

void append_query_json_error(http::send_buffer& out, std::string_view code,
                             std::string_view message, bool sender_fault,
                             std::string_view request_id) noexcept {
  out.append(R"({"Error":{"Code":)");
  append_json_string(out, code);
  out.append(R"(,"Message":)");
  append_json_string(out, message);
  out.append(sender_fault ? R"(,"Type":"Sender"},"RequestId":)"
                          : R"(,"Type":"Receiver"},"RequestId":)");
  append_json_string(out, request_id);
  out.append('}');
}

}  // namespace millrace::aws
