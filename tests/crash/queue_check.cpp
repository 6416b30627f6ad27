#include "queue_check.hpp"

#include "process/cpu_time.hpp"
#include "wire.hpp"

namespace millrace::crash {

namespace {

constexpr std::uint32_t visibility_s_default = 30;

bool is_as_defined(const queue_facts& facts, const queue_entry& queue, const roster& queues) {
  if (queue.there == existence::present && facts.visibility_s != queue.visibility_s) return false;
  const auto target = queue.rules.dead_letters;
  return facts.receives_max == queue.rules.receives_max &&
         facts.dead_letters == (target ? queues[*target].rules.name : std::string());
}

void check_definition(const queue_facts& facts, const queue_entry& queue, const roster& queues,
                      ledger& book) {
  account& counts = book.counts();
  const std::string& name = queue.rules.name;
  if (facts.status == 200) {
    if (queue.there == existence::absent) book.report(counts.definitions, name + " is back");
    if (!is_as_defined(facts, queue, queues)) {
      book.report(counts.definitions, name + " has other attributes than it was given");
    }
  } else if (queue.there == existence::present) {
    book.report(counts.definitions, name + " is missing: status " + std::to_string(facts.status));
  }
}

/// Counters are exact while nothing happens, unless messages may be between two queues.
void check_counter(const queue_facts& facts, const queue_entry& queue,
                   const ledger::bounds& possible, ledger& book) {
  const queue_rules& rules = queue.rules;
  if (facts.status != 200 || rules.receives_max != 0 || rules.receives_dead_letters) return;
  if (facts.messages >= possible.least && facts.messages <= possible.most) return;
  book.report(book.counts().miscounts, rules.name + " counts " + std::to_string(facts.messages) +
                                           " messages, not " + std::to_string(possible.least) +
                                           " to " + std::to_string(possible.most));
}

void make(std::size_t index, const perf::endpoint& server, const roster& queues, recorder& notes,
          const bodies& texts) {
  request wanted{
      .what = action::create_queue, .queue = index, .visibility_s = visibility_s_default};
  notes.asked(wanted, perf::monotonic_ns());
  const auto answer = perf::exchange(server, encode(wanted, queues, texts, server));
  (void)notes.answered(wanted, answer.status, answer.body, perf::monotonic_ns());
}

}  // namespace

void check_queues(const perf::endpoint& server, roster& queues, ledger& book, recorder& notes,
                  const bodies& texts) {
  const auto possible = book.count();
  for (std::size_t i = 0; i < queues.size(); ++i) {
    queue_entry& queue = queues[i];
    const queue_facts facts = ask_queue(server, queue.rules.name);
    if (book.holds(i)) {
      check_definition(facts, queue, queues, book);
      check_counter(facts, queue, possible[i], book);
    }
    queue.there = facts.status == 200 ? existence::present : existence::absent;
    if (facts.status == 200) queue.visibility_s = facts.visibility_s;
    if (facts.status != 200 && !queue.rules.churns) make(i, server, queues, notes, texts);
  }
}

}  // namespace millrace::crash
