// The shape-driven half of reading CBOR.
#include "aws/cbor_reader.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "aws/cbor_items.hpp"

namespace millrace::aws {
namespace {

constexpr std::uint64_t epoch_tag = 1;
constexpr std::uint64_t self_described_tag = 55799;

}  // namespace

/// One reading of one body. Every function returns false once result_ holds a failure.
class cbor_reader {
 public:
  cbor_reader(document& into, const service_model& model, std::string_view body) noexcept
      : into_(into), model_(model), items_(body) {}

  decode_result run(shape_id input) noexcept {
    into_.reset();
    if (items_.at_end()) {
      into_.note_missing(model_, model_.shape(input), 0, 0);
      into_.root_ = value::of_structure(model_.shape(input), members_of(model_.shape(input)));
      return result_;
    }
    cbor_head root;
    if (!next(root)) return result_;
    if (root.major == cbor_major::tag && root.argument == self_described_tag && !next(root)) {
      return result_;
    }
    if (read(input, root, 0, into_.root_) && !items_.at_end()) fail(decode_status::malformed);
    return result_;
  }

 private:
  bool fail(decode_status status) noexcept {
    result_.status = status;
    result_.member = member_;
    result_.offset = items_.offset();
    return false;
  }

  bool fail(cbor_items::outcome why) noexcept {
    return fail(why == cbor_items::outcome::invalid_utf8 ? decode_status::invalid_utf8
                                                         : decode_status::malformed);
  }

  bool next(cbor_head& head) noexcept {
    item_at_ = items_.offset();
    return items_.head(head) || fail(decode_status::malformed);
  }

  bool read(shape_id id, cbor_head head, unsigned depth, value& to) noexcept;
  bool read_structure(const shape_row& shape, cbor_head head, unsigned depth, value& to) noexcept;
  bool read_member(const shape_row& shape, std::span<value> members, unsigned depth,
                   std::uint64_t& seen) noexcept;
  bool read_list(const shape_row& shape, cbor_head head, unsigned depth, value& to) noexcept;
  bool read_map(const shape_row& shape, cbor_head head, unsigned depth, value& to) noexcept;
  bool read_entry(const shape_row& shape, std::size_t base, unsigned depth) noexcept;
  bool read_key(std::string_view& key) noexcept;
  bool read_string(shape_kind kind, const cbor_head& head, value& to) noexcept;
  bool read_integer(shape_kind kind, const cbor_head& head, value& to) noexcept;
  bool read_real(shape_kind kind, const cbor_head& head, value& to) noexcept;
  bool read_timestamp(cbor_head head, value& to) noexcept;
  bool read_boolean(const cbor_head& head, value& to) noexcept;
  bool wrong_type(shape_kind expected, const cbor_head& found) noexcept;
  bool skip(unsigned depth) noexcept;
  bool skip(cbor_head head, unsigned depth) noexcept;

  std::span<value> members_of(const shape_row& shape) noexcept {
    return into_.arena_.array<value>(shape.member_count);
  }

