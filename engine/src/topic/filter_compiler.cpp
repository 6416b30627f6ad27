#include "topic/filter_compiler.hpp"

#include <algorithm>
#include <numeric>

#include "topic/filter_patterns.hpp"
#include "topic/filter_problem.hpp"

namespace millrace::topic {
namespace {

constexpr std::string_view prefix = "FilterPolicy: ";

/// Keys that make "$or" a key like any other, if an object in its array has one of them.
constexpr std::array<std::string_view, 24> reserved{"exactly",
                                                    "equals-ignore-case",
                                                    "prefix",
                                                    "suffix",
                                                    "anything-but",
                                                    "exists",
                                                    "wildcard",
                                                    "numeric",
                                                    "cidr",
                                                    "=",
                                                    "<",
                                                    "<=",
                                                    ">",
                                                    ">=",
                                                    "regex",
                                                    "not-wildcard",
                                                    "not-equals-ignore-case",
                                                    "date-after",
                                                    "date-on-or-after",
                                                    "date-before",
                                                    "date-on-or-before",
                                                    "in-date-range",
                                                    "ip-address-in-range",
                                                    "ip-address-not-in-range"};

}  // namespace

bool filter_compiler::refuse(std::string why) {
  problem_ = std::move(why);
  return false;
}

bool filter_compiler::is_or(std::uint32_t node) const {
  if (nodes_[node].name != "$or" || nodes_[node].kind != json_kind::array) return false;
  const std::uint32_t end = nodes_[node].end;
  std::size_t objects = 0;
  for (std::uint32_t i = node + 1; i < end; i = nodes_[i].end, ++objects) {
    if (nodes_[i].kind != json_kind::object) return false;
    for (std::uint32_t member = i + 1; member < nodes_[i].end; member = nodes_[member].end) {
      const std::string_view name = nodes_[member].name;
      if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) return false;
    }
  }
  return objects >= 2;
}

bool filter_compiler::add_object(std::uint32_t object, const std::string& above,
                                 std::uint64_t depth) {
  const json_node& node = nodes_[object];
  if (node.end == object + 1) {
    return refuse(std::string(prefix) +
                  problem_at(policy_, "Empty objects are not allowed", node.token + 1));
  }
  for (std::uint32_t i = object + 1; i < node.end; i = nodes_[i].end) {
    const json_node& member = nodes_[i];
    bool added = false;
    if (is_or(i)) {
      added = add_or(i, above, depth);
    } else if (member.kind == json_kind::object) {
      added = add_object(i, above + std::string(member.name) + '.', depth + 1);
    } else if (member.kind == json_kind::array) {
      added = add_key(i, above + std::string(member.name), depth);
    } else {
      const std::string why = '"' + std::string(member.name) + "\" must be an object or an array";
      return refuse(std::string(prefix) + problem_at(policy_, why, member.token));
    }
    if (!added) return false;
  }
  return true;
}

bool filter_compiler::add_or(std::uint32_t array, const std::string& above, std::uint64_t depth) {
  const std::vector<way> before = std::move(ways_);
  std::vector<way> after;
  for (std::uint32_t i = array + 1; i < nodes_[array].end; i = nodes_[i].end) {
    ways_ = before;
    if (!add_object(i, above, depth)) return false;
    after.insert(after.end(), ways_.begin(), ways_.end());
    // Each way is at least one combination.
    if (after.size() > filter_policy::combinations_max) return too_complex();
  }
  ways_ = std::move(after);
  return true;
}

bool filter_compiler::add_key(std::uint32_t array, const std::string& path, std::uint64_t depth) {
  // More than a policy may have; what else is wrong with it does not matter.
  if (values_.size() > filter_policy::combinations_max * filter_policy::keys_max) {
    return too_complex();
  }
  pattern_reader reader(policy_, nodes_);
  filter_values values;
  if (!reader.read(array, values)) return refuse(std::string(prefix) + reader.problem());
  std::uint64_t count = 0;
  for (std::uint32_t i = array + 1; i < nodes_[array].end; i = nodes_[i].end) ++count;
  const pattern_cost cost = reader.cost();
  if (cost.wildcards) wildcard_points_ += std::uint64_t{cost.points} * cost.patterns;
  deepest_ = std::max(deepest_, depth);

  const auto known = std::find(paths_.begin(), paths_.end(), path);
  const auto place = static_cast<std::size_t>(known - paths_.begin());
  if (known == paths_.end()) paths_.push_back(path);
  const auto index = static_cast<std::uint16_t>(values_.size());
  values_.push_back(std::move(values));
  weights_.push_back(count * depth);
  for (way& each : ways_) {
    const auto same = std::find_if(each.begin(), each.end(),
                                   [place](const auto& wanted) { return wanted.first == place; });
    if (same != each.end()) {
      same->second = index;
    } else {
      each.emplace_back(place, index);
    }
  }
  return true;
}

bool filter_compiler::check_limits(filter_scope scope) {
  if (scope == filter_scope::attributes && deepest_ > 1) {
    return refuse("Filter policy scope MessageAttributes does not support nested filter policy");
  }
  if (paths_.size() > filter_policy::keys_max) {
    return refuse("FilterPolicy: Filter policy can not have more than 5 keys");
  }
  std::uint64_t combinations = 0;
  for (const way& each : ways_) {
    std::uint64_t product = 1;
    for (const auto& wanted : each) {
      product *= std::min(weights_[wanted.second], filter_policy::combinations_max + 1);
    }
    combinations += std::min(product, filter_policy::combinations_max + 1);
  }
  if (combinations > filter_policy::combinations_max) return too_complex();
  if (wildcard_points_ > filter_policy::wildcard_points_max) return too_complex();
  return true;
}

void filter_compiler::write(filter_scope scope, filter_policy& out) {
  std::vector<std::size_t> order(paths_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [this](std::size_t a, std::size_t b) { return paths_[a] < paths_[b]; });
  std::vector<std::size_t> key_of(paths_.size());
  for (std::size_t key = 0; key < order.size(); ++key) {
    key_of[order[key]] = key;
    out.keys_.push_back(std::move(paths_[order[key]]));
  }
  for (const way& each : ways_) {
    filter_policy::branch branch;
    branch.fill(filter_policy::any);
    for (const auto& wanted : each) branch[key_of[wanted.first]] = wanted.second;
    out.branches_.push_back(branch);
  }
  out.values_ = std::move(values_);
  out.scope_ = scope;
}

bool filter_compiler::compile(filter_scope scope, filter_policy& out) {
  if (policy_.size() > filter_policy::bytes_max) {
    return refuse("FilterPolicy: Filter policy can not be larger than 256 KB");
  }
  json_tree tree;
  const json_tree::outcome outcome = tree.parse(policy_);
  if (outcome != json_tree::outcome::ok) {
    return refuse(std::string(prefix) + syntax_problem(policy_, outcome, tree.failed_at()));
  }
  nodes_ = tree.nodes();
  if (nodes_.front().kind != json_kind::object) {
    return refuse(std::string(prefix) + problem_at(policy_, "Filter is not an object", 0));
  }
  const bool empty = nodes_.size() == 1;  // lets everything pass
  if (!empty && (!add_object(0, {}, 1) || !check_limits(scope))) return false;
  write(scope, out);
  return true;
}

}  // namespace millrace::topic
