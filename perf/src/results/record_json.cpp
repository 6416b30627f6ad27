// One function a member; a member without a function is an error, so that a slip in a script shows.

#include "results/record_json.hpp"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace millrace::perf {

namespace {

using json = nlohmann::json;

better parse_better(const std::string& word) {
  if (word == "higher") return better::higher;
  if (word == "lower") return better::lower;
  if (word == "neither") return better::neither;
  throw std::runtime_error("better is higher, lower or neither, not " + word);
}

metric parse_metric(const json& from) {
  metric figure;
  figure.name = from.at("name").get<std::string>();
  figure.value = from.at("value").get<double>();
  figure.unit = from.at("unit").get<std::string>();
  figure.direction = parse_better(from.value("better", std::string("neither")));
  if (from.contains("low")) figure.low = from.at("low").get<double>();
  if (from.contains("high")) figure.high = from.at("high").get<double>();
  if (from.contains("samples")) figure.samples = from.at("samples").get<std::vector<double>>();
  return figure;
}

goal parse_goal(const json& from) {
  goal promise;
  promise.name = from.at("name").get<std::string>();
  promise.value = from.at("value").get<double>();
  promise.relation = from.at("relation").get<std::string>();
  promise.bound = from.at("bound").get<double>();
  promise.gated = from.value("gated", true);
  if (promise.relation != ">=" && promise.relation != "<=") {
    throw std::runtime_error("a goal's relation is >= or <=, not " + promise.relation);
  }
  return promise;
}

run_facts parse_facts(const json& from) {
  run_facts facts;
  facts.lost = from.value("lost", std::uint64_t{0});
  facts.duplicated = from.value("duplicated", std::uint64_t{0});
  facts.out_of_order = from.value("out_of_order", std::uint64_t{0});
  facts.limited_by_generator = from.value("limited_by_generator", false);
  return facts;
}

/// A name that stays within the record's directory.
const std::string& checked_file_name(const std::string& name) {
  if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) {
    throw std::runtime_error("not a name for an attachment: " + name);
  }
  return name;
}

using adder = std::function<void(run_record&, const json&)>;

const std::map<std::string, adder>& adders() {
  static const std::map<std::string, adder> table = {
      {"parameters",
       [](run_record& record, const json& all) {
         for (const auto& [name, value] : all.items()) {
           record.add_parameter(name, value.get<std::string>());
         }
       }},
      {"metrics",
       [](run_record& record, const json& all) {
         for (const json& each : all) record.add_metric(parse_metric(each));
       }},
      {"goals",
       [](run_record& record, const json& all) {
         for (const json& each : all) record.add_goal(parse_goal(each));
       }},
      {"notes",
       [](run_record& record, const json& all) {
         for (const json& each : all) record.add_note(each.get<std::string>());
       }},
      {"facts", [](run_record& record, const json& all) { record.set_facts(parse_facts(all)); }},
      {"headline",
       [](run_record& record, const json& all) {
         record.set_headline(all.get<std::vector<std::string>>());
       }},
      {"attachments",
       [](run_record& record, const json& all) {
         for (const auto& [name, value] : all.items()) {
           record.add_attachment(checked_file_name(name), value.get<std::string>());
         }
       }},
  };
  return table;
}

}  // namespace

void add_json(run_record& record, const std::string& text) {
  try {
    const json root = json::parse(text);
    if (!root.is_object()) throw std::runtime_error("a record is an object");
    for (const auto& [name, value] : root.items()) {
      const auto found = adders().find(name);
      if (found == adders().end()) throw std::runtime_error("unknown member " + name);
      found->second(record, value);
    }
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

}  // namespace millrace::perf
