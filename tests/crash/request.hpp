// One request of a crash test, from the choice until its answer: what it asks for, and when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger.hpp"

namespace millrace::crash {

enum class action : std::uint8_t {
  send,
  send_batch,
  receive,
  remove,
  remove_batch,
  change_visibility,
  purge,
  create_queue,
  delete_queue,
};

[[nodiscard]] const char* to_string(action what) noexcept;  ///< as AWS calls it

/// A receipt that was handed out and is not used up.
struct receipt {
  ledger::message_id message = 0;
  std::size_t queue = 0;  ///< that handed it out
  std::string text;
  std::uint32_t life = 0;  ///< of the server
};

struct request {
  action what = action::receive;
  std::size_t queue = 0;
  std::size_t count = 1;           ///< messages to send, or to receive at most
  std::uint32_t visibility_s = 0;  ///< receive, change_visibility, create_queue
  std::uint32_t wait_s = 0;        ///< receive
  std::uint32_t delay_s = 0;       ///< send
  std::vector<receipt> receipts{};
  bool again = false;  ///< send: one message, which it has already, with its deduplication id

  // Filled in when it is sent.
  std::vector<ledger::message_id> messages{};
  std::uint64_t asked = 0;
  /// An ack needs an entry that nobody asked for before: none may come from a dead journal.
  bool must_store = false;

  /// Changes what is stored.
  [[nodiscard]] bool changes() const noexcept { return what != action::receive; }
};

}  // namespace millrace::crash
