// Reads what stands in the array behind a key of a filter policy into filter_values. What is
// refused is told as event-ruler's compiler tells it, which reads token by token.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "topic/filter_problem.hpp"
#include "topic/filter_values.hpp"
#include "topic/json_tree.hpp"

namespace millrace::topic {

/// What the patterns of one key cost by the rules for wildcards.
struct pattern_cost {
  std::uint32_t points = 0;
  std::uint32_t patterns = 0;
  bool wildcards = false;
};

class pattern_reader {
 public:
  pattern_reader(std::string_view policy, std::span<const json_node> nodes) noexcept
      : policy_(policy), nodes_(nodes) {}

  /// Reads the array at `array`. False: refused, and problem() says why.
  bool read(std::uint32_t array, filter_values& out);

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] pattern_cost cost() const noexcept { return cost_; }

 private:
  bool read_element(const json_node& element, std::uint32_t index, filter_values& out);
  bool read_expression(std::uint32_t object, filter_values& out);
  bool read_operator(std::uint32_t member, filter_values& out);
  bool read_affix(std::uint32_t member, filter_values& out);
  bool read_text(std::uint32_t member, text_operator kind, filter_values& out);
  bool read_wildcard(const json_node& value, filter_values& out);
  bool read_block(const json_node& value, filter_values& out);
  bool read_numeric(std::uint32_t array, filter_values& out);
  bool read_upper_end(std::uint32_t array, bool open, std::int64_t low, filter_values& out);
  bool read_bound(const json_node* value, std::uint32_t token, std::string_view name,
                  std::int64_t& out);
  bool read_anything_but(std::uint32_t member, filter_values& out);
  bool read_excluded_list(std::uint32_t array, filter_values& out);
  bool read_excluded_texts(std::uint32_t value, std::string_view name, filter_values& out);
  bool read_excluded_text(const json_node& value, std::string_view name, filter_values& out);
  bool only_one_key(std::uint32_t object, std::string_view why);

  bool refuse(std::string_view why, std::uint32_t token, token_read read = token_read::begun);
  /// The element of an array, nullptr after the last; `token` of it or of the array's end.
  const json_node* element(std::uint32_t array, std::uint32_t number, std::uint32_t& token) const;

  std::string_view policy_;
  std::span<const json_node> nodes_;
  std::string problem_;
  pattern_cost cost_;
};

}  // namespace millrace::topic
