// Requests as clients write them, for the benchmarks of the wire.
#pragma once

#include <string>
#include <string_view>

namespace millrace::bench {

/// A SendMessage of 1 KiB, as boto3 and the JavaScript SDK write it.
inline std::string send_message_json(bool escapes) {
  std::string body;
  while (body.size() < 1024) {
    body += escapes ? R"({\"order\":12345,\"note\":\"caf\u00e9\"} )" : "0123456789abcdef";
  }
  std::string json =
      R"({"QueueUrl": "http://127.0.0.1:4566/000000000000/orders", "MessageBody": ")";
  return json.append(body).append("\"}");
}

inline std::string batch_json() {
  std::string json = R"({"QueueUrl": "http://127.0.0.1:4566/000000000000/orders", "Entries": [)";
  for (int i = 0; i < 10; ++i) {
    json.append(i == 0 ? "" : ", ").append(R"({"Id": "entry-)").append(std::to_string(i));
    json.append(R"(", "MessageBody": ")").append(1024, 'x').append("\"}");
  }
  return json.append("]}");
}

inline std::string post(std::string_view json) {
  std::string head =
      "POST / HTTP/1.1\r\n"
      "Host: 127.0.0.1:4566\r\n"
      "X-Amz-Target: AmazonSQS.SendMessage\r\n"
      "Content-Type: application/x-amz-json-1.0\r\n"
      "x-amzn-query-mode: true\r\n"
      "User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 lang/python#3.11.7\r\n"
      "X-Amz-Date: 20261123T044518Z\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/sqs/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
      "amz-sdk-invocation-id: 6a1e2b9c-0000-4000-8000-123456789abc\r\n"
      "amz-sdk-request: attempt=1\r\n"
      "Content-Length: ";
  return head.append(std::to_string(json.size())).append("\r\n\r\n").append(json);
}

}  // namespace millrace::bench
