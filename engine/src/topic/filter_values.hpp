// What a filter policy allows one key to be: the array behind the key, compiled. A value matches if
// one of its patterns does. Exact values are found by binary search; the other patterns are tried
// in turn, each in time linear in the value's length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topic/filter_address.hpp"
#include "topic/filter_text.hpp"
#include "topic/json_tree.hpp"

namespace millrace::topic {

/// Numbers from `low` to `high`, in the units of filter_number; both are included.
struct filter_range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

class filter_values {
 public:
  /// Whether the value is one of these. An object or array is none.
  [[nodiscard]] bool match(const json_node& value) const;
  /// Whether the key may be missing: {"exists": false} is one of the patterns.
  [[nodiscard]] bool match_absence() const noexcept { return absent_; }
  /// Whether there is any other pattern.
  [[nodiscard]] bool match_presence() const noexcept;

  void add_text(std::string_view text);             ///< exactly this string
  void add_address_or_text(std::string_view text);  ///< an IP address however it is written
  void add_number(std::string_view text);           ///< equal, or where out of range spelled so
  void add_constant(json_kind kind);                ///< true, false or null
  void add_presence(bool present);
  void add_range(filter_range range) { ranges_.push_back(range); }
  void add_block(const filter_block& block) { blocks_.push_back(block); }
  void add_pattern(text_pattern pattern) { patterns_.push_back(std::move(pattern)); }
  void add_anything_but(filter_values values) { excluded_.push_back(std::move(values)); }
  /// After the last add.
  void seal();

 private:
  [[nodiscard]] bool match_string(std::string_view text) const;
  [[nodiscard]] bool match_number(std::string_view text) const;

  bool present_ = false;
  bool absent_ = false;
  bool yes_ = false;
  bool no_ = false;
  bool null_ = false;
  std::vector<std::string> texts_;      // sorted
  std::vector<std::string> spellings_;  // sorted; numbers out of range
  std::vector<std::int64_t> numbers_;   // sorted
  std::vector<filter_range> ranges_;
  std::vector<filter_block> blocks_;
  std::vector<text_pattern> patterns_;
  std::vector<filter_values> excluded_;  // each: anything but these
};

}  // namespace millrace::topic
