// sim_streams: streams of a simulated engine, from seeds.
#include "history_program.hpp"
#include "stream_history.hpp"

int main(int argc, char** argv) {
  using namespace millrace::sim;
  const auto report = [](const stream_tally& t) {
    return histories_report{.counts = {{"histories", t.histories},
                                       {"operations", t.operations},
                                       {"crashes", t.crashes},
                                       {"acked", t.acked},
                                       {"refound", t.refound},
                                       {"reshards", t.reshards}},
                            .notes = {{"S1", "simulator", "acked records of streams", t.acked},
                                      {"S2", "simulator", "reshards", t.reshards}},
                            .little = t.crashes < 20 || t.refound < 1'000 || t.reshards < 20};
  };
  return run_histories<stream_history, stream_tally>(histories_from(argc, argv, "sim_streams"),
                                                     report);
}
