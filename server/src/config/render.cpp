// Help, settings file and docs page, all made from the same rows. Runs while the server starts.
#include "config/render.hpp"

#include "config/command_line.hpp"
#include "config/environment.hpp"

namespace millrace::config {
namespace {

// Breaks words into lines of at most 98 columns, each indented by `indent`.
std::string wrapped(std::string_view words, std::size_t indent) {
  constexpr std::size_t width = 98;
  std::string out;
  std::size_t column = width;
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    const std::string_view word = words.substr(0, blank);
    words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
    if (column + 1 + word.size() > width) {
      if (!out.empty()) out += '\n';
      out.append(indent, ' ').append(word);
      column = indent + word.size();
    } else {
      out.append(1, ' ').append(word);
      column += 1 + word.size();
    }
  }
  return out + '\n';
}

std::string value_name(const option_row& row) {
  switch (row.kind) {
    case option_kind::number: return row.unit.empty() ? "N" : std::string(row.unit);
    case option_kind::bytes: return "bytes";
    case option_kind::text: return row.unit.empty() ? "text" : std::string(row.unit);
    case option_kind::choice: return std::string(row.choices);
    case option_kind::flag: return {};
  }
  return {};
}

std::string default_text(const option_row& row) {
  return row.fallback.empty() ? "empty" : std::string(row.fallback);
}

void append_help(std::string& out, const option_row& row) {
  out += "  --" + std::string(row.name);
  const std::string value = value_name(row);
  if (!value.empty()) out += " <" + value + ">";
  out += '\n';
  std::string text(row.sentence);
  if (!row.fallback.empty() && row.kind != option_kind::flag) {
    text += " Default " + std::string(row.fallback);
    // A choice shows its values, a flag has none, and a text without a form has only a length.
    const bool has_range = row.kind == option_kind::number || row.kind == option_kind::bytes;
    text += has_range || !row.form.empty() ? "; " + allowed_values(row) + "." : ".";
  }
  out += wrapped(text, 6);
}

bool is_quoted(const option_row& row) {
  return row.kind == option_kind::text || row.kind == option_kind::choice;
}

// A TOML basic string.
std::string quoted(std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    } else {
      out += c;
    }
  }
  return out + '"';
}

void append_table(std::string& out, std::span<const option_row> rows) {
  out += "| option | unit | default | allowed | reloadable | what it does |\n";
  out += "|---|---|---|---|---|---|\n";
  for (const option_row& row : rows) {
    std::string allowed;
    for (const char c : allowed_values(row))
      allowed += c == '|' ? std::string("\\|") : std::string(1, c);
    out += "| `" + std::string(row.name) + "` | " + std::string(row.unit) + " | `" +
           default_text(row) + "` | " + allowed + " | " + (row.reloadable ? "yes" : "no") + " | " +
           std::string(row.sentence) + " |\n";
  }
}

}  // namespace

std::string help_text() {
  std::string out =
      "millraced: queues with the wire and the semantics of AWS, at memory speed.\n"
      "\nusage: millraced [options]\n\n";
  for (const action_row& row : action_table()) {
    out += std::string("  --") + row.name;
    if (row.value != nullptr) out += std::string(" <") + row.value + ">";
    out += "\n" + wrapped(row.sentence, 6);
  }
  out += '\n';
  for (const option_row& row : settings_table()) append_help(out, row);
  out += "\nEach of the latter may also be an environment variable (" +
         variable_name("memory-max") +
         ")\nor a line of the settings file (memory-max = \"4GiB\").\n"
         "Flags win over the environment, the environment wins over the file.\n";
  return out;
}

std::string address_text(const settings& chosen) {
  const std::uint16_t port = chosen.tls_only ? chosen.tls_port : chosen.port;
  if (port == 0) return {};
  return (chosen.tls_only ? "https://" : "http://") + chosen.host + ":" + std::to_string(port);
}

std::string config_text(const settings& chosen) {
  std::string out;
  for (const option_row& row : settings_table()) {
    const std::string value = get_setting(chosen, row.name);
    // TOML's integers have 63 bits; a larger seed is written as a string.
    const bool large = value.size() > 18 && row.kind == option_kind::number;
    out += "# " + std::string(row.sentence) + "\n" + std::string(row.name) + " = " +
           (is_quoted(row) || large ? quoted(value) : value) + "\n";
  }
  return out;
}

std::string options_page() {
  std::string out =
      "# Options\n\n"
      "Generated from the option tables by `scripts/generate-options`; a test compares. An option "
      "`name` of the\nserver is the flag `--name`, the environment variable `MILLRACE_NAME` (`-` "
      "becomes `_`) and the line\n`name = ...` of the TOML file that `--config` or "
      "`MILLRACE_CONFIG` names. Flags win over the environment,\nthe environment wins over the "
      "file. Whatever is unknown or out of range is refused, and the message names\nthe place. "
      "SIGHUP reads the file again: if all of it is in order, the reloadable options take "
      "effect.\n\n## millraced\n\n";
  append_table(out, settings_table());
  out += "\n## Commands of millraced\n\n| option | what it does |\n|---|---|\n";
  for (const action_row& row : action_table()) {
    out += std::string("| `--") + row.name + (row.value == nullptr ? "" : " FILE") + "` | " +
           row.sentence + " |\n";
  }
  out +=
      "\n## millrace::options, for programs that embed the engine\n\nThe member has the row's name "
      "with `_` for `-`, except `data` (`data_dir`) and `virtual-time`\n(`clock`).\n\n";
  append_table(out, option_table());
  return out;
}

}  // namespace millrace::config
