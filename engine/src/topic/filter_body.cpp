#include "topic/filter_body.hpp"

#include <bit>

namespace millrace::topic {
namespace {

/// The outcomes of two subtrees that do not depend on each other.
std::uint32_t both(std::uint32_t a, std::uint32_t b) noexcept {
  if (a == 1) return b;
  if (b == 1) return a;
  std::uint32_t out = 0;
  for (std::uint32_t x = a; x != 0; x &= x - 1) {
    for (std::uint32_t y = b; y != 0; y &= y - 1) {
      out |= 1U << (static_cast<unsigned>(std::countr_zero(x)) |
                    static_cast<unsigned>(std::countr_zero(y)));
    }
  }
  return out;
}

}  // namespace

void filter_body::add(std::string_view path, const filter_values& values) noexcept {
  paths_[count_] = path;
  values_[count_] = &values;
  ++count_;
}

filter_body::outcomes filter_body::of_scalar(const json_node& value, keys arrived) const {
  outcomes out = nothing_found;
  for (keys left = arrived; left != 0; left &= left - 1) {
    const auto key = static_cast<unsigned>(std::countr_zero(left));
    const keys bit = 1U << key;
    if ((unwanted_ & bit) != 0) {
      out = both(out, 1U << bit);
    } else if (values_[key]->match(value)) {
      out = both(out, nothing_found | 1U << bit);
    }
  }
  return out;
}

filter_body::outcomes filter_body::of_object(std::uint32_t node, keys active,
                                             const rests& left) const {
  outcomes out = nothing_found;
  for (std::uint32_t i = node + 1; i < nodes_[node].end; i = nodes_[i].end) {
    const std::string_view name = nodes_[i].name;
    rests below;
    keys go_on = 0;
    keys arrived = 0;
    for (keys k = active; k != 0; k &= k - 1) {
      const auto key = static_cast<unsigned>(std::countr_zero(k));
      const std::string_view rest = left[key];
      if (!rest.starts_with(name)) continue;
      if (rest.size() == name.size()) {
        arrived |= 1U << key;
      } else if (rest[name.size()] == '.') {
        go_on |= 1U << key;
        below[key] = rest.substr(name.size() + 1);
      }
    }
    if ((go_on | arrived) != 0) out = both(out, of(i, go_on, arrived, below));
  }
  return out;
}

/// Of the unwanted keys those that may be there in other elements, if `found` were found in one.
filter_body::keys filter_body::missing_in_element(keys found) const noexcept {
  const keys wanted = found & ~unwanted_;
  if (wanted == 0) return 0;
  const keys first = wanted & (0U - wanted);
  return unwanted_ & ~(first | (first - 1));
}

filter_body::outcomes filter_body::of_array(std::uint32_t node, keys active, keys arrived,
                                            const rests& left) const {
  outcomes scalars = nothing_found;
  outcomes elements = 0;  // each by itself
  keys somewhere = 0;     // unwanted keys that any element has
  for (std::uint32_t i = node + 1; i < nodes_[node].end; i = nodes_[i].end) {
    if (nodes_[i].is_scalar()) {
      scalars = both(scalars, of_scalar(nodes_[i], arrived));
      continue;
    }
    const outcomes element = of(i, active, arrived, left);
    elements |= element;
    for (outcomes x = element; x != 0; x &= x - 1) {
      somewhere |= static_cast<keys>(std::countr_zero(x)) & unwanted_;
    }
  }
  outcomes chosen = 1U << somewhere;  // none of them
  for (outcomes x = elements; x != 0; x &= x - 1) {
    const auto found = static_cast<keys>(std::countr_zero(x));
    if ((found & ~unwanted_) == 0) continue;
    chosen |= 1U << (found | (somewhere & ~missing_in_element(found)));
  }
  return both(scalars, chosen);
}

filter_body::outcomes filter_body::of(std::uint32_t node, keys active, keys arrived,
                                      const rests& left) const {
  switch (nodes_[node].kind) {
    case json_kind::object: return active == 0 ? nothing_found : of_object(node, active, left);
    case json_kind::array: return of_array(node, active, arrived, left);
    default: return of_scalar(nodes_[node], arrived);
  }
}

bool filter_body::match() {
  keys either = 0;  // satisfied by a value, or if there is none
  unwanted_ = 0;
  for (std::size_t key = 0; key < count_; ++key) {
    if (!values_[key]->match_absence()) continue;
    (values_[key]->match_presence() ? either : unwanted_) |= 1U << key;
  }
  const keys always = unwanted_;
  const keys all = (1U << count_) - 1;
  for (keys absent = either;; absent = (absent - 1) & either) {
    unwanted_ = always | absent;
    if ((of_object(0, all, paths_) >> (all & ~unwanted_) & 1U) != 0) return true;
    if (absent == 0) return false;
  }
}

}  // namespace millrace::topic
