#include "fair_turns.hpp"

#include <utility>

namespace millrace::sim {

void fair_turns::begin(std::set<std::string_view> quiet_and_visible) {
  waiting_ = std::move(quiet_and_visible);
  before_.clear();
  now_.clear();
}

std::optional<std::string> fair_turns::receive_ended() {
  for (const std::string_view tenant : now_) waiting_.erase(tenant);
  std::optional<std::string> wrong;
  for (const std::string_view tenant : now_) {
    const bool again = !before_.insert(tenant).second;
    if (!again || waiting_.empty()) continue;
    wrong = "tenant '" + std::string(tenant) + "' is served again while '" +
            std::string(*waiting_.begin()) + "' waits, which has nothing in flight";
  }
  now_.clear();
  return wrong;
}

}  // namespace millrace::sim
