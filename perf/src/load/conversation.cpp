// The cycle's rules: a receive that brings nothing is asked again; a batch that brings less than
// was sent is received and deleted until the cycle's own number is consumed, so that a run leaves
// the queue as it found it.

#include "load/conversation.hpp"

#include <openssl/evp.h>

#include "load/json_members.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t digest_check_every = 256;

std::string md5_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_md5(), nullptr);
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

}  // namespace

void conversation_context::fail(std::string_view what, const http_answer& answer) {
  if (++errors != 1) return;
  first_error = std::string(what) + ": status " + std::to_string(answer.status) + ", " +
                std::string(answer.body.substr(0, 300));
}

std::optional<std::string_view> conversation::next_request() {
  if (!in_cycle_) {
    if (shared_.cycles_left == 0) return std::nullopt;
    --shared_.cycles_left;
    in_cycle_ = true;
    at_ = 0;
    owed_ = plan_.cycle[0] == operation::receive ? 1 : batch_size;
  }
  return request_for(current());
}

std::string_view conversation::request_for(operation op) {
  switch (op) {
    case operation::noop: return shared_.requests.noop();
    case operation::post: return shared_.requests.post();
    case operation::send:
    case operation::send_batch: {
      owed_ = op == operation::send ? 1 : batch_size;
      for (std::size_t i = 0; i < owed_; ++i) sequences_[i] = shared_.ledger.take();
      return shared_.requests.send({sequences_.data(), owed_});
    }
    case operation::receive:
    case operation::receive_batch: return shared_.requests.receive(owed_);
    case operation::remove:
    case operation::remove_batch:
      return shared_.requests.remove({receipts_.data(), receipt_count_},
                                     op == operation::remove_batch);
  }
  return {};
}

void conversation::take_answer(const http_answer& answer) {
  if (answer.status != 200) {
    if (shared_.throttling_allowed && answer.body.find("RequestThrottled") != std::string::npos) {
      ++shared_.throttled;
      return;  // the same once more
    }
    shared_.fail(to_string(current()), answer);
    in_cycle_ = false;
    return;
  }
  switch (current()) {
    case operation::noop: return advance();
    case operation::post: return take_post(answer);
    case operation::send: return take_send(answer, 1);
    case operation::send_batch: return take_send(answer, batch_size);
    case operation::receive:
    case operation::receive_batch: return take_receive(answer);
    case operation::remove:
    case operation::remove_batch: return take_remove(answer);
  }
}

void conversation::advance() {
  if (++at_ < plan_.length) return;
  in_cycle_ = false;
  ++shared_.cycles;
}

void conversation::take_post(const http_answer& answer) {
  if (answer.body.find(shared_.expected) == std::string::npos) {
    shared_.fail("not what was expected", answer);
    in_cycle_ = false;
    return;
  }
  shared_.messages += shared_.items_of_a_post;
  advance();
}

void conversation::take_send(const http_answer& answer, std::size_t count) {
  std::size_t digests = 0;
  json_members members(answer.body);
  for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
    if (event != json_members::event::string_member) continue;
    if (members.key() != "MD5OfMessageBody" || members.value().size() != 32) continue;
    if (count == 1) check_digest(members.value(), answer);
    ++digests;
  }
  if (digests != count) {
    shared_.fail("MD5OfMessageBody missing or an entry failed", answer);
    in_cycle_ = false;
    return;
  }
  shared_.ledger.acknowledged(count);
  shared_.messages += count;
  advance();
}

void conversation::check_digest(std::string_view digest, const http_answer& answer) {
  if (sequences_[0] % digest_check_every != 0) return;
  std::string body = shared_.body.text();
  message_body::write_sequence(body.data(), sequences_[0]);
  ++shared_.md5_checked;
  if (digest != md5_hex(body)) shared_.fail("MD5OfMessageBody is wrong", answer);
}

void conversation::take_receive(const http_answer& answer) {
  receipt_count_ = 0;
  bool has_body = false, has_receipt = false;
  json_members members(answer.body);
  for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
    if (event == json_members::event::object_end) {
      if (!has_body || !has_receipt) continue;  // an object inside the message
      ++receipt_count_;
      has_body = has_receipt = false;
    } else if (members.key() == "Body") {
      has_body = true;
      const auto sequence = shared_.body.sequence_of(members.value());
      sequence ? shared_.ledger.received(*sequence) : shared_.ledger.received_foreign();
    } else if (members.key() == "ReceiptHandle" && receipt_count_ < batch_size) {
      has_receipt = true;
      receipts_[receipt_count_].assign(members.value());
    }
  }
  if (has_body || has_receipt) shared_.fail("a message without body or receipt", answer);
  if (receipt_count_ == 0) {
    ++shared_.empty_receives;
    if (plan_.length == 1) advance();
    return;
  }
  if (receipt_count_ > owed_) shared_.fail("more messages than asked for", answer);
  owed_ -= std::min(owed_, receipt_count_);
  if (plan_.cycle[0] == operation::receive || plan_.cycle[0] == operation::receive_batch) {
    shared_.messages += receipt_count_;
  }
  advance();
}

void conversation::take_remove(const http_answer& answer) {
  if (current() == operation::remove_batch &&
      count_members(answer.body, "Id") - count_members(answer.body, "Code") != receipt_count_) {
    shared_.fail("an entry of a batch was not deleted", answer);
  }
  if (owed_ != 0) {
    --at_;  // the cycle's other messages: back to the receive
    return;
  }
  advance();
}

}  // namespace millrace::perf
