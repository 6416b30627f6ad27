// The slow lookups of a parsed request.
#include "http/request.hpp"

#include "http/scan.hpp"

namespace millrace::http {

std::string_view request::header(std::string_view name) const noexcept {
  for (const field& f : fields) {
    if (same_ignoring_case(name_of(f), name)) return value_of(f);
  }
  return {};
}

}  // namespace millrace::http
