// Templates are ordinary requests made by sqs_request(), searched for the places of their bodies.

#include "load/sqs_requests.hpp"

namespace millrace::perf {

namespace {

std::string request_head(std::string_view host, std::string_view action) {
  std::string head = "POST / HTTP/1.1\r\nHost: ";
  head += host;
  head += "\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.";
  head += action;
  head += "\r\nContent-Length: ";
  return head;
}

/// As their digits stand in a template.
constexpr std::string_view group_member = ",\"MessageGroupId\":\"g";
constexpr std::string_view deduplication_member = "\",\"MessageDeduplicationId\":\"";

}  // namespace

std::string sqs_request(std::string_view host, std::string_view action, std::string_view json) {
  std::string request = request_head(host, action);
  request += std::to_string(json.size());
  request += "\r\n\r\n";
  request += json;
  return request;
}

sqs_requests::sqs_requests(const settings& target, const message_body& body)
    : target_(target),
      noop_("GET " + target.noop_path + " HTTP/1.1\r\nHost: " + target.host + "\r\n\r\n"),
      send_one_(make_send(1, body)),
      send_ten_(make_send(batch_size, body)),
      remove_one_head_(request_head(target.host, "DeleteMessage")),
      remove_ten_head_(request_head(target.host, "DeleteMessageBatch")) {
  for (std::size_t max = 1; max <= batch_size; ++max) {
    receives_.push_back(sqs_request(target_.host, "ReceiveMessage",
                                    "{\"QueueUrl\":\"" + target_.queue_url +
                                        "\",\"MaxNumberOfMessages\":" + std::to_string(max) + "}"));
  }
}

std::string sqs_requests::message_members(const message_body& body) const {
  std::string members = "\"MessageBody\":\"" + body.text() + "\"";
  if (target_.groups == 0) return members;
  const std::string_view id = std::string_view(body.text()).substr(0, message_body::size_min);
  members += group_member;
  members += id.substr(0, message_body::sequence_digits);
  members += deduplication_member;
  members += id;
  return members + "\"";
}

sqs_requests::send_template sqs_requests::make_send(std::size_t count,
                                                    const message_body& body) const {
  std::string json = "{\"QueueUrl\":\"" + target_.queue_url + "\",";
  if (count == 1) {
    json += message_members(body) + "}";
  } else {
    json += "\"Entries\":[";
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) json += ',';
      json += "{\"Id\":\"m" + std::to_string(i) + "\"," + message_members(body) + "}";
    }
    json += "]}";
  }
  send_template made;
  made.bytes = sqs_request(target_.host, count == 1 ? "SendMessage" : "SendMessageBatch", json);
  for (std::size_t at = 0; (at = made.bytes.find(body.text(), at)) != std::string::npos; ++at) {
    message_place place{.body = at};
    if (target_.groups != 0) {
      place.group = at + body.text().size() + 1 + group_member.size();
      place.deduplication =
          place.group + message_body::sequence_digits + deduplication_member.size();
    }
    made.places.push_back(place);
  }
  return made;
}

std::string_view sqs_requests::send(std::span<const std::uint64_t> sequences) noexcept {
  send_template& chosen = sequences.size() == 1 ? send_one_ : send_ten_;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const message_place& place = chosen.places[i];
    char* bytes = chosen.bytes.data();
    message_body::write_sequence(bytes + place.body, sequences[i]);
    if (target_.groups == 0) continue;
    message_body::write_sequence(bytes + place.group, sequences[i] % target_.groups);
    message_body::write_sequence(bytes + place.deduplication, sequences[i]);
  }
  return chosen.bytes;
}

std::string_view sqs_requests::receive(std::size_t max) const noexcept {
  return receives_[max - 1];
}

std::string_view sqs_requests::remove(std::span<const std::string> receipts, bool batch) {
  json_.assign("{\"QueueUrl\":\"").append(target_.queue_url).append("\",");
  if (batch) {
    json_ += "\"Entries\":[";
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      json_.append(i == 0 ? "{\"Id\":\"d" : ",{\"Id\":\"d").append(1, static_cast<char>('0' + i));
      json_.append("\",\"ReceiptHandle\":\"").append(receipts[i]).append("\"}");
    }
    json_ += "]}";
  } else {
    json_.append("\"ReceiptHandle\":\"").append(receipts[0]).append("\"}");
  }
  remove_.assign(batch ? remove_ten_head_ : remove_one_head_);
  remove_.append(std::to_string(json_.size())).append("\r\n\r\n").append(json_);
  return remove_;
}

}  // namespace millrace::perf
