// docs/limits.md.
#include <millrace/limits.hpp>

#include "config/render.hpp"

namespace millrace::config {
namespace {

std::string_view enforced_text(limit_row::when enforced) {
  switch (enforced) {
    case limit_row::when::always: return "always";
    case limit_row::when::aws: return "`--limits aws`";
    case limit_row::when::option: return "an option";
  }
  return "";
}

}  // namespace

std::string limits_page() {
  std::string page =
      "# Limits\n\nMade from the table in `engine/src/base/limit_table.cpp` by "
      "`scripts/generate-options`. A limit that is enforced with `--limits aws` is lifted with "
      "`--limits open`, the default. A row with an option says what that starts with: "
      "`--message-size-max`, `--in-flight-max`. How exactly the rates of FIFO queues and of shards "
      "hold over "
      "ten seconds is measured by `scripts/bench --suite fifo --suite stream_limits` "
      "([records](../results/index.jsonl)), and tested in virtual time.\n\n"
      "| Service | Limit | Value | Unit | Of each | Enforced | Refused with | Source |\n"
      "|---|---|---:|---|---|---|---|---|\n";
  for (const limit_row& row : limit_table()) {
    const std::string refused = row.refused_with.empty()
                                    ? std::string("no error")
                                    : "`" + std::string(row.refused_with) + "`";
    page += "| ";
    for (const std::string& cell :
         {std::string(row.service), std::string(row.what), std::to_string(row.value),
          std::string(row.unit), std::string(row.of), std::string(enforced_text(row.enforced)),
          refused}) {
      page += cell + " | ";
    }
    page += std::string(row.source) + " |\n";
  }
  return page;
}

}  // namespace millrace::config
