// port: where one client meets one lane: an inbox for its operations and a ring for their replies.
// The client pushes and pops on its thread, the lane on its own. Both rings hold a client's whole
// window, so that a reply always finds room.
#pragma once

#include "lane/operation.hpp"
#include "sync/doorbell.hpp"
#include "sync/inbox.hpp"
#include "sync/latch_flag.hpp"

namespace millrace::lane {

class port {
 public:
  port(std::size_t window, sync::doorbell& client_bell)
      : inbox(window), replies(window), client(client_bell) {}

  sync::inbox<operation*> inbox;    ///< client -> lane
  sync::inbox<operation*> replies;  ///< lane -> client
  sync::doorbell& client;           ///< rung by the lane after a batch of replies
  sync::latch_flag closed;          ///< set by the lane as its last act for a client that closes

  // The lane's.
  operation* closing = nullptr;  ///< the disconnect operation, until all replies are out
  std::size_t held = 0;          ///< replies that wait for the journal
  bool ring_due = false;
};

}  // namespace millrace::lane
