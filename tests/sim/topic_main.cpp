// sim_topics: topics of a simulated engine, from seeds.
#include "history_program.hpp"
#include "topic_history.hpp"

int main(int argc, char** argv) {
  using namespace millrace::sim;
  const auto report = [](const topic_tally& t) {
    return histories_report{
        .counts = {{"histories", t.histories},
                   {"operations", t.operations},
                   {"crashes", t.crashes},
                   {"acked", t.acked},
                   {"found", t.found},
                   {"ordered", t.ordered},
                   {"repeated", t.repeated}},
        .notes = {{"T1", "simulator", "acked publishes found in queues", t.found},
                  {"T3", "simulator", "in FIFO queues, in order", t.ordered}},
        .little = t.crashes < 20 || t.found < 1'000 || t.ordered < 100};
  };
  return run_histories<topic_history, topic_tally>(histories_from(argc, argv, "sim_topics"),
                                                   report);
}
