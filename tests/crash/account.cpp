#include "account.hpp"

#include <string_view>

namespace millrace::crash {

std::string to_text(const account& counts) {
  std::string text;
  const auto add = [&text](std::string_view name, std::uint64_t value) {
    text.append(text.empty() || text.back() == '\n' ? "  " : ", ").append(name).append(" ");
    text += std::to_string(value);
  };
  add("attempts", counts.attempts);
  add("acked", counts.acked);
  add("refused", counts.refused);
  add("ok", counts.ok);
  add("recovered", counts.recovered);
  add("duplicated", counts.duplicated);
  text += '\n';
  add("deliveries", counts.deliveries);
  add("deletes", counts.deletes);
  add("with receipts from before a crash", counts.old_deletes);
  add("dead letters", counts.dead_letters);
  add("purges", counts.purges);
  add("queues made", counts.queues_created);
  add("and deleted", counts.queues_deleted);
  add("in groups", counts.in_groups);
  add("resends", counts.resends);
  text += '\n';
  add("LOST", counts.lost);
  add("unexpected", counts.unexpected);
  add("resurrected", counts.resurrected);
  add("corrupted", counts.corrupted);
  add("overlaps", counts.overlaps);
  text += '\n';
  add("overcounted", counts.overcounted);
  add("in two places", counts.two_places);
  add("moved too early", counts.early_moves);
  add("receipts refused", counts.receipts_refused);
  add("overtaken", counts.overtaken);
  add("doubled", counts.doubled);
  text += '\n';
  add("wrong definitions", counts.definitions);
  add("miscounts", counts.miscounts);
  add("acks after death", counts.acks_after_death);
  add("errors", counts.errors);
  return text + '\n';
}

}  // namespace millrace::crash
