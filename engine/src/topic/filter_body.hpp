// Whether a JSON body has values for all keys of one way to satisfy a filter policy. Keys that lead
// through one array of objects have to find their values in one and the same element of it, as
// aws/event-ruler has it; a key that must be missing need only be missing there, if a key that
// stands before it in the alphabet leads through the array as well.
//
// Each node of the body is visited once. What a subtree can do is told as the set of its outcomes,
// and an outcome is a set of keys: the wanted ones that found a value, and the unwanted ones that
// are there. With 5 keys there are 32 outcomes, so a set of them is a word of 32 bits.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/limits.hpp>
#include <span>
#include <string_view>

#include "topic/filter_values.hpp"
#include "topic/json_tree.hpp"

namespace millrace::topic {

class filter_body {
 public:
  static constexpr std::size_t keys_max = filter_policy_keys_max;
  static_assert(keys_max <= 5);  // outcomes has 32 bits

  explicit filter_body(std::span<const json_node> nodes) noexcept : nodes_(nodes) {}

  /// At most keys_max of them, in the order of their paths.
  void add(std::string_view path, const filter_values& values) noexcept;

  [[nodiscard]] bool match();

 private:
  using keys = std::uint32_t;      // a bit a key
  using outcomes = std::uint32_t;  // a bit for each set of keys
  static constexpr outcomes nothing_found = 1;

  /// For each key the part of its path that is left below a node.
  using rests = std::array<std::string_view, keys_max>;

  [[nodiscard]] outcomes of(std::uint32_t node, keys active, keys arrived, const rests& left) const;
  [[nodiscard]] outcomes of_object(std::uint32_t node, keys active, const rests& left) const;
  [[nodiscard]] outcomes of_array(std::uint32_t node, keys active, keys arrived,
                                  const rests& left) const;
  [[nodiscard]] outcomes of_scalar(const json_node& value, keys arrived) const;
  [[nodiscard]] keys missing_in_element(keys found) const noexcept;

  std::span<const json_node> nodes_;
  std::size_t count_ = 0;
  std::array<std::string_view, keys_max> paths_;
  std::array<const filter_values*, keys_max> values_{};
  keys unwanted_ = 0;  // the keys that must be missing
};

}  // namespace millrace::topic
