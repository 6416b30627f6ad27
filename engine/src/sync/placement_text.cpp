// to_text(placement): what `--print-placement` prints. The JSON line has fixed member names and
// order; a new member goes to the end of its object.
#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "sync/placement.hpp"

namespace millrace::sync {
namespace {

const char* name_of(placement::role does) noexcept {
  switch (does) {
    case placement::role::fused: return "fused";
    case placement::role::lane: return "lane";
    case placement::role::io: return "io";
  }
  return "?";
}

__attribute__((format(printf, 2, 3))) void append(std::string& out, const char* format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  if (length > 0) out.append(line, std::min(static_cast<std::size_t>(length), sizeof(line) - 1));
}

const char* yes_no(bool value) noexcept { return value ? "yes" : "no"; }
const char* true_false(bool value) noexcept { return value ? "true" : "false"; }

void append_table(std::string& out, const placement& plan) {
  append(out, "cores usable: %d, busy threads: %d, spin: %s, bind threads: %s, bind memory: %s\n\n",
         plan.usable_cores, plan.busy_threads, yes_no(plan.may_spin), yes_no(plan.bind),
         yes_no(plan.bind_memory));
  if (!plan.threads.empty()) append(out, "thread      cpu   core  cache  node\n");
  for (const placement::thread_place& t : plan.threads) {
    append(out, "%-5s %4d %5d %6d %6d %5d\n", name_of(t.does), t.number, t.cpu, t.core, t.cache,
           t.node);
  }
  append(out, "%slane  thread  memory, inboxes and rings\n", plan.threads.empty() ? "" : "\n");
  for (const placement::lane_place& l : plan.lanes) {
    const std::string thread = l.thread < 0 ? "caller" : std::to_string(l.thread);
    append(out, "%4d %7s  ", l.lane, thread.c_str());
    if (l.memory_node < 0) {
      append(out, "where first touched\n");
    } else {
      append(out, "node %d\n", l.memory_node);
    }
  }
  for (const std::string& note : plan.notes) out.append("\nnote: ").append(note);
  out += plan.notes.empty() ? "\n" : "\n\n";
}

void append_json(std::string& out, const placement& plan) {
  append(out,
         "{\"version\":1,\"usable_cores\":%d,\"busy_threads\":%d,\"may_spin\":%s,"
         "\"bind\":%s,\"bind_memory\":%s,\"threads\":[",
         plan.usable_cores, plan.busy_threads, true_false(plan.may_spin), true_false(plan.bind),
         true_false(plan.bind_memory));
  const char* comma = "";
  for (const placement::thread_place& t : plan.threads) {
    append(out, "%s{\"role\":\"%s\",\"number\":%d,\"cpu\":%d,\"core\":%d,\"cache\":%d,\"node\":%d}",
           comma, name_of(t.does), t.number, t.cpu, t.core, t.cache, t.node);
    comma = ",";
  }
  out += "],\"lanes\":[";
  comma = "";
  for (const placement::lane_place& l : plan.lanes) {
    append(out, "%s{\"lane\":%d,\"thread\":%d,\"memory_node\":%d}", comma, l.lane, l.thread,
           l.memory_node);
    comma = ",";
  }
  out += "],\"notes\":[";
  comma = "";
  for (const std::string& note : plan.notes) {  // written by us: nothing in them needs escaping
    out.append(comma).append(1, '"').append(note).append(1, '"');
    comma = ",";
  }
  out += "]}\n";
}

}  // namespace

std::string to_text(const placement& plan) {
  std::string out;
  append_table(out, plan);
  append_json(out, plan);
  return out;
}

}  // namespace millrace::sync
