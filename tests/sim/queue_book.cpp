#include "queue_book.hpp"

namespace millrace::sim {

void queue_book::begin_change(std::size_t queue, bool of_existence, std::uint64_t now) {
  record& q = all_[queue];
  q.busy = true;
  q.was = q.is;
  if (!of_existence) return;
  q.is = existence::unclear;
  q.unclear_until = now;
}

bool queue_book::created(std::size_t queue, const instant& now) {
  record& q = all_[queue];
  const bool made = q.was == existence::absent;
  if (q.was != existence::present) {
    q.unclear_until = now.moment;
    q.refusals_end_ms = INT64_MAX;
  }
  if (made) q.created_at_ms = 0;
  q.is = existence::present;
  q.busy = false;
  return made;
}

void queue_book::ended(std::size_t queue, std::uint64_t now) {
  record& q = all_[queue];
  q.is = existence::absent;
  q.absent_since = q.unclear_until = now;
  q.created_at_ms = 0;
  q.busy = false;
}

void queue_book::unchanged(std::size_t queue, std::uint64_t now) {
  record& q = all_[queue];
  if (q.is == existence::unclear) q.unclear_until = now;
  q.is = q.was;
  q.busy = false;
}

void queue_book::unknown(std::size_t queue) {
  record& q = all_[queue];
  if (q.is == existence::unclear) q.created_at_ms = 0;
  q.busy = false;
}

void queue_book::version_acked(std::size_t queue, std::uint32_t version) {
  all_[queue].acked = version;
  all_[queue].busy = false;
}

void queue_book::all_is_quiet(const instant& now) {
  for (record& q : all_) {
    const bool first = q.is == existence::present && q.refusals_end_ms == INT64_MAX;
    if (first) q.refusals_end_ms = now.ms_up;
  }
}

std::string queue_book::check(std::size_t queue, std::uint64_t asked, std::uint32_t version,
                              const queue_description& d) {
  record& q = all_[queue];
  if (d.name != plans_[queue].name) return "is called " + d.name;
  if (!may_have_been_absent(queue, asked)) {
    if (q.created_at_ms == 0) q.created_at_ms = d.created_at_ms;
    if (q.created_at_ms != d.created_at_ms) return "was created at another time";
  }
  for (std::uint32_t v = version; v <= q.tried; ++v) {
    if (d.attributes == attributes_of(plans_, queue, v)) return "";
  }
  return "has attributes of none of its versions " + std::to_string(version) + " to " +
         std::to_string(q.tried);
}

}  // namespace millrace::sim
