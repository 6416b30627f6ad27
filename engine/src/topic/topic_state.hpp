// topic_state: a topic as its lane sees it, with its subscriptions. Touched only by that lane.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "topic/definition_codec.hpp"
#include "topic/filter_policy.hpp"
#include "topic/rates.hpp"

namespace millrace::topic {

struct subscription {
  subscription_id id;
  subscription_settings settings;
  base::time_ms created_at_ms = 0;
  std::uint64_t revision = 0;
  std::uint32_t log_epoch = 0;
  route_ref to;  ///< as the settings say
  std::optional<filter_policy> filter;

  /// A policy that this version refuses, though an earlier one took it, lets nothing pass.
  [[nodiscard]] bool takes(filter_subject& message) const {
    return filter ? filter->matches(message) : settings.filter_policy.empty();
  }
};

struct topic_state {
  std::uint64_t uid = 0;
  std::string name;
  std::uint64_t name_hash = 0;
  topic_settings settings;
  base::time_ms created_at_ms = 0;
  std::uint64_t revision = 0;
  std::uint32_t log_epoch = 0;

  std::vector<std::unique_ptr<subscription>> subscriptions;  ///< by id
  std::unordered_map<std::string_view, subscription*> by_endpoint;
  std::size_t filter_policies = 0;
  std::size_t notified = 0;  ///< subscriptions that are not raw

  // Since the engine was opened.
  std::uint64_t subscriptions_deleted = 0;
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
  std::unique_ptr<publish_rates> rates;  ///< of a FIFO topic, with limits=aws

  [[nodiscard]] std::uint8_t slot() const noexcept { return static_cast<std::uint8_t>(uid >> 56); }
  [[nodiscard]] subscription* find(const subscription_id& id) const noexcept;
  /// Of the first subscription behind `id`.
  [[nodiscard]] std::size_t place_after(const subscription_id& id) const noexcept;
};

}  // namespace millrace::topic
