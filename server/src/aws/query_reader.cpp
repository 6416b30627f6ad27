// Reading a form by the rows of a shape.
#include "aws/query_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "aws/base64.hpp"
#include "aws/form.hpp"
#include "aws/query_fields.hpp"

namespace millrace::aws {
namespace {

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace

/// One reading of one form. Every function returns false once result_ holds a failure.
class query_reader {
 public:
  query_reader(document& into, const service_model& model, std::string_view form) noexcept
      : into_(into), model_(model), form_(form) {}

  decode_result run(shape_id input) noexcept {
    into_.reset();
    const shape_row& shape = model_.shape(input);
    std::span<query_field> fields;
    if (!collect(shape, fields)) return result_;
    // Clients write what belongs together in one place. What is refused in their order may only not
    // be, and is read again in ours.
    if (read_structure(shape, {fields}, into_.root_)) return result_;
    sort_fields(fields);
    into_.forget_values();
    result_ = {};
    member_ = {};
    read_structure(shape, {fields}, into_.root_);
    return result_;
  }

 private:
  bool fail(decode_status status) noexcept {
    result_.status = status;
    result_.member = member_;
    return false;
  }
  /// What fails from here on fails at this part of the form.
  void stand_at(std::string_view part) noexcept {
    if (!part.empty()) result_.offset = static_cast<std::size_t>(part.data() - form_.data());
  }
  bool wrong_type(shape_kind expected, std::string_view found) noexcept {
    result_.expected = expected;
    result_.found = found;
    return fail(decode_status::wrong_type);
  }

  std::size_t place_of(const shape_row& shape, std::string_view name) const noexcept;
  bool collect(const shape_row& shape, std::span<query_field>& known) noexcept;
  bool next_item(field_run& run, std::string_view& last, field_run& item) noexcept;
  bool read(shape_id id, bool flattened, field_run run, value& to) noexcept;
  bool read_structure(const shape_row& shape, field_run run, value& to) noexcept;
  bool enter(std::string_view item, bool flattened, field_run& run) noexcept;
  bool read_list(shape_id id, field_run run, value& to) noexcept;
  bool read_map(shape_id id, field_run run, value& to) noexcept;
  bool read_entry(shape_id id, field_run run, map_entry& to) noexcept;
  bool read_scalar(shape_kind kind, field_run run, value& to) noexcept;
  bool read_text(shape_kind kind, const form_text& text, value& to) noexcept;
  bool read_number(shape_kind kind, std::string_view text, value& to) noexcept;

