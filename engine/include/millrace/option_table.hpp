// The options as one table: a row for each, in the order in which help shows them. Whoever reads
// options from text (a server's flags, environment or file) goes through these rows, and so gets
// the same names, ranges and errors. Everything here may be called on any thread.
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <millrace/options.hpp>
#include <millrace/result.hpp>
#include <span>
#include <string>
#include <string_view>

namespace millrace {
inline namespace v1 {

enum class option_kind : std::uint8_t {
  number,  ///< a decimal number in [min, max]
  bytes,   ///< the same, and KiB, MiB, GiB or TiB may follow it
  text,    ///< `min` to `max` characters
  choice,  ///< one of `choices`
  flag,    ///< true or false; as a command-line flag alone it means true
};

struct option_row {
  std::string_view name = {};  ///< --name, MILLRACE_NAME, and `name = ...` in a file
  option_kind kind = option_kind::text;
  std::string_view unit = {};      ///< "bytes", "messages", ...; may be empty
  std::string_view fallback = {};  ///< the default, as text that the option accepts
  std::uint64_t min = 0;           ///< number, bytes: smallest value; text: fewest characters
  std::uint64_t max = 0;           ///< number, bytes: largest value; text: most characters
  std::string_view zero = {};  ///< number, bytes: what 0 means, if it is allowed beside the range
  std::string_view choices = {};  ///< choice: the values, with | between them
  std::string_view form = {};     ///< text: what it must look like, in words; may be empty
  bool (*matches)(std::string_view) noexcept = nullptr;  ///< text: has it that form? null = any
  bool reloadable = false;                               ///< may change while the engine runs
  std::string_view sentence = {};                        ///< what it does, for help and docs
};

/// The rows of struct options. Valid for ever.
MR_EXPORT std::span<const option_row> option_table() noexcept;

/// The row of that name in a table, or null.
MR_EXPORT const option_row* find_option(std::span<const option_row> table,
                                        std::string_view name) noexcept;

/// What a row allows, in words: "1 to 256, or 0 for as the plan has it", "open or aws".
MR_EXPORT std::string allowed_values(const option_row& row);

/// Is `value` of the row's kind and within its range? Else errc::invalid_option.
MR_EXPORT result<void> check_option(const option_row& row, std::string_view value) noexcept;

/// The number that a `number` or `bytes` row's text stands for; errc::invalid_option as above.
MR_EXPORT result<std::uint64_t> option_number(const option_row& row,
                                              std::string_view value) noexcept;

/// Sets the option of that name; errc::invalid_option if it is unknown or the value is not allowed,
/// and then nothing has changed.
MR_EXPORT result<void> set_option(options& target, std::string_view name,
                                  std::string_view value) noexcept;

/// The value of the option of that name, as text that set_option() accepts; empty if unknown.
MR_EXPORT std::string get_option(const options& source, std::string_view name);

}  // namespace v1
}  // namespace millrace
