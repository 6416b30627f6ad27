#include "topic/json_tree.hpp"

// The event parser alone, inside this source, with the three sources of the library that it needs.
// In a namespace of ours they do not meet a Boost.JSON that a program with libmillrace.a has.
#define BOOST_JSON_SOURCE
#define BOOST_JSON_DECL inline
#define json json_of_millrace
#include <boost/json/basic_parser_impl.hpp>
//
#include <boost/json/detail/impl/default_resource.ipp>
#include <boost/json/detail/impl/stack.ipp>
#include <boost/json/impl/error.ipp>
#undef json
#include <functional>

namespace millrace::topic {

namespace json = boost::json_of_millrace;

/// What the parser calls. Every function returns whether to go on.
struct json_tree::reader {
  using error = json::error_code;
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  json_tree* tree = nullptr;
  std::string_view source;
  std::vector<std::uint32_t> open;  // containers that have not ended
  std::string_view name;
  std::size_t begun = 0;  // bytes in unescaped_ of a string that goes on
  std::uint32_t token = 0;
  bool full = false;

  // A piece without escapes is a view of the source, any other of the parser's buffer.
  [[nodiscard]] bool in_source(json::string_view piece) const noexcept {
    const std::less_equal<> before;
    return before(source.data(), piece.data()) &&
           before(piece.data() + piece.size(), source.data() + source.size());
  }

  bool keep(json::string_view piece) {
    std::vector<char>& to = tree->unescaped_;
    if (to.capacity() < source.size()) to.reserve(source.size());
    to.insert(to.end(), piece.begin(), piece.end());
    begun += piece.size();
    return true;
  }

  std::string_view whole(json::string_view last) {
    if (begun == 0 && (last.empty() || in_source(last))) return {last.data(), last.size()};
    keep(last);
    const std::size_t size = std::exchange(begun, 0);
    return {tree->unescaped_.data() + tree->unescaped_.size() - size, size};
  }

  bool add(json_kind kind, std::string_view text = {}) {
    std::vector<json_node>& nodes = tree->nodes_;
    full = nodes.size() == nodes_max;
    if (full) return false;
    const auto end = static_cast<std::uint32_t>(nodes.size() + 1);
    nodes.push_back({std::exchange(name, {}), text, end, token++, kind});
    if (kind <= json_kind::array) open.push_back(end - 1);
    return true;
  }

  bool close() {
    tree->nodes_[open.back()].end = static_cast<std::uint32_t>(tree->nodes_.size());
    open.pop_back();
    ++token;
    return true;
  }

  bool on_document_begin(error&) noexcept { return true; }
  bool on_document_end(error&) noexcept { return true; }
  bool on_object_begin(error&) { return add(json_kind::object); }
  bool on_object_end(std::size_t, error&) { return close(); }
  bool on_array_begin(error&) { return add(json_kind::array); }
  bool on_array_end(std::size_t, error&) { return close(); }
  bool on_key_part(json::string_view piece, std::size_t, error&) { return keep(piece); }
  bool on_key(json::string_view last, std::size_t, error&) {
    name = whole(last);
    ++token;
    return true;
  }
  bool on_string_part(json::string_view piece, std::size_t, error&) { return keep(piece); }
  bool on_string(json::string_view last, std::size_t, error&) {
    return add(json_kind::string, whole(last));
  }
  bool on_number_part(json::string_view piece, error&) { return keep(piece); }
  bool on_int64(std::int64_t, json::string_view text, error&) { return number(text); }
  bool on_uint64(std::uint64_t, json::string_view text, error&) { return number(text); }
  bool on_double(double, json::string_view text, error&) { return number(text); }
  bool number(json::string_view text) { return add(json_kind::number, whole(text)); }
  bool on_bool(bool value, error&) { return add(value ? json_kind::yes : json_kind::no); }
  bool on_null(error&) { return add(json_kind::null); }
  bool on_comment_part(json::string_view, error&) noexcept { return true; }
  bool on_comment(json::string_view, error&) noexcept { return true; }
};

json_tree::outcome json_tree::parse(std::string_view text) noexcept {
  constexpr std::size_t kept_nodes = 4096;
  nodes_.clear();
  if (nodes_.capacity() > kept_nodes) nodes_.shrink_to_fit();
  unescaped_ = {};
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<reader> parser(options);
  reader& to = parser.handler();
  to.tree = this;
  to.source = text;
  json::error_code error;
  failed_at_ = parser.write_some(false, text.data(), text.size(), error);
  if (!error && failed_at_ == text.size()) return outcome::ok;
  nodes_.clear();
  if (to.full || error == json::error::too_deep) return outcome::too_large;
  return error == json::error::incomplete ? outcome::ended_early : outcome::not_json;
}

}  // namespace millrace::topic