  document& into_;
  const service_model& model_;
  std::string_view form_;
  decode_result result_;
  std::string_view member_;
};

/// The place among the shape's members of the one that the wire calls `name`, or their number.
std::size_t query_reader::place_of(const shape_row& shape, std::string_view name) const noexcept {
  const auto rows = model_.query->members.subspan(shape.first_member.index, shape.member_count);
  std::size_t at = 0;
  while (at < rows.size() && rows[at].name != name) ++at;
  return at;
}

/// Finds the fields that the input knows, counting before it takes memory.
bool query_reader::collect(const shape_row& shape, std::span<query_field>& known) noexcept {
  std::size_t count_max = 1;
  for (std::size_t at = form_.find('&'); at != form_.npos && count_max < form_fields_max;
       at = form_.find('&', at + 1)) {
    ++count_max;
  }
  const std::span<query_field> fields = into_.arena_.array<query_field>(count_max);
  std::size_t kept = 0;
  std::size_t top_size = 0;  // of the first piece of the name that was kept last
  form_reader reader(form_);
  form_field field;
  for (std::size_t count = 0; reader.next(field); ++count) {
    if (count == form_fields_max) return fail(decode_status::too_many);
    if (field.name.size() > form_name_bytes_max) continue;
    form_text name;
    if (!decode_form_text(field.name, into_.arena_, name)) {
      stand_at(field.name);
      return fail(decode_status::malformed);
    }
    query_field& to = fields[kept];
    to = {name.bytes, field.value, 0};
    if (kept > 0) to.shared = shared_bytes(fields[kept - 1].name, to.name);
    if (kept == 0 || !to.goes_on(top_size)) {
      const std::string_view top = name_piece(to.name, 0);
      if (place_of(shape, top) == shape.member_count) continue;
      top_size = top.size();
    }
    ++kept;
  }
  known = fields.first(kept);
  return true;
}

bool query_reader::read(shape_id id, bool flattened, field_run run, value& to) noexcept {
  if (run.depth > depth_max) return fail(decode_status::too_deep);
  const shape_row& shape = model_.shape(id);
  switch (shape.kind) {
    case shape_kind::structure: return read_structure(shape, run, to);
    case shape_kind::list:
      return enter(model_.query->shape(id).item, flattened, run) && read_list(id, run, to);
    case shape_kind::map:
      return enter(model_.query->shape(id).item, flattened, run) && read_map(id, run, to);
    default: return read_scalar(shape.kind, run, to);
  }
}

bool query_reader::read_structure(const shape_row& shape, field_run run, value& to) noexcept {
  const unsigned depth = run.depth;
  const std::span<value> members = into_.arena_.array<value>(shape.member_count);
  std::uint64_t seen = 0;
  while (!run.empty()) {
    if (run.has_value()) return wrong_type(shape_kind::structure, "A text");
    const std::string_view name = run.next_piece();
    const std::size_t at = place_of(shape, name);
    const field_run inside = run.take(name.size());
    if (at == shape.member_count) continue;
    if (members[at].present()) return fail(decode_status::duplicate);
    const member_id id{static_cast<std::uint16_t>(shape.first_member.index + at)};
    const query_member_row& spelled = model_.query->member(id);
    const std::string_view outer = std::exchange(member_, spelled.name);
    if (!read(model_.member(id).shape, spelled.flattened, inside, members[at])) return false;
    member_ = outer;
    seen |= std::uint64_t{1} << at;
  }
  into_.note_missing(model_, shape, depth, seen);
  to = value::of_structure(shape, members);
  return true;
}

/// Steps over what stands between a list's or map's name and its numbers. A name with an empty
/// value alone is how clients write an empty list.
bool query_reader::enter(std::string_view item, bool flattened, field_run& run) noexcept {
  if (run.has_value() && run.fields[0].value.empty()) {
    run.fields = run.fields.subspan(1);
    if (!run.empty() && run.has_value()) return fail(decode_status::duplicate);
  }
  if (flattened || run.empty()) return true;
  const bool named = run.next_piece() == item;
  const field_run inside = named ? run.take(item.size()) : field_run{};
  if (!run.empty()) {
    return wrong_type(shape_kind::list, run.has_value() ? "A text" : "A structure");
  }
  run = inside;
  return true;
}

/// Takes the next element or entry off `run`, whose numbers grow; `last` is that of the one before.
bool query_reader::next_item(field_run& run, std::string_view& last, field_run& item) noexcept {
  const std::string_view number = run.next_piece();
  const bool numbered = is_number(number);
  if (!last.empty() && !(numbered && is_less(last, number))) return fail(decode_status::duplicate);
  if (numbered) last = number;
  item = numbered ? run.take(number.size()) : run.take_unnumbered();
  return true;
}

bool query_reader::read_list(shape_id id, field_run run, value& to) noexcept {
  std::vector<value>& stack = into_.elements_;
  const std::size_t base = stack.size();
  std::string_view last;
  while (!run.empty()) {
    field_run item;
    value element;
    if (!next_item(run, last, item)) return false;
    if (!read(model_.shape(id).element, false, item, element)) return false;
    stack.push_back(element);
  }
  to = into_.close_list(base);
  return true;
}

bool query_reader::read_map(shape_id id, field_run run, value& to) noexcept {
  std::vector<map_entry>& stack = into_.entries_;
  const std::size_t base = stack.size();
  std::string_view last;
  while (!run.empty()) {
    field_run item;
    if (!next_item(run, last, item)) return false;
    if (stack.size() - base == map_entries_max) return fail(decode_status::too_many);
    map_entry entry;
    if (!read_entry(id, item, entry)) return false;
    for (std::size_t i = base; i < stack.size(); ++i) {
      if (stack[i].key == entry.key) return fail(decode_status::duplicate);
    }
    stack.push_back(entry);
  }
  to = into_.close_map(base);
  return true;
}

bool query_reader::read_entry(shape_id id, field_run run, map_entry& to) noexcept {
  const query_shape_row& spelled = model_.query->shape(id);
  value key;
  while (!run.empty()) {
    if (run.has_value()) return wrong_type(shape_kind::map, "A text");
    const std::string_view name = run.next_piece();
    const field_run inside = run.take(name.size());
    const value& before = name == spelled.key ? key : to.item;
    if ((name == spelled.key || name == spelled.value) && before.present()) {
      return fail(decode_status::duplicate);
    }
    if (name == spelled.key && !read_scalar(shape_kind::string, inside, key)) return false;
    if (name == spelled.value && !read(model_.shape(id).element, false, inside, to.item)) {
      return false;
    }
  }
  to.key = key.text();
  return (key.present() && to.item.present()) || fail(decode_status::incomplete);
}

bool query_reader::read_scalar(shape_kind kind, field_run run, value& to) noexcept {
  if (!run.has_value()) return wrong_type(kind, "A structure");
  if (run.fields.size() > 1) {
    if (run.fields[1].name != run.fields[0].name) return wrong_type(kind, "A structure");
    stand_at(run.fields[1].value);
    return fail(decode_status::duplicate);
  }
  form_text text;
  stand_at(run.fields[0].value);
  if (!decode_form_text(run.fields[0].value, into_.arena_, text)) {
    return fail(decode_status::malformed);
  }
  return read_text(kind, text, to);
}

bool query_reader::read_text(shape_kind kind, const form_text& written, value& to) noexcept {
  const std::string_view text = written.bytes;
  switch (kind) {
    case shape_kind::string:
      if (!written.plain && !is_utf8(text)) return fail(decode_status::invalid_utf8);
      to = value::of_text(text, written.plain);
      return true;
    case shape_kind::blob: {
      char* const bytes = into_.arena_.bytes(base64_decoded_size_max(text.size()));
      std::size_t size = 0;
      if (!base64_decode(text, bytes, size)) return fail(decode_status::invalid_base64);
      to = value::of_text({bytes, size});
      return true;
    }
    case shape_kind::boolean:
      if (text != "true" && text != "false") return wrong_type(kind, "The text");
      to = value::of_boolean(text == "true");
      return true;
    default: return read_number(kind, text, to);
  }
}

bool query_reader::read_number(shape_kind kind, std::string_view text, value& to) noexcept {
  const char* const end = text.data() + text.size();
  result_.expected = kind;
  if (kind == shape_kind::real || kind == shape_kind::timestamp) {
    double number = 0;
    const auto [last, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || last != end) return wrong_type(kind, "The text");
    to = value::of_real(number);
    return true;
  }
  std::int64_t number = 0;
  const auto [last, error] = std::from_chars(text.data(), end, number);
  if (last != end || error == std::errc::invalid_argument) return wrong_type(kind, "The text");
  using int32_limits = std::numeric_limits<std::int32_t>;
  const bool fits = kind == shape_kind::long_integer ||
                    (number >= int32_limits::min() && number <= int32_limits::max());
  if (error != std::errc{} || !fits) return fail(decode_status::out_of_range);
  to = value::of_integer(number);
  return true;
}

decode_result read_query(document& into, const service_model& model, shape_id input,
                         std::string_view form) noexcept {
  return query_reader(into, model, form).run(input);
}

}  // namespace millrace::aws
