// The layers: each assignment is checked against its row, then the highest layer wins.
#include "config/load.hpp"

#include "config/config_file.hpp"

namespace millrace::config {
namespace {

// In words why the assignment is refused; empty if it is in order.
std::string objection(const assignment& given) {
  const option_row* row = find_option(settings_table(), given.name);
  if (row == nullptr) {
    return given.where + ": there is no option " + given.name +
           " (millraced --help lists the options)";
  }
  if (!check_option(*row, given.value)) {
    return given.where + ": " + given.name + " = " + given.value + " is not allowed: it must be " +
           allowed_values(*row);
  }
  return {};
}

or_error<settings> settle(std::span<const assignments* const> layers) {
  settings chosen;
  for (const assignments* layer : layers) {
    for (const assignment& given : *layer) {
      if (std::string problem = objection(given); !problem.empty()) {
        return refuse<settings>(std::move(problem));
      }
      set_setting(chosen, given.name, given.value);
    }
  }
  if (std::string problem = contradiction(chosen); !problem.empty()) {
    return refuse<settings>(std::move(problem));
  }
  return {std::move(chosen), {}};
}

or_error<settings> settle(const std::string& file, const environment& variables,
                          const command_line& flags) {
  or_error<assignments> lines{assignments(), {}};
  if (!file.empty()) lines = read_config_file(file);
  if (!lines) return refuse<settings>(lines.error);
  const assignments* const layers[] = {&*lines, &variables.given, &flags.given};
  return settle(layers);
}

}  // namespace

or_error<loaded> load(std::span<const char* const> arguments, const char* const* variables) {
  or_error<command_line> flags = read_command_line(arguments);
  if (!flags) return refuse<loaded>(flags.error);
  loaded out;
  out.flags = *flags;
  out.variables = read_environment(variables);
  out.what = out.flags.what;
  out.file = out.flags.file.empty() ? out.variables.file : out.flags.file;
  if (out.what == action::help || out.what == action::version) return {std::move(out), {}};
  or_error<settings> chosen = settle(out.file, out.variables, out.flags);
  if (!chosen) return refuse<loaded>(chosen.error);
  out.chosen = *chosen;
  for (const std::string& name : out.variables.unknown) {
    out.warnings.push_back(name + " is set, but there is no such option; it has no effect");
  }
  return {std::move(out), {}};
}

or_error<reloaded> reload(const loaded& origin, const settings& running) {
  if (origin.file.empty()) return refuse<reloaded>("no settings file was given at the start");
  or_error<settings> fresh = settle(origin.file, origin.variables, origin.flags);
  if (!fresh) return refuse<reloaded>(fresh.error);
  reloaded out;
  out.chosen = running;
  for (const option_row& row : settings_table()) {
    const std::string value = get_setting(*fresh, row.name);
    if (value == get_setting(running, row.name)) continue;
    if (row.reloadable) {
      set_setting(out.chosen, row.name, value);
      out.applied.emplace_back(row.name);
    } else {
      out.needs_restart.emplace_back(row.name);
    }
  }
  return {std::move(out), {}};
}

}  // namespace millrace::config
