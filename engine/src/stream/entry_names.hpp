// What the kinds of a stream's entries are called when people look into a journal. Pure.
#pragma once

#include <string_view>

#include "stream/entries.hpp"

namespace millrace::stream {

/// The enumerator's own name; empty: no such kind.
constexpr std::string_view name_of(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::stream_created: return "stream_created";
    case entry_kind::stream_deleted: return "stream_deleted";
    case entry_kind::settings_set: return "settings_set";
    case entry_kind::resharded: return "resharded";
    case entry_kind::put: return "put";
    case entry_kind::trimmed: return "trimmed";
    case entry_kind::consumer_registered: return "consumer_registered";
    case entry_kind::consumer_deregistered: return "consumer_deregistered";
    case entry_kind::shard_gone: return "shard_gone";
    case entry_kind::account_set: return "account_set";
    case entry_kind::stream_carried: return "stream_carried";
    case entry_kind::record_carried: return "record_carried";
    case entry_kind::account_carried: return "account_carried";
  }
  return {};
}

}  // namespace millrace::stream
