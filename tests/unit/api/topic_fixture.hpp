// One engine with one client, its topics and queues, in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace millrace::test {

struct topics_and_queues {
  void open(options o = {}) {
    c = client();
    e = engine();
    o.clock = clock_mode::virtual_time;
    e = engine::open(o).value();
    c = e.connect().value();
  }

  topic_client topics() { return topic_client(c); }
  topic_handle make_topic(const std::string& name, topic_settings wanted = {},
                          std::uint32_t given = 0) {
    wanted.fifo = name.ends_with(".fifo");
    return topics().create_topic(name, wanted, given | given_topic_fifo).value();
  }
  queue_handle make_queue(const std::string& name, queue_attributes wanted = {},
                          std::uint32_t given = 0) {
    wanted.fifo_queue = name.ends_with(".fifo");
    return c.create_queue(name, wanted, given | given_fifo_queue).value();
  }
  subscription_id subscribe(topic_name_or_handle topic, const std::string& queue, bool raw = true,
                            const std::string& dead_letters = {}) {
    subscription_settings wanted;
    wanted.endpoint = queue;
    wanted.raw = raw;
    wanted.dead_letter_queue = dead_letters;
    return topics().subscribe(topic, wanted).value();
  }
  publish_result publish(topic_name_or_handle topic, const publish_entry& entry) {
    publish_result out;
    const result<void> done = topics().publish(topic, {&entry, 1}, {&out, 1});
    if (!done) out.status = done.error();
    return out;
  }
  publish_result publish(topic_name_or_handle topic, std::string_view message,
                         std::string_view group = {}, std::string_view id = {}) {
    publish_entry entry;
    entry.message = as_bytes(message);
    entry.message_group_id = group;
    entry.message_deduplication_id = id;
    return publish(topic, entry);
  }
  /// Bodies of what is in a queue, which is taken out.
  std::vector<std::string> take(const std::string& queue) {
    std::vector<std::string> out;
    while (true) {
      const received got = c.receive(queue, {.max_messages = 10, .wait_time_seconds = 0}).value();
      if (got.empty()) return out;
      for (const message_view& m : got) {
        out.emplace_back(as_text(m.body));
        c.delete_message(queue, m.receipt).value();
      }
    }
  }
  std::vector<std::string> take_sorted(const std::string& queue) {
    std::vector<std::string> out = take(queue);
    std::sort(out.begin(), out.end());
    return out;
  }
  void pass(std::int64_t ms) {
    e.advance(ms).value();
    for (int i = 0; i < 8; ++i) {
      for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) e.poll(lane);
    }
  }

  engine e;
  client c;
};

}  // namespace millrace::test
