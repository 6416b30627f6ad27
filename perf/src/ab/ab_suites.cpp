#include "ab/ab_suites.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "ab/gate_suite.hpp"
#include "ab/instruction_suite.hpp"
#include "ab/interleave.hpp"
#include "ab/server_suite.hpp"
#include "report/format.hpp"

namespace millrace::perf {

namespace {

using measurement = std::function<ab_block()>;

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  return {std::istream_iterator<std::string>(text), {}};
}

ab_row compare(const std::string& name, const measurement& base, const measurement& head,
               const ab_plan& plan) {
  ab_row row{.name = name, .unit = "ns", .result = {}};
  const auto pairs = static_cast<std::size_t>(plan.rule.pairs);
  int rounds = 0;
  row.result = confirmed_ab([&] {
    plan.progress(name + format(": %zu pairs", pairs) +
                  (rounds == 0 ? "" : ", to confirm what was found"));
    ++rounds;
    interleaving seen = interleave(base, head, pairs, plan.pairs_again_max);
    row.pairs_again += seen.pairs_again;
    row.contaminated_blocks = seen.contaminated_blocks;
    return judge_ab(std::move(seen.a), std::move(seen.b), plan.rule);
  });
  row.confirmed = rounds == 2 && row.result.verdict != ab_verdict::no_change_found;
  return row;
}

/// Exact, so that one count a side is enough.
ab_result judge_counts(double base, double head) {
  ab_result made{.a = {base}, .b = {head}};
  made.change_percent = made.low_percent = made.high_percent = 100 * (head / base - 1);
  made.detectable_percent = instructions_percent_min;
  if (std::abs(made.change_percent) > instructions_percent_min) {
    made.verdict = made.change_percent > 0 ? ab_verdict::b_costs_more : ab_verdict::b_costs_less;
  }
  return made;
}

ab_row compare_counts(const hot_path_plan& path, const ab_plan& plan) {
  const std::string name = path.name + ".instructions";
  int rounds = 0;
  ab_row row{
      .name = name, .unit = "instructions", .result = {}, .measure = ab_measure::instructions};
  row.result = confirmed_ab([&] {
    plan.progress(name + (rounds == 0 ? "" : ": to confirm what was found"));
    ++rounds;
    return judge_counts(count_instructions(plan.base, path), count_instructions(plan.head, path));
  });
  row.confirmed = rounds == 2 && row.result.verdict != ab_verdict::no_change_found;
  return row;
}

void require_program(const ab_plan& plan, const char* program) {
  for (const std::string& build : {plan.base, plan.head}) {
    if (std::filesystem::exists(std::filesystem::path(build) / program)) continue;
    throw std::runtime_error(build + " has no " + program + ": build it there, or say --commands");
  }
}

void add_in_process(const ab_plan& plan, std::size_t count, ab_report& report) {
  require_program(plan, "perf/queue_cycle");
  for (const gate_case& each : gate_suite().first(std::min(count, gate_suite().size()))) {
    report.rows.push_back(compare(
        each.name, [&] { return run_case(each, plan.base); },
        [&] { return run_case(each, plan.head); }, plan));
  }
}

void add_servers(const ab_plan& plan, ab_report& report) {
  if (!has_server(plan.base) || !has_server(plan.head)) {
    if (plan.suite == "http") require_program(plan, "server/millraced");
    report.not_measured.emplace_back("a build has no server/millraced: rows of HTTP");
    return;
  }
  for (const server_case& each : server_suite()) {
    report.rows.push_back(compare(
        each.name, [&] { return run_server_case(each, plan.base); },
        [&] { return run_server_case(each, plan.head); }, plan));
  }
}

void add_instructions(const ab_plan& plan, ab_report& report) {
  for (const std::string& build : {plan.base, plan.head}) {
    const std::string why = cannot_count(build);
    if (why.empty()) continue;
    if (plan.suite == "instructions") {
      throw std::runtime_error(std::string(build).append(": ").append(why));
    }
    report.not_measured.push_back(why + ": rows of instructions");
    return;
  }
  const auto of_base = hot_paths_of(plan.base);
  for (const hot_path_plan& each : hot_paths_of(plan.head)) {
    const bool in_both = std::any_of(of_base.begin(), of_base.end(), [&](const hot_path_plan& one) {
      return one.name == each.name;
    });
    if (in_both) {
      report.rows.push_back(compare_counts(each, plan));
    } else {
      report.not_measured.push_back("base has no hot path " + each.name);
    }
  }
}

}  // namespace

ab_report compare_suites(const ab_plan& plan) {
  ab_report report{.suite = plan.suite, .rule = plan.rule};
  if (plan.suite == "commands") {
    const auto base = words_of(plan.base), head = words_of(plan.head);
    report.rows.push_back(compare(
        "command.cpu_ns", [&] { return run_command(base); }, [&] { return run_command(head); },
        plan));
    return report;
  }
  if (plan.suite == "quick") add_in_process(plan, 1, report);
  if (plan.suite == "gate") add_in_process(plan, gate_suite().size(), report);
  if (plan.suite == "gate" || plan.suite == "http") add_servers(plan, report);
  if (plan.suite == "gate" || plan.suite == "instructions") add_instructions(plan, report);
  return report;
}

}  // namespace millrace::perf
