// The command line, read by CLI11: an option for each row of the settings table.
#include "config/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "config/settings.hpp"

namespace millrace::config {
namespace {

constexpr std::array actions{
    action_row{"config", "FILE", action::run,
               "Read settings from this TOML file (reload: SIGHUP)."},
    action_row{"check", "DIR", action::check_data,
               "Verify a data directory that no server has open, say what is damaged, and end."},
    action_row{"check-config", nullptr, action::check_config,
               "Say whether the settings are in order, and end."},
    action_row{"print-config", nullptr, action::print_config,
               "Print the settings that result, as a TOML file, and end."},
    action_row{"print-address", nullptr, action::print_address,
               "Print the URL that would be listened on, and end."},
    action_row{"print-placement", nullptr, action::print_placement,
               "Print which lane and thread would run where, and end."},
    action_row{"version", nullptr, action::version, "Print the version, and end."},
    action_row{"help", nullptr, action::help, "Print this, and end."},
};

void declare_row(CLI::App& app, const option_row& row, command_line& out) {
  const std::string flag = "--" + std::string(row.name);
  const auto keep = [&out, &row, flag](const std::string& value) {
    out.given.push_back({std::string(row.name), value, flag});
  };
  CLI::Option* option = nullptr;
  if (row.kind == option_kind::flag) {
    option = app.add_flag_callback(flag, [keep] { keep("true"); });
  } else {
    option = app.add_option_function<std::string>(flag, keep);
  }
  option->multi_option_policy(CLI::MultiOptionPolicy::Throw);
}

void declare_action(CLI::App& app, const action_row& row, command_line& out) {
  const std::string flag = std::string("--") + row.name + (row.what == action::help ? ",-h" : "");
  if (row.what == action::check_data) {
    app.add_option_function<std::string>(flag, [&out](const std::string& directory) {
      out.directory = directory;
      if (out.what != action::help) out.what = action::check_data;
    });
  } else if (row.value != nullptr) {
    app.add_option(flag, out.file);
  } else {
    app.add_flag_callback(flag, [&out, &row] {
      if (out.what != action::help) out.what = row.what;
    });
  }
}

}  // namespace

std::span<const action_row> action_table() { return actions; }

or_error<command_line> read_command_line(std::span<const char* const> arguments) {
  command_line out;
  CLI::App app;
  app.set_help_flag();
  for (const option_row& row : settings_table()) declare_row(app, row, out);
  for (const action_row& row : actions) declare_action(app, row, out);
  std::vector<std::string> words(arguments.begin(), arguments.end());
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return refuse<command_line>(std::string(error.what()) +
                                " (millraced --help lists the options)");
  }
  return {std::move(out), {}};
}

}  // namespace millrace::config
