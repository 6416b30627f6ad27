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

/// The first field of a name, and whether there are more of it.
struct form_value {
  std::string_view text;  ///< still encoded
  unsigned count = 0;
};

/// What routing needs of a form.
struct form_address {
  form_value action;
  form_value version;
};
form_address find_address(std::string_view form) noexcept;

}  // namespace millrace::aws
