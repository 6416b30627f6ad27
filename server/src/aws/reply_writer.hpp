// What an operation writes its result with, whatever wire the request came on: the calls of
// json_writer, passed on to it, to a cbor_writer, or to one of the query protocol. One a response.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "aws/cbor_writer.hpp"
#include "aws/json_writer.hpp"
#include "aws/query_json_writer.hpp"
#include "aws/wire.hpp"
#include "aws/xml_writer.hpp"

namespace millrace::aws {

class reply_writer {
 public:
  /// A query wire only for a model that has it; these alone need the operation and the id.
  reply_writer(http::send_buffer& out, const service_model& model, aws::wire wire,
               std::size_t operation, std::string_view request_id) noexcept
      : wire_(wire), json_(out, model), cbor_(out, model) {
    if (wire == aws::wire::query) xml_.emplace(out, model, operation, request_id);
    if (wire == aws::wire::query_json) query_json_.emplace(out, model, operation, request_id);
  }

  void begin_structure() noexcept {
    on([](auto& w) { w.begin_structure(); });
  }
  void end_structure() noexcept {
    on([](auto& w) { w.end_structure(); });
  }
  void begin_list() noexcept {
    on([](auto& w) { w.begin_list(); });
  }
  void end_list() noexcept {
    on([](auto& w) { w.end_list(); });
  }
  void begin_map() noexcept {
    on([](auto& w) { w.begin_map(); });
  }
  void end_map() noexcept {
    on([](auto& w) { w.end_map(); });
  }

  void member(member_id id) noexcept {
    on([=](auto& w) { w.member(id); });
  }
  void key(std::string_view utf8) noexcept {
    on([=](auto& w) { w.key(utf8); });
  }
  void text(std::string_view utf8) noexcept {
    on([=](auto& w) { w.text(utf8); });
  }
  void blob(std::string_view bytes) noexcept {
    on([=](auto& w) { w.blob(bytes); });
  }
  void integer(std::int64_t number) noexcept {
    on([=](auto& w) { w.integer(number); });
  }
  void real(double number) noexcept {
    on([=](auto& w) { w.real(number); });
  }
  void boolean(bool truth) noexcept {
    on([=](auto& w) { w.boolean(truth); });
  }
  /// Milliseconds since 1970, in whatever unit and form the wire has for them.
  void timestamp(std::int64_t ms) noexcept {
    on([=](auto& w) { w.timestamp(ms); });
  }

  void text(member_id id, std::string_view utf8) noexcept {
    member(id);
    text(utf8);
  }
  /// As text(), of what stands for itself on every wire: letters, digits, '-', '_' and the like.
  void token(member_id id, std::string_view plain) noexcept {
    if (wire_ == aws::wire::json_1_0 || wire_ == aws::wire::json_1_1) {
      json_.token(id, plain);
    } else {
      text(id, plain);
    }
  }
  void blob(member_id id, std::string_view bytes) noexcept {
    member(id);
    blob(bytes);
  }
  void integer(member_id id, std::int64_t number) noexcept {
    member(id);
    integer(number);
  }
  void real(member_id id, double number) noexcept {
    member(id);
    real(number);
  }
  void boolean(member_id id, bool truth) noexcept {
    member(id);
    boolean(truth);
  }
  void timestamp(member_id id, std::int64_t ms) noexcept {
    member(id);
    timestamp(ms);
  }

 private:
  template <class Verb>
  void on(Verb&& verb) noexcept {
    switch (wire_) {
      case aws::wire::json_1_0:
      case aws::wire::json_1_1: return verb(json_);
      case aws::wire::cbor_1_1: return verb(cbor_);
      case aws::wire::query: return verb(*xml_);
      case aws::wire::query_json: return verb(*query_json_);
    }
  }

  aws::wire wire_;
  json_writer json_;
  cbor_writer cbor_;
  std::optional<xml_writer> xml_;
  std::optional<query_json_writer> query_json_;
};

}  // namespace millrace::aws
