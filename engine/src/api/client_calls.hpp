// client_calls: how an operation on something that has a name or a handle (a stream, a topic) is
// begun, submitted, or run to its answer.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "api/client_core.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

inline lane::operation* begin_on(client_core& core, operation_kind kind, std::uint64_t token,
                                 const stream_name_or_handle& stream, errc& out) {
  lane::operation* op = core.begin_stream(kind, token);
  out = op == nullptr ? errc::would_block : client_core::address_stream(*op, stream);
  return op;
}
inline lane::operation* begin_on(client_core& core, operation_kind kind, std::uint64_t token,
                                 const topic_name_or_handle& topic, errc& out) {
  lane::operation* op = core.begin_topic(kind, token);
  out = op == nullptr ? errc::would_block : client_core::address_topic(*op, topic);
  return op;
}

/// Begins an operation and lets fill(operation) -> errc complete it. Null: `out` says why.
template <class Named, class Fill>
lane::operation* prepare(client_core& core, operation_kind kind, std::uint64_t token,
                         const Named& named, Fill&& fill, errc& out) {
  lane::operation* op = begin_on(core, kind, token, named, out);
  if (op == nullptr) return nullptr;
  if (out == errc::ok) out = fill(*op);
  if (out == errc::ok) out = core.submit(*op);
  if (out == errc::ok) return op;
  core.abandon(*op);
  return nullptr;
}

template <class Named, class Fill>
result<void> submit(client_core& core, operation_kind kind, std::uint64_t token, const Named& named,
                    Fill&& fill) {
  errc status = errc::ok;
  static_cast<void>(prepare(core, kind, token, named, fill, status));
  return status;
}

/// Runs an operation to its reply; use(operation) takes the answer out before it is given back.
template <class Named, class Fill, class Use>
errc run(client_core& core, operation_kind kind, const Named& named, Fill&& fill, Use&& use) {
  errc status = errc::ok;
  lane::operation* op = prepare(core, kind, 0, named, fill, status);
  if (op == nullptr) return status;
  core.run(*op);
  status = op->status;
  if (status == errc::ok) use(*op);
  core.abandon(*op);
  return status;
}

constexpr auto no_fill = [](lane::operation&) { return errc::ok; };
constexpr auto no_answer = [](lane::operation&) {};

/// take(operation) gives a reference to the answer in it.
template <class Value, class Named, class Fill, class Take>
result<Value> answer(client_core& core, operation_kind kind, const Named& named, Fill&& fill,
                     Take&& take) {
  Value out;
  const errc e =
      run(core, kind, named, fill, [&](lane::operation& op) { out = std::move(take(op)); });
  if (e != errc::ok) return e;
  return out;
}

/// The first `max` names of all lanes, sorted; part(lane, status) begins the list of one.
template <class Part>
result<std::vector<std::string>> list_names(client_core& core, std::size_t max, Part&& part) {
  std::vector<std::string> all;
  for (std::uint32_t lane = 0; lane < core.lanes(); ++lane) {
    errc status = errc::ok;
    lane::operation* op = part(lane, status);
    if (op == nullptr) return status;
    core.run(*op);
    status = op->status;
    if (status == errc::ok) {
      std::move(op->more->names.begin(), op->more->names.end(), std::back_inserter(all));
    }
    core.abandon(*op);
    if (status != errc::ok) return status;
  }
  std::sort(all.begin(), all.end());
  if (all.size() > max) all.resize(max);
  return all;
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
