// Elements and escaping of XML output.
#include "aws/xml_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "aws/base64.hpp"
#include "aws/iso_time.hpp"

namespace millrace::aws {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// What stands for the character that begins at text[at]; empty: itself. `size` is of the character
/// where more than one byte is replaced.
std::string_view reference(std::string_view text, std::size_t at, std::size_t& size) noexcept {
  size = 1;
  switch (const char c = text[at]) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\r': return "&#xd;";
    case '\t':
    case '\n': return {};
    case '\xef': {  // U+FFFE and U+FFFF
      const std::string_view whole = text.substr(at, 3);
      if (whole != "\xef\xbf\xbe" && whole != "\xef\xbf\xbf") return {};
      size = 3;
      return replacement;
    }
    default: return static_cast<unsigned char>(c) < 0x20 ? replacement : std::string_view{};
  }
}

}  // namespace

void append_xml_text(http::send_buffer& out, std::string_view utf8) noexcept {
  std::size_t plain = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    std::size_t size = 1;
    const std::string_view instead = reference(utf8, at, size);
    if (!instead.empty()) {
      out.append(utf8.substr(plain, at - plain));
      out.append(instead);
      plain = at + size;
    }
    at += size;
  }
  out.append(utf8.substr(plain));
}

void xml_writer::open(std::string_view name) noexcept {
  out_.append('<');
  out_.append(name);
  out_.append('>');
}

void xml_writer::close(std::string_view name) noexcept {
  out_.append("</");
  out_.append(name);
  out_.append('>');
}

/// The element that the next value is written into.
std::string_view xml_writer::value_name() const noexcept {
  const level& top = levels_[depth_ - 1];
  switch (top.what) {
    case inside::structure: return model_.query->member(next_).name;
    case inside::list: return top.item;
    case inside::map: return model_.query->shape(top.shape).value;
  }
  return {};
}

shape_id xml_writer::value_shape() const noexcept {
  const level& top = levels_[depth_ - 1];
  return top.what == inside::structure ? model_.member(next_).shape
                                       : model_.shape(top.shape).element;
}

void xml_writer::push(const level& l) noexcept {
  if (depth_ == levels_max) {
    std::fputs("millrace: an answer is nested deeper than any shape\n", stderr);
    std::abort();
  }
  levels_[depth_++] = l;
}

/// Begins a list or map, which is flattened only as a member of a structure.
void xml_writer::enter(inside what) noexcept {
  const std::string_view name = value_name();
  const shape_id shape = value_shape();
  const bool flattened =
      levels_[depth_ - 1].what == inside::structure && model_.query->member(next_).flattened;
  if (flattened) return push({what, {}, name, shape});
  open(name);
  push({what, name, model_.query->shape(shape).item, shape});
}

void xml_writer::leave() noexcept {
  const std::string_view element = levels_[--depth_].element;
  if (!element.empty()) close(element);
  value_written();
}

/// An entry of a map ends with its value.
void xml_writer::value_written() noexcept {
  const level& top = levels_[depth_ - 1];
  if (top.what == inside::map) close(top.item);
}

void xml_writer::begin_answer() noexcept {
  const std::string_view name = model_.operations[operation_].name;
  out_.append("<?xml version=\"1.0\"?><");
  out_.append(name);
  out_.append("Response xmlns=\"");
  out_.append(model_.query->xml_namespace);
  out_.append("\">");
}

void xml_writer::end_answer() noexcept {
  out_.append("<ResponseMetadata><RequestId>");
  append_xml_text(out_, request_id_);
  out_.append("</RequestId></ResponseMetadata></");
  out_.append(model_.operations[operation_].name);
  out_.append("Response>");
}

void xml_writer::empty_answer() noexcept {
  begin_answer();
  end_answer();
}

void xml_writer::begin_structure() noexcept {
  if (depth_ == 0) {
    begin_answer();
    out_.append('<');
    out_.append(model_.operations[operation_].name);
    out_.append("Result>");
    empty_bytes_ = out_.size();
    return push({inside::structure, {}, {}, no_shape});
  }
  const std::string_view name = value_name();
  open(name);
  push({inside::structure, name, {}, no_shape});
}

void xml_writer::end_structure() noexcept {
  if (depth_ > 1) return leave();
  --depth_;
  if (out_.size() == empty_bytes_) {
    out_.truncate(empty_bytes_ - 1);
    out_.append("/>");
    return end_answer();
  }
  out_.append("</");
  out_.append(model_.operations[operation_].name);
  out_.append("Result>");
  end_answer();
}

void xml_writer::begin_list() noexcept { enter(inside::list); }
void xml_writer::begin_map() noexcept { enter(inside::map); }

void xml_writer::key(std::string_view text) noexcept {
  const level& top = levels_[depth_ - 1];
  const std::string_view name = model_.query->shape(top.shape).key;
  open(top.item);
  open(name);
  append_xml_text(out_, text);
  close(name);
}

void xml_writer::text(std::string_view utf8) noexcept {
  const std::string_view name = value_name();
  open(name);
  append_xml_text(out_, utf8);
  close(name);
  value_written();
}

void xml_writer::blob(std::string_view bytes) noexcept {
  const std::string_view name = value_name();
  open(name);
  const std::size_t size = base64_encoded_size(bytes.size());
  base64_encode(bytes, out_.reserve(size));
  out_.commit(size);
  close(name);
  value_written();
}

void xml_writer::integer(std::int64_t number) noexcept {
  char digits[24];
  const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text({digits, static_cast<std::size_t>(end - digits)});
}

void xml_writer::real(double number) noexcept {
  char digits[40];
  const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text({digits, static_cast<std::size_t>(end - digits)});
}

void xml_writer::timestamp(std::int64_t ms) noexcept {
  const iso_time written(ms);
  text(written.view());
}

void xml_writer::boolean(bool truth) noexcept { text(truth ? "true" : "false"); }

}  // namespace millrace::aws
