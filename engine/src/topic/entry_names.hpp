// What the kinds of a topic's entries are called when people look into a journal. Pure.
#pragma once

#include <string_view>

#include "topic/entries.hpp"

namespace millrace::topic {

/// The enumerator's own name; empty: no such kind.
constexpr std::string_view name_of(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::topic_created: return "topic_created";
    case entry_kind::topic_deleted: return "topic_deleted";
    case entry_kind::settings_set: return "settings_set";
    case entry_kind::subscribed: return "subscribed";
    case entry_kind::subscription_set: return "subscription_set";
    case entry_kind::unsubscribed: return "unsubscribed";
    case entry_kind::published: return "published";
    case entry_kind::delivery_returned: return "delivery_returned";
    case entry_kind::publication_done: return "publication_done";
    case entry_kind::slot_carried: return "slot_carried";
    case entry_kind::topic_carried: return "topic_carried";
    case entry_kind::subscription_carried: return "subscription_carried";
    case entry_kind::publication_carried: return "publication_carried";
    case entry_kind::duplicates_carried: return "duplicates_carried";
  }
  return {};
}

}  // namespace millrace::topic
