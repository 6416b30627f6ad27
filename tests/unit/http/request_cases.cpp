// The cases of request_cases.hpp.
#include "request_cases.hpp"

#include <string_view>
#include <vector>

namespace millrace::http::test {
namespace {

using namespace std::string_literals;

/// A POST with the given field lines (each with its CRLF) and whatever follows the head.
std::string post(std::string_view fields, std::string_view rest = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(rest);
}

/// A chunked POST whose body is `chunks` as they stand.
std::string chunked(std::string_view chunks) {
  return post("Transfer-Encoding: chunked\r\n", chunks);
}

/// A GET whose request line is followed by `fields` as they stand, up to the empty line.
std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n";
}

std::string line(std::string_view request_line) {
  return std::string(request_line) + "\r\nHost: a\r\n\r\n";
}

std::string times(int count, std::string_view text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

void add_plain(std::vector<request_case>& all) {
  const std::string simple = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  all.insert(
      all.end(),
      {
          {"get", simple, "GET / ;"},
          {"two_pipelined", simple + simple, "GET / ;GET / ;"},
          {"post_with_body", post("Content-Length: 5\r\n", "hello"), "POST / hello;"},
          {"post_of_zero", post("Content-Length: 0\r\n"), "POST / ;"},
          {"post_without_length_has_no_body", post("") + simple, "POST / ;GET / ;"},
          {"body_then_pipelined", post("Content-Length: 5\r\n", "hello") + simple,
           "POST / hello;GET / ;"},
          {"body_looks_like_request", post("Content-Length: 20\r\n", simple.substr(0, 20)),
           "POST / " + simple.substr(0, 20) + ";"},
          {"query_is_not_path", line("GET /a/b?c=d&e=%20 HTTP/1.1"), "GET /a/b ;"},
          {"empty_query", line("GET /a? HTTP/1.1"), "GET /a ;"},
          {"second_question_mark", line("GET /a?b?c HTTP/1.1"), "GET /a ;"},
          {"options_star", line("OPTIONS * HTTP/1.1"), "OPTIONS * ;"},
          {"unknown_method_is_for_the_router", line("BREW / HTTP/1.1"), "BREW / ;"},
          {"method_is_case_sensitive", line("get / HTTP/1.1"), "get / ;"},
          {"absolute_target", line("GET http://a/x?y HTTP/1.1"), "GET /x ;"},
          {"absolute_target_without_path", line("GET http://a HTTP/1.1"), "GET / ;"},
          {"absolute_target_query_only", line("GET http://a?x HTTP/1.1"), "GET / ;"},
          {"absolute_target_scheme_any_case", line("GET HTTP://A/ HTTP/1.1"), "GET / ;"},
          {"http_1_0_without_host", "GET / HTTP/1.0\r\n\r\n", "GET / ;"},
          {"http_1_0_keep_alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + simple,
           "GET / ;GET / ;"},
          {"one_empty_line_before", "\r\n" + simple, "GET / ;"},
          {"empty_line_between", post("Content-Length: 1\r\n", "x") + "\r\n" + simple,
           "POST / x;GET / ;"},
          {"name_any_case", post("cOnTeNt-LeNgTh: 3\r\n", "abc"), "POST / abc;"},
          {"no_space_behind_colon", post("Content-Length:3\r\n", "abc"), "POST / abc;"},
          {"spaces_around_value", post("Content-Length: \t 3 \t \r\n", "abc"), "POST / abc;"},
          {"tab_inside_value", get("Host: a\r\nX: a\tb\r\n"), "GET / ;"},
          {"empty_value", get("Host: a\r\nX:\r\n"), "GET / ;"},
          {"bytes_above_127_in_value", get("Host: a\r\nX: \xc3\xa9\xff\r\n"), "GET / ;"},
          {"colon_in_value", get("Host: a\r\nX: a:b\r\n"), "GET / ;"},
          {"host_with_port", get("Host: localhost:4566\r\n"), "GET / ;"},
          {"host_ipv6", get("Host: [::1]:4566\r\n"), "GET / ;"},
          {"repeated_unknown_field", get("Host: a\r\nX: 1\r\nX: 2\r\n"), "GET / ;"},
          {"upgrade_is_ignored",
           get("Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
               "Upgrade: h2c\r\nHTTP2-Settings: x\r\n"),
           "GET / ;"},
          {"expect_continue", post("Expect: 100-continue\r\nContent-Length: 2\r\n", "ok"),
           "POST / ok;"},
      });
}

void add_incomplete(std::vector<request_case>& all) {
  all.insert(all.end(), {
                            {"nothing", "", ""},
                            {"half_a_method", "PO", "..."},
                            {"half_a_request_line", "POST / HT", "..."},
                            {"request_line_only", "POST / HTTP/1.1\r\n", "..."},
                            {"half_a_field", "POST / HTTP/1.1\r\nHost: ", "..."},
                            {"bad_field_not_yet_ended", "POST / HTTP/1.1\r\nHost : a", "..."},
                            {"half_an_empty_line", "POST / HTTP/1.1\r\nHost: a\r\n\r", "..."},
                            {"half_a_body", post("Content-Length: 10\r\n", "hello"), "..."},
                            {"half_a_chunk", chunked("5\r\nhel"), "..."},
                            {"chunk_without_its_end", chunked("5\r\nhello\r"), "..."},
                            {"chunks_without_trailer_end", chunked("5\r\nhello\r\n0\r\n"), "..."},
                            {"second_message_incomplete", post("Content-Length: 1\r\n", "xGET"),
                             "POST / x;..."},
                        });
}

void add_request_line(std::vector<request_case>& all) {
  all.insert(
      all.end(),
      {
          {"http_0_9", "GET /\r\n\r\n", "!400"},
          {"no_target", line("GET  HTTP/1.1"), "!400"},
          {"two_spaces_before_target", line("GET  / HTTP/1.1"), "!400"},
          {"two_spaces_before_version", line("GET /  HTTP/1.1"), "!400"},
          {"tab_for_space", line("GET\t/ HTTP/1.1"), "!400"},
          {"space_before_method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "!400"},
          {"space_behind_version", line("GET / HTTP/1.1 "), "!400"},
          {"space_in_target", line("GET /a b HTTP/1.1"), "!400"},
          {"version_missing_slash", line("GET / HTTP1.1"), "!400"},
          {"version_lower_case", line("GET / http/1.1"), "!400"},
          {"version_two_digits", line("GET / HTTP/1.10"), "!400"},
          {"version_leading_zero", line("GET / HTTP/01.1"), "!400"},
          {"version_comma", line("GET / HTTP/1,1"), "!400"},
          {"version_1_2", line("GET / HTTP/1.2"), "!505"},
          {"version_2_0", line("GET / HTTP/2.0"), "!505"},
          {"version_0_9_spelled", line("GET / HTTP/0.9"), "!505"},
          {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!505"},
          {"tls_hello", "\x16\x03\x01\x02\x00\x01"s, "!400"},
          {"nul_first", "\0GET / HTTP/1.1\r\n\r\n"s, "!400"},
          {"nul_in_target", line("GET /\0 HTTP/1.1"s), "!400"},
          {"nul_in_method", line("G\0T / HTTP/1.1"s), "!400"},
          {"byte_above_127_in_target", line("GET /\xc3\xa9 HTTP/1.1"), "!400"},
          {"fragment_in_target", line("GET /#x HTTP/1.1"), "!400"},
          {"quote_in_target", line("GET /\" HTTP/1.1"), "!400"},
          {"backslash_in_target", line("GET /\\ HTTP/1.1"), "!400"},
          {"angle_brackets_in_target", line("GET /<x> HTTP/1.1"), "!400"},
          {"method_with_at_sign", line("G@T / HTTP/1.1"), "!400"},
          {"method_with_colon", line("GET: / HTTP/1.1"), "!400"},
          {"method_too_long", line(times(33, "A") + " / HTTP/1.1"), "!400"},
          {"connect", line("CONNECT a:80 HTTP/1.1"), "!501"},
          {"star_for_get", line("GET * HTTP/1.1"), "!400"},
          {"relative_target", line("GET a/b HTTP/1.1"), "!400"},
          {"foreign_scheme", line("GET ftp://a/ HTTP/1.1"), "!400"},
          {"absolute_target_no_host", line("GET http:///x HTTP/1.1"), "!400"},
          {"absolute_target_user", line("GET http://u@a/x HTTP/1.1"), "!400"},
          {"absolute_target_other_host", line("GET http://b/x HTTP/1.1"), "!400"},
          {"absolute_target_other_port", line("GET http://a:81/x HTTP/1.1"), "!400"},
          {"bare_lf_behind_request_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", "!400"},
          {"bare_cr_in_request_line", "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n", "!400"},
          {"cr_cr_lf_behind_request_line", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", "!400"},
          {"lf_before_request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "!400"},
          {"cr_before_request", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", "!400"},
          {"two_empty_lines_before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "!400"},
          {"excess_behind_body", post("Content-Length: 1\r\n", "x\x01\x02"), "POST / x;!400"},
      });
}

void add_fields(std::vector<request_case>& all) {
  all.insert(
      all.end(),
      {
          {"host_missing", get(""), "!400"},
          {"host_twice", get("Host: a\r\nHost: a\r\n"), "!400"},
          {"host_twice_differing", get("Host: a\r\nHost: b\r\n"), "!400"},
          {"host_empty", get("Host:\r\n"), "!400"},
          {"host_list", get("Host: a, b\r\n"), "!400"},
          {"host_with_path", get("Host: a/b\r\n"), "!400"},
          {"host_with_user", get("Host: u@a\r\n"), "!400"},
          {"host_with_space", get("Host: a b\r\n"), "!400"},
          {"host_port_empty", get("Host: a:\r\n"), "!400"},
          {"host_port_letters", get("Host: a:b\r\n"), "!400"},
          {"host_port_zero", get("Host: a:0\r\n"), "!400"},
          {"host_port_too_large", get("Host: a:65536\r\n"), "!400"},
          {"host_port_only", get("Host: :80\r\n"), "!400"},
          {"host_bracket_open", get("Host: [::1\r\n"), "!400"},
          {"host_bracket_empty", get("Host: []\r\n"), "!400"},
          {"host_bracket_inside", get("Host: a[b]\r\n"), "!400"},
          {"space_before_colon", get("Host : a\r\n"), "!400"},
          {"tab_before_colon", get("Host\t: a\r\n"), "!400"},
          {"name_empty", get("Host: a\r\n: x\r\n"), "!400"},
          {"name_with_space", get("Host: a\r\nX Y: x\r\n"), "!400"},
          {"name_with_nul", get("Host: a\r\nX\0: x\r\n"s), "!400"},
          {"name_with_byte_above_127", get("Host: a\r\nX\xc3: x\r\n"), "!400"},
          {"name_with_bracket", get("Host: a\r\nX[0]: x\r\n"), "!400"},
          {"no_colon", get("Host: a\r\nX\r\n"), "!400"},
          {"fold", get("Host: a\r\nX: a\r\n b\r\n"), "!400"},
          {"fold_with_tab", get("Host: a\r\nX: a\r\n\tb\r\n"), "!400"},
          {"fold_of_length", post("Content-Length:\r\n 5\r\n", "hello"), "!400"},
          {"space_before_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "!400"},
          {"nul_in_value", get("Host: a\r\nX: a\0b\r\n"s), "!400"},
          {"control_in_value", get("Host: a\r\nX: a\x01\r\n"), "!400"},
          {"vertical_tab_in_value", get("Host: a\r\nX: a\vb\r\n"), "!400"},
          {"delete_in_value", get("Host: a\r\nX: a\x7f\r\n"), "!400"},
          {"bare_cr_in_value", get("Host: a\r\nX: a\rb\r\n"), "!400"},
          {"bare_lf_ends_field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "!400"},
          {"bare_lf_ends_head", "GET / HTTP/1.1\r\nHost: a\r\n\n", "!400"},
          {"cr_cr_lf_ends_field", get("Host: a\r\r\n"), "!400"},
          {"target_field_twice", get("Host: a\r\nX-Amz-Target: A.B\r\nX-Amz-Target: A.C\r\n"),
           "!400"},
          {"authorization_twice", get("Host: a\r\nAuthorization: x\r\nAuthorization: y\r\n"),
           "!400"},
          {"content_type_twice", get("Host: a\r\nContent-Type: x\r\nContent-Type: y\r\n"), "!400"},
          {"expectation_unknown", post("Expect: 200-ok\r\nContent-Length: 1\r\n", "x"), "!417"},
      });
}

void add_framing(std::vector<request_case>& all) {
  const auto length = [](std::string_view value) {
    return post("Content-Length: " + std::string(value) + "\r\n", "hello");
  };
  const auto coding = [](std::string_view value) {
    return post("Transfer-Encoding: " + std::string(value) + "\r\n", "5\r\nhello\r\n0\r\n\r\n");
  };
  all.insert(
      all.end(),
      {
          {"length_plus", length("+5"), "!400"},
          {"length_minus", length("-5"), "!400"},
          {"length_hex", length("0x5"), "!400"},
          {"length_letters", length("five"), "!400"},
          {"length_fraction", length("5.0"), "!400"},
          {"length_inner_space", length("5 5"), "!400"},
          {"length_list", length("5, 5"), "!400"},
          {"length_list_differing", length("5, 6"), "!400"},
          {"length_empty", length(""), "!400"},
          {"length_leading_zero", length("05"), "!400"},
          {"length_underscore", length("1_0"), "!400"},
          {"length_full_width_digit", length("\xef\xbc\x95"), "!400"},
          {"length_just_too_large", length("4097"), "!413"},
          {"length_beyond_64_bits", length("18446744073709551621"), "!413"},
          {"length_of_100_digits", length(times(100, "9")), "!413"},
          {"length_twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "!400"},
          {"length_twice_differing", post("Content-Length: 5\r\nContent-Length: 0\r\n", "hello"),
           "!400"},
          {"length_and_chunked",
           post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "!400"},
          {"chunked_and_length",
           post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "!400"},
          {"coding_any_case", coding("Chunked"), "POST / hello;"},
          {"coding_unknown", coding("xchunked"), "!501"},
          {"coding_gzip_chunked", coding("gzip, chunked"), "!501"},
          {"coding_identity", coding("identity"), "!501"},
          {"coding_not_final", coding("chunked, gzip"), "!400"},
          {"coding_identity_behind_chunked", coding("chunked, identity"), "!400"},
          {"coding_twice", coding("chunked, chunked"), "!400"},
          {"coding_in_two_lines",
           post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
           "!400"},
          {"coding_not_final_in_two_lines",
           post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "0\r\n\r\n"), "!400"},
          {"coding_empty", coding(""), "!400"},
          {"coding_empty_element", coding("chunked,"), "!400"},
          {"coding_quoted", coding("\"chunked\""), "!400"},
          {"coding_parameter", coding("chunked;q=1"), "!400"},
          {"coding_vertical_tab", coding("\vchunked"), "!400"},
          {"coding_in_http_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "!400"},
          {"coding_space_before_colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
           "!400"},
          {"coding_behind_fold", post("X: a\r\n Transfer-Encoding: chunked\r\n"), "!400"},
      });
}

void add_chunks(std::vector<request_case>& all) {
  const std::string next = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  all.insert(
      all.end(),
      {
          {"one_chunk", chunked("5\r\nhello\r\n0\r\n\r\n"), "POST / hello;"},
          {"no_chunk", chunked("0\r\n\r\n"), "POST / ;"},
          {"many_chunks",
           chunked("1\r\na\r\n2\r\nbc\r\nA\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n"),
           "POST / abc0123456789abcdefghij;"},
          {"chunks_then_pipelined", chunked("5\r\nhello\r\n0\r\n\r\n") + next,
           "POST / hello;GET / ;"},
          {"chunk_leading_zeros", chunked("0005\r\nhello\r\n000\r\n\r\n"), "POST / hello;"},
          {"chunk_extension", chunked("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n"), "POST / hello;"},
          {"trailer", chunked("5\r\nhello\r\n0\r\nX: y\r\nZ: \r\n\r\n") + next,
           "POST / hello;GET / ;"},
          {"chunk_size_empty", chunked("\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_underscore", chunked("0_5\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_letters", chunked("g\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_space_before", chunked(" 5\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_space_behind", chunked("5 \r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_16_digits", chunked("0000000000000005\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_wraps_64_bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_too_large", chunked("1001\r\n"), "!413"},
          {"chunks_together_too_large", chunked("800\r\n" + times(2048, "x") + "\r\n801\r\n"),
           "!413"},
          {"chunks_together_just_fit",
           chunked("800\r\n" + times(2048, "x") + "\r\n800\r\n" + times(2048, "y") +
                   "\r\n0\r\n\r\n"),
           "POST / " + times(2048, "x") + times(2048, "y") + ";"},
          {"chunk_size_bare_lf", chunked("5\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_size_bare_cr", chunked("5\rXhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_data_too_short", chunked("6\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_data_too_long", chunked("4\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_data_bare_lf", chunked("5\r\nhello\n0\r\n\r\n"), "!400"},
          {"chunk_data_cr_only", chunked("5\r\nhello\rX0\r\n\r\n"), "!400"},
          {"chunk_data_no_end", chunked("5\r\nhello0\r\n\r\n"), "!400"},
          {"chunk_extension_bare_lf", chunked("5;a\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_extension_bare_cr", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_extension_nul", chunked("5;\0\r\nhello\r\n0\r\n\r\n"s), "!400"},
          {"chunk_space_before_extension", chunked("5 ;a\r\nhello\r\n0\r\n\r\n"), "!400"},
          {"chunk_line_too_long", chunked("5;" + times(300, "a") + "\r\nhello\r\n0\r\n\r\n"),
           "!400"},
          {"chunk_line_too_long_unended", chunked("5;" + times(300, "a")), "!400"},
          {"trailer_with_length", chunked("0\r\nContent-Length: 5\r\n\r\n"), "!400"},
          {"trailer_with_coding", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), "!400"},
          {"trailer_with_host", chunked("0\r\nHost: b\r\n\r\n"), "!400"},
          {"trailer_with_target", chunked("0\r\nX-Amz-Target: A.B\r\n\r\n"), "!400"},
          {"trailer_bare_lf", chunked("0\r\n\n"), "!400"},
          {"trailer_fold", chunked("0\r\nX: a\r\n b\r\n\r\n"), "!400"},
          {"trailer_no_colon", chunked("0\r\nX\r\n\r\n"), "!400"},
      });
}

void add_limits(std::vector<request_case>& all) {
  const std::string long_value = times(1100, "v");
  all.insert(
      all.end(),
      {
          {"request_line_just_fits", line("GET /" + times(240, "a") + " HTTP/1.1"),
           "GET /" + times(240, "a") + " ;"},
          {"request_line_too_long", line("GET /" + times(241, "a") + " HTTP/1.1"), "!414"},
          {"request_line_without_end", "GET /" + times(300, "a"), "!414"},
          {"request_line_long_and_wrong", line("GET /" + times(300, "\"") + " HTTP/1.1"), "!414"},
          {"field_too_long", get("Host: a\r\nX: " + long_value + "\r\n"), "!431"},
          {"field_without_end", "GET / HTTP/1.1\r\nHost: a\r\nX: " + long_value, "!431"},
          {"field_long_and_wrong", get("Host: a\r\nX: \x01" + long_value + "\r\n"), "!431"},
          {"fields_together_too_long",
           get("Host: a\r\n" + times(10, "X: " + times(100, "v") + "\r\n")), "!431"},
          {"twelve_fields", get("Host: a\r\n" + times(11, "X: y\r\n")), "GET / ;"},
          {"thirteen_fields", get("Host: a\r\n" + times(12, "X: y\r\n")), "!431"},
          {"body_just_fits", post("Content-Length: 4096\r\n", times(4096, "b")),
           "POST / " + times(4096, "b") + ";"},
          {"ten_thousand_fields", get("Host: a\r\n" + times(10000, "X: y\r\n")), "!431"},
      });
}

std::vector<request_case> make_cases() {
  std::vector<request_case> all;
  add_plain(all);
  add_incomplete(all);
  add_request_line(all);
  add_fields(all);
  add_framing(all);
  add_chunks(all);
  add_limits(all);
  return all;
}

}  // namespace

std::span<const request_case> request_cases() {
  static const std::vector<request_case> all = make_cases();
  return all;
}

}  // namespace millrace::http::test
