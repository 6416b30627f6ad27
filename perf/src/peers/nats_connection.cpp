#include "peers/nats_connection.hpp"

#include <charconv>
#include <stdexcept>
#include <vector>

#include "peers/blocking.hpp"

namespace millrace::perf::nats {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end != 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::size_t number_of(std::string_view word) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) {
    throw std::runtime_error("nats: no size: " + std::string(word));
  }
  return value;
}

}  // namespace

void open(int socket) {
  send_all(socket, "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\nPING\r\n");
  (void)receive_until(socket, [](std::string_view got) {
    if (got.find("-ERR") != got.npos) throw std::runtime_error("nats: " + std::string(got));
    return got.ends_with("PONG\r\n");
  });
}

std::string subscribe(std::string_view to, std::string_view sid) {
  return std::string("SUB ").append(to).append(" ").append(sid).append("\r\n");
}

std::string publish(std::string_view to, std::string_view reply, std::string_view payload) {
  std::string text = std::string("PUB ").append(to).append(" ").append(reply).append(" ");
  return text.append(std::to_string(payload.size())).append("\r\n").append(payload).append("\r\n");
}

void call(int socket, std::string_view what, std::string_view json) {
  send_all(socket, subscribe("call.answers", "call") + "UNSUB call 1\r\n" +
                       publish(std::string("$JS.API.").append(what), "call.answers", json));
  bool answered = false;
  (void)receive_until(socket, [&](std::string_view got) {
    for (received one = read(got); one.bytes != 0; one = read(got)) {
      got.remove_prefix(one.bytes);
      if (!one.is_message) continue;
      check_answer(one.payload);
      answered = true;
    }
    return answered;
  });
}

void create_stream(int socket, bool in_files) {
  const std::string name(stream);
  call(socket, "STREAM.CREATE." + name,
       "{\"name\":\"" + name + "\",\"subjects\":[\"" + std::string(subject) +
           "\"],\"retention\":\"limits\",\"storage\":\"" + (in_files ? "file" : "memory") +
           "\",\"num_replicas\":1}");
}

received read(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n");
  if (end == bytes.npos) return {};
  const std::string_view line = bytes.substr(0, end);
  if (line.starts_with("-ERR")) throw std::runtime_error("nats: " + std::string(line));
  const auto words = words_of(line);
  if (words.empty() || (words[0] != "MSG" && words[0] != "HMSG")) return {.bytes = end + 2};
  if (words[0] == "HMSG") throw std::runtime_error("nats: nobody answers, or an error in a head");
  if (words.size() < 4) throw std::runtime_error("nats: " + std::string(line));
  const std::size_t size = number_of(words.back());
  if (bytes.size() < end + 2 + size + 2) return {};
  return {end + 2 + size + 2, true, words[2], bytes.substr(end + 2, size)};
}

void check_answer(std::string_view payload) {
  if (payload.find("\"error\"") != payload.npos) {
    throw std::runtime_error("nats: " + std::string(payload));
  }
}

}  // namespace millrace::perf::nats
