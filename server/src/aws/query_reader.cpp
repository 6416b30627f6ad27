// Reading a form by the rows of a shape.
#include "aws/query_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "aws/base64.hpp"
#include "aws/form.hpp"

namespace millrace::aws {
namespace {

/// The piece of a dotted name that begins at `at`.
std::string_view piece(std::string_view name, std::size_t at) noexcept {
  const std::string_view rest = name.substr(std::min(at, name.size()));
  return rest.substr(0, rest.find('.'));
}

/// Shorter pieces first, so that numbers come in their order and equal pieces are neighbours.
bool in_order(const form_field& a, const form_field& b) noexcept {
  std::size_t at = 0;
  while (at < a.name.size() && at < b.name.size()) {
    const std::string_view x = piece(a.name, at);
    const std::string_view y = piece(b.name, at);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
    at += x.size() + 1;
  }
  return a.name.size() < b.name.size();
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 9 && text[0] != '0' &&
         text.find_first_not_of("0123456789") == text.npos;
}

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

/// Neighbours whose names are the same up to `at`, where the next piece begins.
struct field_run {
  std::span<const form_field> fields;
  std::size_t at = 0;
  unsigned depth = 0;

  [[nodiscard]] bool empty() const noexcept { return fields.empty(); }
  [[nodiscard]] std::string_view next_piece() const noexcept { return piece(fields[0].name, at); }
  /// Whether the first field's name ended before `at`: it has a value here.
  [[nodiscard]] bool has_value() const noexcept { return at > fields[0].name.size(); }

  /// Takes off the fields that share the next piece of the first one's name.
  [[nodiscard]] field_run take() noexcept {
    const std::string_view name = next_piece();
    std::size_t count = 1;
    while (count < fields.size() && piece(fields[count].name, at) == name) ++count;
    const field_run taken{fields.first(count), at + name.size() + 1, depth + 1};
    fields = fields.subspan(count);
    return taken;
  }
  /// Takes off the fields whose next piece is no number: an element or entry written without one.
  [[nodiscard]] field_run take_unnumbered() noexcept {
    std::size_t count = 0;
    while (count < fields.size() && !is_number(piece(fields[count].name, at))) ++count;
    const field_run taken{fields.first(count), at, depth + 1};
    fields = fields.subspan(count);
    return taken;
  }
};

}  // namespace

/// One reading of one form. Every function returns false once result_ holds a failure.
class query_reader {
 public:
  query_reader(document& into, const service_model& model, std::string_view form) noexcept
      : into_(into), model_(model), form_(form) {}

  decode_result run(shape_id input) noexcept {
    into_.reset();
    const shape_row& shape = model_.shape(input);
    field_run all;
    if (collect(shape, all)) read_structure(shape, all, into_.root_);
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
  bool collect(const shape_row& shape, field_run& all) noexcept;
  bool sort(std::span<form_field> fields) noexcept;
  bool read(shape_id id, bool flattened, field_run run, value& to) noexcept;
  bool read_structure(const shape_row& shape, field_run run, value& to) noexcept;
  bool enter(std::string_view item, bool flattened, field_run& run) noexcept;
  bool read_list(shape_id id, field_run run, value& to) noexcept;
  bool read_map(shape_id id, field_run run, value& to) noexcept;
  bool read_entry(shape_id id, field_run run, map_entry& to) noexcept;
  bool read_scalar(shape_kind kind, field_run run, value& to) noexcept;
  bool read_text(shape_kind kind, std::string_view text, value& to) noexcept;
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

/// Finds the fields that the input knows, counting before it takes memory, and sorts them.
bool query_reader::collect(const shape_row& shape, field_run& all) noexcept {
  std::size_t count = 0;
  form_reader counting(form_);
  form_field field;
  while (counting.next(field)) {
    if (++count > form_fields_max) return fail(decode_status::too_many);
  }
  const std::span<form_field> fields = into_.arena_.array<form_field>(count);
  count = 0;
  form_reader reader(form_);
  while (reader.next(field)) {
    if (field.name.size() > form_name_bytes_max) continue;
    if (!decode_form_text(field.name, into_.arena_, field.name)) {
      stand_at(field.name);
      return fail(decode_status::malformed);
    }
    if (place_of(shape, piece(field.name, 0)) < shape.member_count) fields[count++] = field;
  }
  all.fields = fields.first(count);
  return sort(fields.first(count));
}

bool query_reader::sort(std::span<form_field> fields) noexcept {
  std::sort(fields.begin(), fields.end(), in_order);
  for (std::size_t i = 1; i < fields.size(); ++i) {
    if (fields[i].name != fields[i - 1].name) continue;
    stand_at(fields[i].value);
    return fail(decode_status::duplicate);
  }
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
    const std::size_t at = place_of(shape, run.next_piece());
    const field_run inside = run.take();
    if (at == shape.member_count) continue;
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
  if (run.has_value() && run.fields[0].value.empty()) run.fields = run.fields.subspan(1);
  if (flattened || run.empty()) return true;
  const field_run inside = run.next_piece() == item ? run.take() : field_run{};
  if (!run.empty()) return wrong_type(shape_kind::list, "A structure");
  run = inside;
  return true;
}

bool query_reader::read_list(shape_id id, field_run run, value& to) noexcept {
  std::vector<value>& stack = into_.elements_;
  const std::size_t base = stack.size();
  while (!run.empty()) {
    const field_run item = is_number(run.next_piece()) ? run.take() : run.take_unnumbered();
    value element;
    if (!read(model_.shape(id).element, false, item, element)) return false;
    stack.push_back(element);
  }
  to = into_.close_list(base);
  return true;
}

bool query_reader::read_map(shape_id id, field_run run, value& to) noexcept {
  std::vector<map_entry>& stack = into_.entries_;
  const std::size_t base = stack.size();
  while (!run.empty()) {
    const field_run item = is_number(run.next_piece()) ? run.take() : run.take_unnumbered();
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
    const field_run inside = run.take();
    if (name == spelled.key && !read_scalar(shape_kind::string, inside, key)) return false;
    if (name == spelled.value && !read(model_.shape(id).element, false, inside, to.item)) {
      return false;
    }
  }
  to.key = key.text();
  return (key.present() && to.item.present()) || fail(decode_status::incomplete);
}

bool query_reader::read_scalar(shape_kind kind, field_run run, value& to) noexcept {
  if (!run.has_value() || run.fields.size() != 1) return wrong_type(kind, "A structure");
  std::string_view text;
  stand_at(run.fields[0].value);
  if (!decode_form_text(run.fields[0].value, into_.arena_, text)) {
    return fail(decode_status::malformed);
  }
  return read_text(kind, text, to);
}

bool query_reader::read_text(shape_kind kind, std::string_view text, value& to) noexcept {
  switch (kind) {
    case shape_kind::string:
      if (!is_utf8(text)) return fail(decode_status::invalid_utf8);
      to = value::of_text(text);
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
