// notice: what lanes tell each other about a delivery. It lies at its topic's lane; between a
// notice of arrive and the last answer to it the queue's lane may read it.
#pragma once

#include <cstdint>

#include "topic/service.hpp"

namespace millrace::lane {

struct notice {
  enum class kind : std::uint8_t { arrive, answer };

  topic::delivery* what = nullptr;
  kind is = kind::arrive;
  topic::outcome how = topic::outcome::taken;  ///< of an answer

  /// Where it goes.
  [[nodiscard]] std::uint8_t slot() const noexcept {
    return is == kind::arrive ? what->address().slot : what->of->slot();
  }
};

}  // namespace millrace::lane
