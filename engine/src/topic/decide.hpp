// decide: what a command means for the topics as they are, as journal entries. Pure: reads state
// and settings, writes only the log. The caller applies the entries with state::evolve. One thread
// (the lane).
#pragma once

#include <millrace/errc.hpp>
#include <string_view>

#include "topic/settings.hpp"
#include "topic/state.hpp"

namespace millrace::topic {

struct context {
  const state& now_state;
  const settings& limits;
  base::time_ms now_ms;
  entry_log& log;
};

constexpr std::string_view fifo_suffix = ".fifo";

/// 1..256 of [a-zA-Z0-9_-], with the suffix of FIFO topics or not.
bool valid_topic_name(std::string_view name) noexcept;
/// The same of queues, 1..80.
bool valid_endpoint(std::string_view name) noexcept;

/// `given` settings of `wanted` over those of `into`.
void merge(topic_settings& into, const topic_settings& wanted, std::uint32_t given);
void merge(subscription_settings& into, const subscription_settings& wanted, std::uint32_t given);

errc decide_create(const context& c, std::string_view name, const topic_settings& wanted);
errc decide_delete(const context& c, const topic_state& t);
errc decide_settings(const context& c, const topic_state& t, const topic_settings& changes,
                     std::uint32_t given);

errc decide_subscribe(const context& c, const topic_state& t, const subscription_settings& wanted,
                      const subscription_id& id);
errc decide_subscription(const context& c, const topic_state& t, const subscription& s,
                         const subscription_settings& changes, std::uint32_t given);
errc decide_unsubscribe(const context& c, const topic_state& t, const subscription& s);

/// Where a published message's deduplication id comes from.
enum class id_from : std::uint8_t { nothing, content, sender };
struct publish_args {
  sync::body_ref body;      ///< published_head and parts
  std::uint32_t bytes = 0;  ///< message and attributes, as limits count them
  bool has_group = false;
  bool has_id = false;
  bool raw_only = false;
  id_from deduplication_from = id_from::nothing;
  fifo_key group;
  fifo_key deduplication;
  message_id id;
};
/// Whether the topic takes it. `known`: it came before, less than five minutes ago; `key` is what
/// it is known by.
errc check_publish(const context& c, const topic_state& t, const publish_args& args, fifo_key& key,
                   const duplicate*& known);

struct publish_piece {
  message_id id;
  std::uint64_t sequence = 0;
  const fifo_key* remembered = nullptr;  ///< of a FIFO topic's message: in its first piece
};
/// One `published` entry to at most deliveries_max subscriptions. `to` outlives its evolve().
void decide_published(const context& c, const topic_state& t, const sync::body_ref& body,
                      const publish_piece& piece, const chosen& to);
/// To its dead-letter queue.
void decide_returned(const context& c, delivery& d);
void decide_done(const context& c, publication& p);

}  // namespace millrace::topic
