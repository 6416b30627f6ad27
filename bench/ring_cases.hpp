// The cases of ring_table. Each runs its competitors interleaved and adds its samples; names are
// "<case>.<competitor>..." and units are ns unless the name says otherwise.
#pragma once

#include "ring_series.hpp"

namespace millrace::bench {

/// throughput.s<bytes>.b<batch>.<queue>: ns a record, 1 MiB, one producer, one consumer.
void run_throughput(ring_series& series);

/// round_trip.<queue>.p50 and .p99: 64-byte message there and back, latency strategy.
void run_round_trip(ring_series& series);

/// fanout.b<batch>.<queue>: ns a published 64-byte record, two consumers that share one core.
void run_fanout(ring_series& series);

/// mesh.<queue>: ns an item, two producers at once, 64 bytes, no consumer running.
void run_mesh(ring_series& series);

/// collapse.<uniform|mixed>.<work|wall>.<producer|consumer>_<ns>: ns a record net of the handicap,
/// batch 1.
void run_collapse(ring_series& series);

}  // namespace millrace::bench