  document& into_;
  const service_model& model_;
  cbor_items items_;
  decode_result result_;
  std::string_view member_;
  std::size_t item_at_ = 0;  // where the newest head began
};

/// The item is of another kind than `expected`; or it is the break of nothing.
bool cbor_reader::wrong_type(shape_kind expected, const cbor_head& found) noexcept {
  const std::size_t at = item_at_;
  if (found.is_break()) return fail(decode_status::malformed);
  result_.expected = expected;
  switch (found.major) {
    case cbor_major::unsigned_integer:
    case cbor_major::negative_integer: result_.found = "NUMBER_VALUE"; break;
    case cbor_major::bytes: result_.found = "BINARY_VALUE"; break;
    case cbor_major::text: result_.found = "STRING_VALUE"; break;
    case cbor_major::array: result_.found = "START_ARRAY"; break;
    case cbor_major::map: result_.found = "START_OBJECT"; break;
    case cbor_major::tag: result_.found = "TAG"; break;
    case cbor_major::simple:
      result_.found = found.is_float()   ? "DECIMAL_VALUE"
                      : found.is_true()  ? "TRUE_VALUE"
                      : found.is_false() ? "FALSE_VALUE"
                                         : "NULL_VALUE";
  }
  fail(decode_status::wrong_type);
  result_.offset = at;
  return false;
}

bool cbor_reader::read(shape_id id, cbor_head head, unsigned depth, value& to) noexcept {
  const shape_row& shape = model_.shape(id);
  switch (shape.kind) {
    case shape_kind::structure: return read_structure(shape, head, depth, to);
    case shape_kind::list: return read_list(shape, head, depth, to);
    case shape_kind::map: return read_map(shape, head, depth, to);
    case shape_kind::string:
    case shape_kind::blob: return read_string(shape.kind, head, to);
    case shape_kind::boolean: return read_boolean(head, to);
    case shape_kind::integer:
    case shape_kind::long_integer: return read_integer(shape.kind, head, to);
    case shape_kind::real: return read_real(shape.kind, head, to);
    case shape_kind::timestamp: return read_timestamp(head, to);
  }
  return fail(decode_status::malformed);
}

bool cbor_reader::read_structure(const shape_row& shape, cbor_head head, unsigned depth,
                                 value& to) noexcept {
  if (head.major != cbor_major::map) return wrong_type(shape_kind::structure, head);
  if (depth == depth_max) return fail(decode_status::too_deep);
  const std::span<value> members = members_of(shape);
  std::uint64_t seen = 0;
  while (items_.more(head)) {
    if (!read_member(shape, members, depth + 1, seen)) return false;
  }
  into_.note_missing(model_, shape, depth, seen);
  to = value::of_structure(shape, members);
  return true;
}

/// A name and its value. A name that the shape does not have is skipped; null leaves the member
/// absent.
bool cbor_reader::read_member(const shape_row& shape, std::span<value> members, unsigned depth,
                              std::uint64_t& seen) noexcept {
  std::string_view name;
  if (!read_key(name)) return false;
  const auto rows = model_.members.subspan(shape.first_member.index, shape.member_count);
  std::size_t at = 0;
  while (at < rows.size() && rows[at].name() != name) ++at;
  if (at == rows.size()) return skip(depth);
  const std::string_view outer = std::exchange(member_, rows[at].name());
  if (members[at].present()) return fail(decode_status::duplicate);
  cbor_head head;
  if (!next(head)) return false;
  if (!head.is_null()) {
    if (!read(rows[at].shape, head, depth, members[at])) return false;
    seen |= std::uint64_t{1} << at;
  }
  member_ = outer;
  return true;
}

bool cbor_reader::read_list(const shape_row& shape, cbor_head head, unsigned depth,
                            value& to) noexcept {
  if (head.major != cbor_major::array) return wrong_type(shape_kind::list, head);
  if (depth == depth_max) return fail(decode_status::too_deep);
  const std::size_t base = into_.elements_.size();
  while (items_.more(head)) {
    value element;
    cbor_head item;
    if (into_.elements_.size() - base == list_elements_max) return fail(decode_status::too_many);
    if (!next(item) || !read(shape.element, item, depth + 1, element)) return false;
    into_.elements_.push_back(element);
  }
  to = into_.close_list(base);
  return true;
}

bool cbor_reader::read_map(const shape_row& shape, cbor_head head, unsigned depth,
                           value& to) noexcept {
  if (head.major != cbor_major::map) return wrong_type(shape_kind::map, head);
  if (depth == depth_max) return fail(decode_status::too_deep);
  const std::size_t base = into_.entries_.size();
  while (items_.more(head)) {
    if (!read_entry(shape, base, depth + 1)) return false;
  }
  to = into_.close_map(base);
  return true;
}

/// An entry whose value is null is none.
bool cbor_reader::read_entry(const shape_row& shape, std::size_t base, unsigned depth) noexcept {
  std::vector<map_entry>& stack = into_.entries_;
  map_entry entry;
  cbor_head head;
  if (!read_key(entry.key) || !next(head)) return false;
  if (head.is_null()) return true;
  if (stack.size() - base == map_entries_max) return fail(decode_status::too_many);
  for (std::size_t i = base; i < stack.size(); ++i) {
    if (stack[i].key == entry.key) return fail(decode_status::duplicate);
  }
  if (!read(shape.element, head, depth, entry.item)) return false;
  stack.push_back(entry);
  return true;
}

bool cbor_reader::read_key(std::string_view& key) noexcept {
  cbor_head head;
  if (!next(head)) return false;
  if (head.major != cbor_major::text) return wrong_type(shape_kind::string, head);
  const cbor_items::outcome got = items_.string(head, into_.arena_, key);
  return got == cbor_items::outcome::ok || fail(got);
}

bool cbor_reader::read_string(shape_kind kind, const cbor_head& head, value& to) noexcept {
  const bool text = kind == shape_kind::string;
  if (head.major != (text ? cbor_major::text : cbor_major::bytes)) return wrong_type(kind, head);
  std::string_view content;
  const cbor_items::outcome got = items_.string(head, into_.arena_, content);
  if (got != cbor_items::outcome::ok) return fail(got);
  to = value::of_text(content);
  return true;
}

bool cbor_reader::read_integer(shape_kind kind, const cbor_head& head, value& to) noexcept {
  if (!head.is_integer()) return wrong_type(kind, head);
  using int32_limits = std::numeric_limits<std::int32_t>;
  std::int64_t number = 0;
  const bool fits =
      head.integer(number) && (kind == shape_kind::long_integer ||
                               (number >= int32_limits::min() && number <= int32_limits::max()));
  if (!fits) {
    result_.expected = kind;
    return fail(decode_status::out_of_range);
  }
  to = value::of_integer(number);
  return true;
}

/// JSON has no infinities and no NaN, and so no operation has a use for them.
bool cbor_reader::read_real(shape_kind kind, const cbor_head& head, value& to) noexcept {
  if (!head.is_float() && !head.is_integer()) return wrong_type(kind, head);
  const auto size = static_cast<double>(head.argument);
  const double number = head.is_float()                              ? head.real()
                        : head.major == cbor_major::unsigned_integer ? size
                                                                     : -1 - size;
  if (!std::isfinite(number)) {
    result_.expected = kind;
    return fail(decode_status::out_of_range);
  }
  to = value::of_real(number);
  return true;
}

bool cbor_reader::read_timestamp(cbor_head head, value& to) noexcept {
  constexpr double ms_per_s = 1000;
  if (head.major == cbor_major::tag && head.argument == epoch_tag && !next(head)) return false;
  value ms;
  if (!read_real(shape_kind::timestamp, head, ms)) return false;
  to = value::of_real(ms.real() / ms_per_s);
  return true;
}

bool cbor_reader::read_boolean(const cbor_head& head, value& to) noexcept {
  if (!head.is_true() && !head.is_false()) return wrong_type(shape_kind::boolean, head);
  to = value::of_boolean(head.is_true());
  return true;
}

bool cbor_reader::skip(unsigned depth) noexcept {
  cbor_head head;
  return next(head) && skip(head, depth);
}

/// Checks and passes over the rest of one item of any kind.
bool cbor_reader::skip(cbor_head head, unsigned depth) noexcept {
  while (head.major == cbor_major::tag) {
    if (!next(head)) return false;
  }
  if (head.is_break()) return fail(decode_status::malformed);
  if (head.major == cbor_major::bytes || head.major == cbor_major::text) {
    std::string_view forgotten;
    const cbor_items::outcome got = items_.string(head, into_.arena_, forgotten);
    return got == cbor_items::outcome::ok || fail(got);
  }
  const bool map = head.major == cbor_major::map;
  if (!map && head.major != cbor_major::array) return true;
  if (depth >= depth_max) return fail(decode_status::too_deep);
  while (items_.more(head)) {
    if (map && !skip(depth + 1)) return false;
    if (!skip(depth + 1)) return false;
  }
  return true;
}

decode_result read_cbor(document& into, const service_model& model, shape_id input,
                        std::string_view body) noexcept {
  return cbor_reader(into, model, body).run(input);
}

}  // namespace millrace::aws
