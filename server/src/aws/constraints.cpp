// One walk over a request's values and their shapes; nothing is allocated while all is well.
#include "aws/constraints.hpp"

#include <algorithm>

namespace millrace::aws {
namespace {

constexpr std::size_t told_max = 10;
constexpr std::size_t shown_bytes_max = 2048;

/// Where the walk is: a member, or a structure in a list or in a map.
struct step {
  const step* outer = nullptr;
  std::string_view name;    ///< of a member, or the key of an entry
  std::size_t element = 0;  ///< counted from 1; 0: a member, or an entry
  bool entry = false;
};

constexpr std::string_view length_demand = "Member must have length";

std::string at_most(std::string_view what, std::int64_t max) {
  return std::string(what) + " less than or equal to " + std::to_string(max);
}

std::string at_least(std::string_view what, std::int64_t min) {
  return std::string(what) + " greater than or equal to " + std::to_string(min);
}

std::string pattern_demand(std::string_view pattern) {
  return "Member must satisfy regular expression pattern: " + std::string(pattern);
}

std::string enum_demand(std::span<const std::string_view> values) {
  std::string all;
  for (const std::string_view each : values) all.append(all.empty() ? "" : ", ").append(each);
  return "Member must satisfy enum value set: [" + all + "]";
}

void append_path(std::string& to, const step& at) {
  if (at.outer != nullptr) append_path(to, *at.outer);
  if (!to.empty()) to += '.';
  if (at.element != 0) {
    to.append(std::to_string(at.element)).append(".member");
    return;
  }
  if (at.entry) {
    to.append(at.name).append(".member");
    return;
  }
  const std::size_t first = to.size();
  to.append(at.name);
  if (to[first] >= 'A' && to[first] <= 'Z') to[first] = static_cast<char>(to[first] | 0x20);
}

std::string shown(const value& v, shape_kind kind) {
  if (!v.present()) return "null";
  const auto quoted = [](std::string text) { return "'" + std::move(text) + "'"; };
  switch (kind) {
    case shape_kind::string: return quoted(std::string(v.text().substr(0, shown_bytes_max)));
    case shape_kind::blob: {
      const std::string size = std::to_string(v.text().size());
      return quoted("java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]");
    }
    case shape_kind::integer:
    case shape_kind::long_integer: return quoted(std::to_string(v.integer()));
    case shape_kind::list: {
      std::string all;
      for (const value& each : v.elements()) {
        if (all.size() > shown_bytes_max) break;
        if (!all.empty()) all += ", ";
        all.append(each.text());
      }
      return quoted("[" + all + "]");
    }
    case shape_kind::map: {
      std::string all;
      for (const map_entry& each : v.entries()) {
        if (all.size() > shown_bytes_max) break;
        if (!all.empty()) all += ", ";
        all.append(each.key).append("=").append(each.item.text());
      }
      return quoted("{" + all + "}");
    }
    default: return quoted("");
  }
}

class walk {
 public:
  walk(const service_model& model, std::span<const pattern_matcher> matchers) noexcept
      : model_(model), demanded_(*model.constraints), matchers_(matchers) {}

  void check(shape_id id, const value& v, const step* at);
  [[nodiscard]] std::string text() const;

 private:
  void check_members(const shape_row& shape, const value& v, const step* at);
  void check_list(const shape_row& shape, const value& v, const step& at);
  void check_map(const shape_row& shape, const value& v, const step& at);
  [[nodiscard]] bool meets(const constraint_row& row, std::string_view text) const;
  [[nodiscard]] std::string demands(const constraint_row& row) const;
  void check_text(const constraint_row& row, const value& v, const step& at);
  void check_range(const constraint_row& row, std::int64_t number, std::string_view what,
                   const value& v, shape_kind kind, const step& at);
  void tell(const value& v, shape_kind kind, const step& at, std::string_view demand);

