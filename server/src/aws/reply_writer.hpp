// What an operation writes its result with, whatever wire the request came on: the calls of
// json_writer, passed on to it or to an xml_writer. One a response.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "aws/json_writer.hpp"
#include "aws/xml_writer.hpp"

namespace millrace::aws {

class reply_writer {
 public:
  /// `xml`: the query protocol, which the model has.
  reply_writer(http::send_buffer& out, const service_model& model, bool xml, std::size_t operation,
               std::string_view request_id) noexcept
      : json_(out, model) {
    if (xml) xml_.emplace(out, model, operation, request_id);
  }

  void begin_structure() noexcept { xml_ ? xml_->begin_structure() : json_.begin_structure(); }
  void end_structure() noexcept { xml_ ? xml_->end_structure() : json_.end_structure(); }
  void begin_list() noexcept { xml_ ? xml_->begin_list() : json_.begin_list(); }
  void end_list() noexcept { xml_ ? xml_->end_list() : json_.end_list(); }
  void begin_map() noexcept { xml_ ? xml_->begin_map() : json_.begin_map(); }
  void end_map() noexcept { xml_ ? xml_->end_map() : json_.end_map(); }

  void member(member_id id) noexcept { xml_ ? xml_->member(id) : json_.member(id); }
  void key(std::string_view utf8) noexcept { xml_ ? xml_->key(utf8) : json_.key(utf8); }
  void text(std::string_view utf8) noexcept { xml_ ? xml_->text(utf8) : json_.text(utf8); }
  void blob(std::string_view bytes) noexcept { xml_ ? xml_->blob(bytes) : json_.blob(bytes); }
  void integer(std::int64_t number) noexcept {
    xml_ ? xml_->integer(number) : json_.integer(number);
  }
  void boolean(bool truth) noexcept { xml_ ? xml_->boolean(truth) : json_.boolean(truth); }

  void text(member_id id, std::string_view utf8) noexcept {
    member(id);
    text(utf8);
  }
  void blob(member_id id, std::string_view bytes) noexcept {
    member(id);
    blob(bytes);
  }
  void integer(member_id id, std::int64_t number) noexcept {
    member(id);
    integer(number);
  }
  void boolean(member_id id, bool truth) noexcept {
    member(id);
    boolean(truth);
  }

 private:
  json_writer json_;
  std::optional<xml_writer> xml_;
};

}  // namespace millrace::aws
