// application/x-www-form-urlencoded text, of a body or of a URL's query: its fields one by one, and
// their decoding. No shapes here. Called by the server's I/O threads; keeps no state.
#pragma once

#include <cstddef>
#include <string_view>

#include "aws/arena.hpp"

namespace millrace::aws {

/// As received, still encoded: views into the form.
struct form_field {
  std::string_view name;
  std::string_view value;  ///< behind the first '='; empty when there is none
};

class form_reader {
 public:
  explicit form_reader(std::string_view form) noexcept : left_(form) {}

  /// The next field that is not empty; false at the end.
  bool next(form_field& out) noexcept;

 private:
  std::string_view left_;
};

/// Text with '+' and '%41' undone.
struct form_text {
  std::string_view bytes;
  bool plain = false;  ///< all of it is ASCII without control characters
};

/// Undoes `encoded`: the same bytes where there is nothing to undo, else others in `memory`. False:
/// a
/// '%' without its two hexadecimal digits.
[[nodiscard]] bool decode_form_text(std::string_view encoded, arena& memory,
                                    form_text& out) noexcept;

/// What routing needs of a form: the first field of this name, and whether there are more of it.
struct form_value {
  std::string_view text;  ///< still encoded
  unsigned count = 0;
};
form_value find_in_form(std::string_view form, std::string_view name) noexcept;

}  // namespace millrace::aws