  const service_model& model_;
  const constraint_rows& demanded_;
  std::span<const pattern_matcher> matchers_;
  std::string told_;
  std::size_t count_ = 0;
};

[[gnu::noinline]] void walk::tell(const value& v, shape_kind kind, const step& at,
                                  std::string_view demand) {
  if (count_ == told_max) return;
  std::string path;
  append_path(path, at);
  if (count_++ != 0) told_ += "; ";
  told_ += violation(shown(v, kind), path, demand);
}

void walk::check_range(const constraint_row& row, std::int64_t number, std::string_view what,
                       const value& v, shape_kind kind, const step& at) {
  if (number > row.max) {
    tell(v, kind, at, at_most(what, row.max));
  }
  if (number < row.min) {
    tell(v, kind, at, at_least(what, row.min));
  }
}

void walk::check_text(const constraint_row& row, const value& v, const step& at) {
  const std::string_view text = v.text();
  if (!row.values.empty() &&
      std::find(row.values.begin(), row.values.end(), text) == row.values.end()) {
    tell(v, shape_kind::string, at, enum_demand(row.values));
  }
  if (row.pattern != no_pattern && !matchers_[row.pattern](text)) {
    tell(v, shape_kind::string, at, pattern_demand(demanded_.patterns[row.pattern]));
  }
  const bool short_enough = static_cast<std::int64_t>(text.size()) <= row.max;
  if (short_enough && (row.min <= 1) && (!text.empty() || row.min <= 0)) return;
  check_range(row, static_cast<std::int64_t>(count_characters(text)), length_demand, v,
              shape_kind::string, at);
}

void walk::check_members(const shape_row& shape, const value& v, const step* at) {
  for (unsigned i = 0; i < shape.member_count; ++i) {
    const member_id id{static_cast<std::uint16_t>(shape.first_member.index + i)};
    const member_row& row = model_.member(id);
    const value& member = v[id];
    const step here{at, row.name()};
    if (member.present()) {
      check(row.shape, member, &here);
    } else if (row.required) {
      tell(member, shape_kind::structure, here, "Member must not be null");
    }
  }
}

bool walk::meets(const constraint_row& row, std::string_view text) const {
  const auto length = static_cast<std::int64_t>(count_characters(text));
  return length <= row.max && length >= row.min &&
         (row.values.empty() ||
          std::find(row.values.begin(), row.values.end(), text) != row.values.end()) &&
         (row.pattern == no_pattern || matchers_[row.pattern](text));
}

/// All that is demanded of a string, as it is told of those in lists and maps.
std::string walk::demands(const constraint_row& row) const {
  std::string all;
  const auto add = [&](const std::string& demand) {
    all.append(all.empty() ? "[" : ", ").append(demand);
  };
  if (row.max != no_max) add(at_most(length_demand, row.max));
  if (row.min != no_min) add(at_least(length_demand, row.min));
  if (!row.values.empty()) add(enum_demand(row.values));
  if (row.pattern != no_pattern) {
    add(pattern_demand(demanded_.patterns[row.pattern]));
  }
  return all + "]";
}

/// Of strings the whole list is named, of structures the part that is wrong.
void walk::check_list(const shape_row& shape, const value& v, const step& at) {
  if (model_.shape(shape.element).kind == shape_kind::string) {
    const constraint_row& row = demanded_.shapes[shape.element.index];
    const auto good = [&](const value& each) { return meets(row, each.text()); };
    if (std::all_of(v.elements().begin(), v.elements().end(), good)) return;
    return tell(v, shape.kind, at, "Member must satisfy constraint: " + demands(row));
  }
  std::size_t number = 0;
  for (const value& each : v.elements()) {
    const step here{&at, {}, ++number};
    check(shape.element, each, &here);
  }
}

/// Of texts the whole map is named, of structures the part that is wrong.
void walk::check_map(const shape_row& shape, const value& v, const step& at) {
  const constraint_row& keys = demanded_.shapes[shape.key.index];
  const constraint_row& values = demanded_.shapes[shape.element.index];
  const auto check_all = [&](const constraint_row& row, std::string_view what, const auto& text) {
    const auto good = [&](const map_entry& each) { return meets(row, text(each)); };
    if (std::all_of(v.entries().begin(), v.entries().end(), good)) return;
    tell(v, shape.kind, at, std::string(what) + " must satisfy constraint: " + demands(row));
  };
  check_all(keys, "Map keys", [](const map_entry& each) { return each.key; });
  if (model_.shape(shape.element).kind == shape_kind::structure) {
    for (const map_entry& each : v.entries()) {
      const step here{&at, each.key, 0, true};
      check(shape.element, each.item, &here);
    }
  }
  if (model_.shape(shape.element).kind != shape_kind::string) return;
  check_all(values, "Map value", [](const map_entry& each) { return each.item.text(); });
}

void walk::check(shape_id id, const value& v, const step* at) {
  const shape_row& shape = model_.shape(id);
  const constraint_row& row = demanded_.shapes[id.index];
  const auto length = [&](std::size_t n) {
    check_range(row, static_cast<std::int64_t>(n), length_demand, v, shape.kind, *at);
  };
  switch (shape.kind) {
    case shape_kind::structure: return check_members(shape, v, at);
    case shape_kind::list: length(v.elements().size()); return check_list(shape, v, *at);
    case shape_kind::map: length(v.entries().size()); return check_map(shape, v, *at);
    case shape_kind::string: return check_text(row, v, *at);
    case shape_kind::blob: return length(v.text().size());
    case shape_kind::integer:
    case shape_kind::long_integer:
      return check_range(row, v.integer(), "Member must have value", v, shape.kind, *at);
    case shape_kind::boolean:
    case shape_kind::real:
    case shape_kind::timestamp: return;
  }
}

std::string walk::text() const {
  if (count_ == 0) return {};
  return std::to_string(count_) + " validation error" + (count_ == 1 ? "" : "s") +
         " detected: " + told_;
}

}  // namespace

std::string violations(const service_model& model, shape_id shape, const value& root,
                       std::span<const pattern_matcher> matchers) {
  walk all(model, matchers);
  all.check(shape, root, nullptr);
  return all.text();
}

std::string violation(std::string_view shown, std::string_view path, std::string_view demand) {
  std::string out = "Value ";
  return out.append(shown)
      .append(" at '")
      .append(path)
      .append("' failed to satisfy constraint: ")
      .append(demand);
}

std::string one_violation(std::string_view shown, std::string_view path, std::string_view demand) {
  return "1 validation error detected: " + violation(shown, path, demand);
}

std::size_t count_characters(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace millrace::aws
