// The shape-driven half of reading JSON.
#include "aws/json_reader.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <utility>

#include "aws/base64.hpp"
#include "aws/json_text.hpp"

namespace millrace::aws {

/// One reading of one body. Every function returns false once result_ holds a failure.
class json_reader {
 public:
  json_reader(document& into, const service_model& model, std::string_view body) noexcept
      : into_(into), model_(model), text_(body) {}

  decode_result run(shape_id input) noexcept {
    into_.reset();
    if (text_.at_end()) {
      into_.note_missing(model_, model_.shape(input), 0, 0);
      into_.root_ = value::of_structure(model_.shape(input), members_of(model_.shape(input)));
    } else if (read(input, 0, into_.root_) && !text_.at_end()) {
      fail(decode_status::malformed);
    }
    return result_;
  }

 private:
  bool fail(decode_status status) noexcept {
    result_.status = status;
    result_.member = member_;
    result_.offset = text_.offset();
    return false;
  }

  bool fail(json_text::outcome why) noexcept {
    return fail(why == json_text::outcome::invalid_utf8 ? decode_status::invalid_utf8
                                                        : decode_status::malformed);
  }

  /// The members of the structure read last of those in a list, in the order in which they came:
  /// the next one's most likely come alike, and are looked for there first.
  struct member_order {
    static constexpr std::uint8_t unknown = 255;
    std::array<std::uint8_t, 16> at;
    member_order() noexcept { at.fill(unknown); }
  };

  bool read(shape_id id, unsigned depth, value& to) noexcept;
  bool read_structure(const shape_row& shape, unsigned depth, value& to,
                      member_order* order = nullptr) noexcept;
  [[gnu::always_inline]] bool read_name(std::span<const member_row> rows, std::uint8_t* likely,
                                        std::size_t& at) noexcept;
  bool read_member(const shape_row& shape, std::span<value> members, unsigned depth,
                   std::uint64_t& seen, std::uint8_t* likely) noexcept;
  bool read_list(const shape_row& shape, unsigned depth, value& to) noexcept;
  bool read_map(const shape_row& shape, unsigned depth, value& to) noexcept;
  bool read_string(value& to) noexcept;
  bool read_blob(value& to) noexcept;
  bool read_number(shape_kind kind, value& to) noexcept;
  bool read_boolean(value& to) noexcept;
  bool wrong_type(shape_kind expected) noexcept;
  bool skip(unsigned depth) noexcept;
  bool skip_container(unsigned depth, bool object) noexcept;

  std::span<value> members_of(const shape_row& shape) noexcept {
    return into_.arena_.array<value>(shape.member_count);
  }

