#include "roster.hpp"

namespace millrace::crash {

namespace {

void add(roster& to, queue_rules rules, const std::string& suffix) {
  rules.name += "-" + suffix + (rules.fifo ? ".fifo" : "");
  to.push_back({.rules = std::move(rules)});
}

void add_with_dead_letters(roster& to, const std::string& name, std::uint32_t receives_max,
                           const std::string& suffix) {
  add(to, {.name = name + "-dead", .receives_dead_letters = true}, suffix);
  add(to, {.name = name, .dead_letters = to.size() - 1, .receives_max = receives_max}, suffix);
}

}  // namespace

const char* to_string(level value) noexcept {
  switch (value) {
    case level::memory: return "memory";
    case level::os: return "os";
    case level::disk: return "disk";
  }
  return "";
}

bool survives(level stored, blow struck) noexcept {
  return static_cast<int>(stored) >= static_cast<int>(struck);
}

roster mixed_roster(const std::string& suffix) {
  roster made = plain_roster(suffix, 2);
  add(made, {.name = "purged", .purges = true}, suffix);
  add_with_dead_letters(made, "redrive-3", 3, suffix);
  add_with_dead_letters(made, "redrive-5", 5, suffix);
  add(made, {.name = "os", .tag = level::os}, suffix);
  add(made, {.name = "memory", .tag = level::memory}, suffix);
  for (const char* name : {"ordered-1", "ordered-2"}) {
    add(made, {.name = name, .fifo = true}, suffix);
  }
  for (const char* name : {"churn-1", "churn-2", "churn-3", "churn-4"}) {
    add(made, {.name = name, .churns = true}, suffix);
  }
  return made;
}

roster plain_roster(const std::string& suffix, std::size_t count) {
  roster made;
  for (std::size_t i = 1; i <= count; ++i)
    add(made, {.name = "plain-" + std::to_string(i)}, suffix);
  return made;
}

}  // namespace millrace::crash
