#include "stub_sqs.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "load/json_members.hpp"

namespace millrace::perf {

namespace {

std::string md5_hex(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_md5(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

/// Text between the end of `before` and the next `after`.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return rest.substr(0, rest.find(after));
}

}  // namespace

stub_sqs::stub_sqs(misbehaviour how) : how_(how) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
  if (listen(listener_, 1024) != 0) std::abort();
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  epoll_ = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
  thread_ = std::thread([this] { serve(); });
}

stub_sqs::~stub_sqs() {
  stop_ = true;
  thread_.join();
  for (const auto& [descriptor, unused] : clients_) close(descriptor);
  close(listener_);
  close(epoll_);
}

void stub_sqs::serve() {
  while (!stop_) {
    std::array<epoll_event, 64> ready;
    const int count = epoll_wait(epoll_, ready.data(), 64, 20);
    for (int i = 0; i < count; ++i) {
      const int descriptor = ready[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == listener_) {
        accept_one();
      } else if (!read_from(descriptor, clients_[descriptor])) {
        close(descriptor);
        clients_.erase(descriptor);
      }
    }
  }
}

void stub_sqs::accept_one() {
  const int descriptor = accept(listener_, nullptr, nullptr);
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

/// False when the connection is to be closed.
bool stub_sqs::read_from(int descriptor, client& from) {
  std::array<char, 64 * 1024> bytes;
  const ssize_t got = recv(descriptor, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  from.unread.append(bytes.data(), static_cast<std::size_t>(got));
  const auto head_end = from.unread.find("\r\n\r\n");
  if (head_end == std::string::npos) return true;
  const std::string head = from.unread.substr(0, head_end + 2);
  const std::string_view length = between(head, "Content-Length: ", "\r\n");
  const std::size_t body_size = length.empty() ? 0 : std::stoul(std::string(length));
  if (from.unread.size() < head_end + 4 + body_size) return true;
  const std::string body = from.unread.substr(head_end + 4, body_size);
  from.unread.clear();
  return answer(descriptor, from, head, body);
}

bool stub_sqs::answer(int descriptor, client& to, std::string_view head, std::string_view body) {
  const std::string_view action = between(head, "X-Amz-Target: AmazonSQS.", "\r\n");
  const bool throttles = how_ == misbehaviour::throttles;
  const bool fails = (throttles || how_ == misbehaviour::fails_some_requests) &&
                     action != "CreateQueue" && is_unlucky();
  const std::string why = throttles ? "RequestThrottled" : "InternalFailure";
  const std::string json = fails ? "{\"__type\":\"" + why + "\"}" : act(action, body);
  const std::string failure = throttles ? "403 Forbidden" : "500 Internal Server Error";
  const std::string status = fails ? failure : "200 OK";
  const std::string text = "HTTP/1.1 " + status +
                           "\r\ncontent-type: application/x-amz-json-1.0\r\n" +
                           "content-length: " + std::to_string(json.size()) + "\r\n\r\n" + json;
  const std::size_t piece = how_ == misbehaviour::splits_answers ? 100 : text.size();
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const std::string_view part = std::string_view(text).substr(at, piece);
    if (send(descriptor, part.data(), part.size(), MSG_NOSIGNAL) < 0) return false;
    if (how_ == misbehaviour::splits_answers) std::this_thread::yield();
  }
  return how_ != misbehaviour::closes_connections || ++to.answers < 20;
}

std::string stub_sqs::act(std::string_view action, std::string_view body) {
  if (action == "CreateQueue") return "{\"QueueUrl\":\"http://127.0.0.1/000000000000/stub\"}";
  if (action == "SendMessage" || action == "SendMessageBatch") return accept_messages(body);
  if (action == "ReceiveMessage") return hand_out(body);
  if (action == "DeleteQueue") ++queues_deleted_;
  if (action != "DeleteMessageBatch") return "{}";
  std::string json = "{\"Successful\":[";
  for (std::size_t i = 0; i < count_members(body, "Id"); ++i) {
    json += std::string(i == 0 ? "" : ",") + "{\"Id\":\"d" + std::to_string(i) + "\"}";
  }
  return json + "],\"Failed\":[]}";
}

std::string stub_sqs::accept_messages(std::string_view body) {
  std::string entries;
  json_members members(body);
  for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
    if (event != json_members::event::string_member || members.key() != "MessageBody") continue;
    std::string message(members.value());
    const std::string digest =
        how_ == misbehaviour::answers_wrong_md5 ? std::string(32, '0') : md5_hex(message);
    entries += entries.empty() ? "{" : ",{";
    entries += "\"Id\":\"x\",\"MessageId\":\"m\"";
    if (how_ != misbehaviour::omits_md5) entries += ",\"MD5OfMessageBody\":\"" + digest + "\"";
    entries += '}';
    if (how_ == misbehaviour::alters_bodies && is_unlucky()) message.back() = '!';
    if (how_ == misbehaviour::delivers_twice && is_unlucky()) messages_.push_back(message);
    if (how_ == misbehaviour::loses_messages && is_unlucky()) continue;
    messages_.push_back(std::move(message));
  }
  const bool batch = body.find("\"Entries\"") != std::string_view::npos;
  return batch ? "{\"Successful\":[" + entries + "],\"Failed\":[]}" : entries;
}

std::string stub_sqs::hand_out(std::string_view body) {
  const std::string_view wanted = between(body, "\"MaxNumberOfMessages\":", "}");
  std::size_t max = std::stoul(std::string(wanted));
  std::string json = "{\"Messages\":[";
  for (bool first = true; max > 0 && !messages_.empty(); --max, first = false) {
    json += first ? "{" : ",{";
    json += "\"MessageId\":\"m\",\"Attributes\":{\"a\":\"1\"},\"ReceiptHandle\":\"r\\/" +
            std::to_string(++receipts_) + "\",\"Body\":\"" + messages_.front() + "\"}";
    messages_.pop_front();
  }
  return json + "]}";
}

}  // namespace millrace::perf