  document& into_;
  const service_model& model_;
  json_text text_;
  decode_result result_;
  std::string_view member_;
};

/// The value there is of another kind than `expected`; says so, or that it is no JSON at all.
bool json_reader::wrong_type(shape_kind expected) noexcept {
  const char c = text_.peek();
  result_.expected = expected;
  const std::size_t offset = text_.offset();
  if (c == '{') {
    result_.found = "START_OBJECT";
  } else if (c == '[') {
    result_.found = "START_ARRAY";
  } else {
    if (!skip(0)) return false;  // a broken literal or number is malformed, not mistyped
    result_.found = c == '"'   ? "STRING_VALUE"
                    : c == 't' ? "TRUE_VALUE"
                    : c == 'f' ? "FALSE_VALUE"
                    : c == 'n' ? "NULL_VALUE"
                               : "NUMBER_VALUE";
  }
  fail(decode_status::wrong_type);
  result_.offset = offset;
  return false;
}

bool json_reader::read(shape_id id, unsigned depth, value& to) noexcept {
  const shape_row& shape = model_.shape(id);
  switch (shape.kind) {
    case shape_kind::structure: return read_structure(shape, depth, to);
    case shape_kind::list: return read_list(shape, depth, to);
    case shape_kind::map: return read_map(shape, depth, to);
    case shape_kind::string: return read_string(to);
    case shape_kind::blob: return read_blob(to);
    case shape_kind::boolean: return read_boolean(to);
    case shape_kind::integer:
    case shape_kind::long_integer:
    case shape_kind::real:
    case shape_kind::timestamp: return read_number(shape.kind, to);
  }
  return fail(decode_status::malformed);
}

bool json_reader::read_structure(const shape_row& shape, unsigned depth, value& to,
                                 member_order* order) noexcept {
  if (text_.peek() != '{') return wrong_type(shape_kind::structure);
  if (depth == depth_max) return fail(decode_status::too_deep);
  static_cast<void>(text_.take('{'));
  const std::span<value> members = members_of(shape);
  std::uint64_t seen = 0;
  std::size_t count = 0;
  if (!text_.take('}')) {
    do {
      const bool ordered = order != nullptr && count < order->at.size();
      std::uint8_t* const likely = ordered ? &order->at[count++] : nullptr;
      if (!read_member(shape, members, depth + 1, seen, likely)) return false;
    } while (text_.take(','));
    if (!text_.take('}')) return fail(decode_status::malformed);
  }
  into_.note_missing(model_, shape, depth, seen);
  to = value::of_structure(shape, members);
  return true;
}

/// "name": as the index of its row, or rows.size(). `likely` may be null.
inline bool json_reader::read_name(std::span<const member_row> rows, std::uint8_t* likely,
                                   std::size_t& at) noexcept {
  if (likely != nullptr && *likely < rows.size() && text_.take(rows[*likely].json_key)) {
    at = *likely;
    return true;
  }
  std::string_view name;
  const json_text::outcome got = text_.string(into_.arena_, name);
  if (got != json_text::outcome::ok) return fail(got);
  if (!text_.take(':')) return fail(decode_status::malformed);
  at = 0;
  while (at < rows.size() && rows[at].name() != name) ++at;
  if (likely != nullptr) *likely = static_cast<std::uint8_t>(std::min<std::size_t>(at, 255));
  return true;
}

/// "name": value. A name that the shape does not have is skipped; null leaves the member absent.
bool json_reader::read_member(const shape_row& shape, std::span<value> members, unsigned depth,
                              std::uint64_t& seen, std::uint8_t* likely) noexcept {
  const auto rows = model_.members.subspan(shape.first_member.index, shape.member_count);
  std::size_t at = 0;
  if (!read_name(rows, likely, at)) return false;
  if (at == rows.size()) return skip(depth);
  const std::string_view outer = std::exchange(member_, rows[at].name());
  if (members[at].present()) return fail(decode_status::duplicate);
  if (text_.peek() == 'n') {
    if (!text_.literal("null")) return fail(decode_status::malformed);
  } else {
    if (!read(rows[at].shape, depth, members[at])) return false;
    seen |= std::uint64_t{1} << at;
  }
  member_ = outer;
  return true;
}

bool json_reader::read_list(const shape_row& shape, unsigned depth, value& to) noexcept {
  if (text_.peek() != '[') return wrong_type(shape_kind::list);
  if (depth == depth_max) return fail(decode_status::too_deep);
  static_cast<void>(text_.take('['));
  std::vector<value>& stack = into_.elements_;
  const std::size_t base = stack.size();
  const shape_row& element_shape = model_.shape(shape.element);
  const bool structures = element_shape.kind == shape_kind::structure;
  member_order order;
  if (!text_.take(']')) {
    do {
      value element;
      if (stack.size() - base == list_elements_max) return fail(decode_status::too_many);
      if (!(structures ? read_structure(element_shape, depth + 1, element, &order)
                       : read(shape.element, depth + 1, element))) {
        return false;
      }
      stack.push_back(element);
    } while (text_.take(','));
    if (!text_.take(']')) return fail(decode_status::malformed);
  }
  to = into_.close_list(base);
  return true;
}

bool json_reader::read_map(const shape_row& shape, unsigned depth, value& to) noexcept {
  if (text_.peek() != '{') return wrong_type(shape_kind::map);
  if (depth == depth_max) return fail(decode_status::too_deep);
  static_cast<void>(text_.take('{'));
  std::vector<map_entry>& stack = into_.entries_;
  const std::size_t base = stack.size();
  if (!text_.take('}')) {
    do {
      map_entry entry;
      const json_text::outcome got = text_.string(into_.arena_, entry.key);
      if (got != json_text::outcome::ok) return fail(got);
      if (!text_.take(':')) return fail(decode_status::malformed);
      if (text_.peek() == 'n') {
        if (!text_.literal("null")) return fail(decode_status::malformed);
        continue;
      }
      if (stack.size() - base == map_entries_max) return fail(decode_status::too_many);
      for (std::size_t i = base; i < stack.size(); ++i) {
        if (stack[i].key == entry.key) return fail(decode_status::duplicate);
      }
      if (!read(shape.element, depth + 1, entry.item)) return false;
      stack.push_back(entry);
    } while (text_.take(','));
    if (!text_.take('}')) return fail(decode_status::malformed);
  }
  to = into_.close_map(base);
  return true;
}

bool json_reader::read_string(value& to) noexcept {
  if (text_.peek() != '"') return wrong_type(shape_kind::string);
  std::string_view text;
  const json_text::outcome got = text_.string(into_.arena_, text);
  if (got != json_text::outcome::ok) return fail(got);
  to = value::of_text(text, text_.plain());
  return true;
}

bool json_reader::read_blob(value& to) noexcept {
  if (text_.peek() != '"') return wrong_type(shape_kind::blob);
  std::string_view encoded;
  const json_text::outcome got = text_.string(into_.arena_, encoded);
  if (got != json_text::outcome::ok) return fail(got);
  char* const bytes = into_.arena_.bytes(base64_decoded_size_max(encoded.size()));
  std::size_t size = 0;
  if (!base64_decode(encoded, bytes, size)) return fail(decode_status::invalid_base64);
  to = value::of_text({bytes, size});
  return true;
}

bool json_reader::read_number(shape_kind kind, value& to) noexcept {
  const char c = text_.peek();
  if (c != '-' && (c < '0' || c > '9')) return wrong_type(kind);
  std::string_view digits;
  bool plain = false;
  if (!text_.number(digits, plain)) return fail(decode_status::malformed);
  result_.expected = kind;
  const char* const end = digits.data() + digits.size();
  if (kind == shape_kind::real || kind == shape_kind::timestamp) {
    double number = 0;
    const auto [last, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{}) return fail(decode_status::out_of_range);
    to = value::of_real(number);
    return true;
  }
  if (!plain) {
    result_.found = "DECIMAL_VALUE";
    return fail(decode_status::wrong_type);
  }
  std::int64_t number = 0;
  const auto [last, error] = std::from_chars(digits.data(), end, number);
  using int32_limits = std::numeric_limits<std::int32_t>;
  const bool fits = kind == shape_kind::long_integer ||
                    (number >= int32_limits::min() && number <= int32_limits::max());
  if (error != std::errc{} || !fits) return fail(decode_status::out_of_range);
  to = value::of_integer(number);
  return true;
}

bool json_reader::read_boolean(value& to) noexcept {
  const char c = text_.peek();
  if (c != 't' && c != 'f') return wrong_type(shape_kind::boolean);
  if (!text_.literal(c == 't' ? "true" : "false")) return fail(decode_status::malformed);
  to = value::of_boolean(c == 't');
  return true;
}

/// Checks and passes over one value of any kind.
bool json_reader::skip(unsigned depth) noexcept {
  const char c = text_.peek();
  bool good = false;
  switch (c) {
    case '{':
    case '[': return skip_container(depth, c == '{');
    case '"': {
      const json_text::outcome got = text_.skip_string(into_.arena_);
      return got == json_text::outcome::ok || fail(got);
    }
    case 't': good = text_.literal("true"); break;
    case 'f': good = text_.literal("false"); break;
    case 'n': good = text_.literal("null"); break;
    default: {
      std::string_view digits;
      bool plain = false;
      good = text_.number(digits, plain);
    }
  }
  return good || fail(decode_status::malformed);
}

bool json_reader::skip_container(unsigned depth, bool object) noexcept {
  if (depth >= depth_max) return fail(decode_status::too_deep);
  const char last = object ? '}' : ']';
  static_cast<void>(text_.take(object ? '{' : '['));
  if (text_.take(last)) return true;
  do {
    if (object) {
      const json_text::outcome got = text_.skip_string(into_.arena_);
      if (got != json_text::outcome::ok) return fail(got);
      if (!text_.take(':')) return fail(decode_status::malformed);
    }
    if (!skip(depth + 1)) return false;
  } while (text_.take(','));
  return text_.take(last) || fail(decode_status::malformed);
}

decode_result read_json(document& into, const service_model& model, shape_id input,
                        std::string_view body) noexcept {
  return json_reader(into, model, body).run(input);
}

}  // namespace millrace::aws
