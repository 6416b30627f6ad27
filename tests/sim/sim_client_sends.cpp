// What a simulated client sends: bodies, and to FIFO queues groups and deduplication ids, some of
// which were used before.
#include "base/assert.hpp"
#include "base/sha256.hpp"
#include "bodies.hpp"
#include "sim_client.hpp"

namespace millrace::sim {
namespace {

constexpr std::uint64_t groups = 5;  // of a queue

std::string content_id(bytes_view body) {
  const auto digits = base::to_hex(base::sha256(body));
  return {digits.begin(), digits.end()};
}

}  // namespace

/// One that was sent before to that queue, rather one without an answer; 0: none.
std::uint32_t sim_client::earlier_send(std::size_t queue) {
  const std::vector<std::uint32_t> open = scene_.fifo.without_answer(queue);
  const std::vector<std::uint32_t>& from =
      open.empty() || scene_.one_in(2) ? scene_.fifo.recent(queue) : open;
  return from.empty() ? 0 : from[scene_.random.below(from.size())];
}

/// A new send, or one more of `earlier`. Fills in what only a FIFO queue wants.
sim_client::fifo_send sim_client::choose_send(const call& c, std::uint32_t bytes,
                                              std::uint32_t earlier) {
  const std::uint32_t number = scene_.book.last_number() + 1;
  const queue_plan& q = scene_.plan.queues[c.queue];
  fifo_send out{.content = number, .bytes = bytes};
  out.text.group = "g" + std::to_string(scene_.random.below(groups));
  out.text.by_content = q.by_content && scene_.one_in(2);
  if (earlier != 0) {
    const fifo_text& before = scene_.fifo.text(earlier);
    if (!scene_.one_in(4)) out.text.group = before.group;
    out.text.by_content = before.by_content;
    out.text.id = before.id;
    if (before.by_content) {
      out.content = scene_.book.at(earlier).content;
      out.bytes = scene_.book.at(earlier).bytes;
    }
  } else if (out.text.by_content) {
    out.text.id = content_id(body_of(number, bytes));
  } else {
    out.text.id = "id-" + std::to_string(number);
  }
  return out;
}

void sim_client::send(std::size_t queue) { send(queue, 0); }

void sim_client::send_again(std::uint32_t number) { send(scene_.fifo.queue_of(number), number); }

void sim_client::send(std::size_t queue, std::uint32_t again) {
  base::random& random = scene_.random;
  const history_plan& plan = scene_.plan;
  const bool fifo = plan.queues[queue].fifo;
  call& c = start(operation_kind::send, queue);
  c.count = static_cast<std::uint32_t>(scene_.one_in(3) ? random.below(batch_entries_max) + 1 : 1);
  std::int32_t delay = scene_.one_in(8) ? static_cast<std::int32_t>(random.below(5)) : -1;
  if (fifo) delay = -1;
  std::array<send_entry, batch_entries_max> entries;
  std::array<digest, batch_entries_max> labels;
  std::array<fifo_send, batch_entries_max> texts;
  bool large = scene_.one_in(100);
  for (std::uint32_t i = 0; i < c.count; ++i) {
    const std::uint32_t most = large ? plan.body_bytes_rare : plan.body_bytes;
    large = false;
    auto bytes = static_cast<std::uint32_t>(random.below(most)) + 1;
    if (fifo) {
      const std::uint32_t earlier = again != 0         ? std::exchange(again, 0)
                                    : scene_.one_in(5) ? earlier_send(queue)
                                                       : 0;
      texts[i] = choose_send(c, bytes, earlier);
      bytes = texts[i].bytes;
    }
    const std::uint32_t number = scene_.book.attempted(queue, number_, c.asked, bytes, delay);
    if (fifo) scene_.fifo.attempted(texts[i].text, texts[i].content, c.asked);
    if (i == 0) c.first = number;
    labels[i] = label_of(number);
    entries[i] = {.body = body_of(fifo ? texts[i].content : number, bytes),
                  .attributes = attributes_of(number),
                  .body_digest = &labels[i],
                  .delay_seconds = delay};
    if (!fifo) {
      entries[i].message_group_id = tenant_of(number, plan.queues[queue].tenants);
      continue;
    }
    entries[i].message_group_id = texts[i].text.group;
    if (!texts[i].text.by_content) entries[i].message_deduplication_id = texts[i].text.id;
  }
  lane::operation& op = begin(c, plan.queues[queue].name);
  const errc e = core_->fill_send(op, std::span(entries).first(c.count));
  MR_ASSERT(e == errc::ok);
  submit(c, op);
}

}  // namespace millrace::sim
