// Lookup of operations by name.
#include "aws/model.hpp"

#include <algorithm>

namespace millrace::aws {

std::size_t find_operation(const service_model& model, std::string_view name) noexcept {
  const auto rows = model.operations;
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), name,
      [](const operation_row& row, std::string_view wanted) { return row.name < wanted; });
  if (at == rows.end() || at->name != name) return rows.size();
  return static_cast<std::size_t>(at - rows.begin());
}

}  // namespace millrace::aws
