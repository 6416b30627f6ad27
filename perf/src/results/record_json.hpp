// A record described in JSON, for measurements that a script makes: see scripts/bench.
#pragma once

#include <string>

#include "results/run_record.hpp"

namespace millrace::perf {

/// Adds to `record` what the JSON object says: "parameters" {name: text}, "metrics" [{name, value,
/// unit, better, low, high, samples}], "goals" [{name, value, relation, bound, gated}], "notes"
/// [text], "facts" {lost, duplicated, out_of_order, limited_by_generator}, "headline" [name],
/// "attachments" {file name: text}. Every member may be missing but those of a metric or goal that
/// name it. Throws std::runtime_error that names the member which is unknown or of a wrong type.
void add_json(run_record& record, const std::string& text);

}  // namespace millrace::perf
