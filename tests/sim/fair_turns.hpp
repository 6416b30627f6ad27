// fair_turns: whether the receives of an audit keep quiet tenants waiting. A tenant with nothing in
// flight and something visible is quiet, whatever figure an engine has for it; while it waits,
// nobody else is served by two receives: whoever was served has had its turn. Belongs to a ledger.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace millrace::sim {

class fair_turns {
 public:
  /// An idle queue, of which all is known. Views of names that last.
  void begin(std::set<std::string_view> quiet_and_visible);
  /// In the receive under way, a message of that tenant came.
  void came(std::string_view tenant) { now_.insert(tenant); }
  /// It is over. What is wrong, if anything is.
  std::optional<std::string> receive_ended();
  /// Tenants that began to wait, with others.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  std::set<std::string_view> waiting_;
  std::set<std::string_view> before_;  ///< served by earlier receives
  std::set<std::string_view> now_;
};

}  // namespace millrace::sim
