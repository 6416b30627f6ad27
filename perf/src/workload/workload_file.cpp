// Each key is one row of a table. The document is small: libyaml's tree of it is walked once.

#include "workload/workload_file.hpp"

#include <yaml.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <stdexcept>

#include "workload/duration.hpp"

namespace millrace::perf {

namespace {

std::uint32_t whole(std::string_view text) {
  const double value = parse_number(text, "a count");
  if (value < 0 || value > 1e9 || value != static_cast<double>(static_cast<std::int64_t>(value))) {
    throw std::runtime_error("'" + std::string(text) + "' is no whole number of 0..10^9");
  }
  return static_cast<std::uint32_t>(value);
}

double number(std::string_view text) { return parse_number(text, "a number"); }

double seconds(std::string_view text) { return static_cast<double>(parse_duration_ns(text)) / 1e9; }

bool truth(std::string_view text) {
  if (text == "true" || text == "True" || text == "yes") return true;
  if (text == "false" || text == "False" || text == "no") return false;
  throw std::runtime_error("'" + std::string(text) + "' is neither true nor false");
}

/// OpenMessaging's 10,000 keys, in turn or at random.
void set_key_distributor(bench_workload& plan, std::string_view text) {
  constexpr std::uint64_t keys = 10'000;
  plan.keyed = text != "NO_KEY";
  if (text == "NO_KEY") {
    plan.keys = distribution(0);
  } else if (text == "KEY_ROUND_ROBIN") {
    plan.keys = distribution::round_robin(0, keys - 1);
  } else if (text == "RANDOM_NANO") {
    plan.keys = distribution::uniform(0, keys - 1);
  } else {
    throw std::runtime_error("'" + std::string(text) +
                             "' is not NO_KEY, KEY_ROUND_ROBIN or RANDOM_NANO");
  }
}

struct key_row {
  std::string_view name;
  bool is_list;  ///< takes its values one by one; a single one is a list of one
  void (*set)(bench_workload& plan, std::string_view value);
};

constexpr std::array rows = {
    key_row{"name", false, [](auto& plan, auto text) { plan.name = text; }},
    key_row{"topics", false, [](auto& plan, auto text) { plan.topics = whole(text); }},
    key_row{"partitionsPerTopic", false,
            [](auto& plan, auto text) { plan.partitions_per_topic = whole(text); }},
    key_row{"messageSize", false, [](auto& plan, auto text) { plan.size = parse_sizes(text); }},
    key_row{"payloadFile", false, [](auto& plan, auto text) { plan.payload_file = text; }},
    key_row{"useRandomizedPayloads", false,
            [](auto& plan, auto text) { plan.randomized_payloads = truth(text); }},
    key_row{"randomBytesRatio", false,
            [](auto& plan, auto text) { plan.random_bytes_ratio = number(text); }},
    key_row{"randomizedPayloadPoolSize", false,
            [](auto& plan, auto text) { plan.payload_pool_size = whole(text); }},
    key_row{"subscriptionsPerTopic", false,
            [](auto& plan, auto text) { plan.subscriptions_per_topic = whole(text); }},
    key_row{"consumerPerSubscription", false,
            [](auto& plan, auto text) { plan.consumers_per_subscription = whole(text); }},
    key_row{"producersPerTopic", false,
            [](auto& plan, auto text) { plan.producers_per_topic = whole(text); }},
    key_row{"producerRate", false,
            [](auto& plan, auto text) { plan.producer_rate = number(text); }},
    key_row{"consumerBacklogSizeGB", false,
            [](auto& plan, auto text) { plan.backlog_gb = number(text); }},
    key_row{"testDurationMinutes", false,
            [](auto& plan, auto text) { plan.test_seconds = 60 * number(text); }},
    key_row{"warmupDurationMinutes", false,
            [](auto& plan, auto text) { plan.warm_up_seconds = 60 * number(text); }},
    key_row{"keyDistributor", false, set_key_distributor},
    // Ours.
    key_row{"service", false, [](auto& plan, auto text) { plan.service = parse_service(text); }},
    key_row{"testDuration", false,
            [](auto& plan, auto text) { plan.test_seconds = seconds(text); }},
    key_row{"warmupDuration", false,
            [](auto& plan, auto text) { plan.warm_up_seconds = seconds(text); }},
    key_row{"keys", false,
            [](auto& plan, auto text) {
              plan.keyed = text != "none";
              plan.keys = parse_keys(text);
            }},
    key_row{"arrivals", false,
            [](auto& plan, auto text) { plan.arrivals = parse_arrivals(text); }},
    key_row{"consumerService", false,
            [](auto& plan, auto text) { plan.consumer_service = parse_times(text); }},
    key_row{"sendBatch", false, [](auto& plan, auto text) { plan.send_batch = whole(text); }},
    key_row{"receiveBatch", false,
            [](auto& plan, auto text) { plan.receive_batch = whole(text); }},
    key_row{"visibilityTimeout", false,
            [](auto& plan, auto text) { plan.visibility_seconds = whole(text); }},
    key_row{"faults", true,
            [](auto& plan, auto text) { plan.faults.push_back(parse_fault(text)); }},
    key_row{"sweep", true, [](auto& plan, auto text) { plan.sweep.push_back(number(text)); }},
    key_row{"objectives", true,
            [](auto& plan, auto text) {
              for (auto& each : parse_objectives(text)) plan.objectives.push_back(each);
            }},
};

const key_row* find_row(std::string_view name) {
  for (const key_row& each : rows) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

class yaml_tree {
 public:
  yaml_tree(const std::string& text, const std::string& name) : name_(name) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    yaml_parser_set_input_string(&parser_, bytes, text.size());
    loaded_ = yaml_parser_load(&parser_, &document_) != 0;
    if (loaded_) return;
    const std::string why = parser_.problem == nullptr ? "no YAML" : parser_.problem;
    const std::size_t line = parser_.problem_mark.line + 1;
    yaml_parser_delete(&parser_);
    refuse(line, why);
  }
  ~yaml_tree() {
    yaml_document_delete(&document_);
    yaml_parser_delete(&parser_);
  }
  yaml_tree(const yaml_tree&) = delete;
  yaml_tree& operator=(const yaml_tree&) = delete;

  [[noreturn]] void refuse(std::size_t line, const std::string& why) const {
    throw std::runtime_error(name_ + ":" + std::to_string(line) + ": " + why);
  }
  static std::size_t line_of(const yaml_node_t& node) { return node.start_mark.line + 1; }

  [[nodiscard]] const yaml_node_t* root() { return yaml_document_get_root_node(&document_); }
  [[nodiscard]] const yaml_node_t& node(int index) {
    return *yaml_document_get_node(&document_, index);
  }
  /// Of a scalar.
  [[nodiscard]] std::string_view text(const yaml_node_t& of) const {
    if (of.type != YAML_SCALAR_NODE) refuse(line_of(of), "a single value was expected here");
    return {reinterpret_cast<const char*>(of.data.scalar.value), of.data.scalar.length};
  }

 private:
  std::string name_;
  yaml_parser_t parser_{};
  yaml_document_t document_{};
  bool loaded_ = false;
};

void set_value(yaml_tree& tree, const key_row& row, const yaml_node_t& value,
               bench_workload& plan) {
  const auto set_one = [&](const yaml_node_t& one) {
    const std::string_view text = tree.text(one);
    try {
      row.set(plan, text);
    } catch (const std::runtime_error& error) {
      tree.refuse(yaml_tree::line_of(one), std::string(row.name) + ": " + error.what());
    }
  };
  if (!row.is_list || value.type != YAML_SEQUENCE_NODE) return set_one(value);
  const auto& items = value.data.sequence.items;
  for (const int* each = items.start; each != items.top; ++each) set_one(tree.node(*each));
}

}  // namespace

bench_workload parse_workload(const std::string& text, const std::string& name) {
  yaml_tree tree(text, name);
  bench_workload plan;
  plan.name = std::filesystem::path(name).stem().string();
  plan.service = service_kind::stream;
  const yaml_node_t* root = tree.root();
  if (root == nullptr) tree.refuse(1, "the file is empty");
  if (root->type != YAML_MAPPING_NODE) tree.refuse(1, "lines of `key: value` were expected");
  std::set<std::string, std::less<>> seen;
  const auto& pairs = root->data.mapping.pairs;
  for (const yaml_node_pair_t* pair = pairs.start; pair != pairs.top; ++pair) {
    const yaml_node_t& key = tree.node(pair->key);
    const std::string_view word = tree.text(key);
    const key_row* row = find_row(word);
    if (row == nullptr) {
      tree.refuse(yaml_tree::line_of(key), "unknown key '" + std::string(word) + "'");
    }
    if (!seen.emplace(word).second) {
      tree.refuse(yaml_tree::line_of(key), "'" + std::string(word) + "' stands here twice");
    }
    set_value(tree, *row, tree.node(pair->value), plan);
  }
  return plan;
}

bench_workload read_workload_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw std::runtime_error("cannot read " + path);
  bench_workload plan = parse_workload(text, path);
  if (plan.payload_file.empty() || std::filesystem::exists(plan.payload_file)) return plan;
  const auto folder = std::filesystem::path(path).parent_path();
  for (const auto& base : {folder, folder / ".."}) {
    if (!std::filesystem::exists(base / plan.payload_file)) continue;
    plan.payload_file = (base / plan.payload_file).string();
    break;
  }
  return plan;
}

}  // namespace millrace::perf
