#include "wire.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "load/http_answer.hpp"
#include "load/sqs_requests.hpp"

namespace millrace::crash {

namespace {

constexpr std::string_view account_id = "000000000000";
constexpr std::string_view number_attribute = "number";

std::string arn(const std::string& name) {
  return "arn:aws:sqs:us-east-1:" + std::string(account_id) + ":" + name;
}

void append_message(const bodies& texts, ledger::message_id id, const request& asked, bool fifo,
                    std::string& json) {
  json += "\"MessageBody\":\"";
  texts.append(id, json);
  json += '"';
  if (fifo) {
    json += ",\"MessageGroupId\":\"g" + std::to_string(id % fifo_groups);
    json += "\",\"MessageDeduplicationId\":\"";
    bodies::append_number(id, json);
    json += '"';
  } else if (asked.delay_s != 0) {
    json += ",\"DelaySeconds\":" + std::to_string(asked.delay_s);
  }
  if (texts.bytes_of(id) >= bodies::number_digits) return;
  json.append(",\"MessageAttributes\":{\"").append(number_attribute);
  json += "\":{\"DataType\":\"String\",\"StringValue\":\"";
  bodies::append_number(id, json);
  json += "\"}}";
}

void append_sends(const request& asked, const bodies& texts, bool fifo, std::string& json) {
  if (asked.what == action::send) {
    json += ',';
    return append_message(texts, asked.messages[0], asked, fifo, json);
  }
  json += ",\"Entries\":[";
  for (std::size_t i = 0; i < asked.messages.size(); ++i) {
    json.append(i == 0 ? "{\"Id\":\"" : ",{\"Id\":\"").append(std::to_string(i)).append("\",");
    append_message(texts, asked.messages[i], asked, fifo, json);
    json += '}';
  }
  json += ']';
}

void append_receipts(const request& asked, std::string& json) {
  if (asked.what != action::remove_batch) {
    json.append(",\"ReceiptHandle\":\"").append(asked.receipts[0].text).append("\"");
    return;
  }
  json += ",\"Entries\":[";
  for (std::size_t i = 0; i < asked.receipts.size(); ++i) {
    json.append(i == 0 ? "{\"Id\":\"" : ",{\"Id\":\"").append(std::to_string(i));
    json.append("\",\"ReceiptHandle\":\"").append(asked.receipts[i].text).append("\"}");
  }
  json += ']';
}

std::string create_queue(const request& asked, const roster& queues) {
  const queue_rules& rules = queues[asked.queue].rules;
  std::string json = "{\"QueueName\":\"" + rules.name + "\",\"Attributes\":{";
  json += "\"VisibilityTimeout\":\"" + std::to_string(asked.visibility_s) + "\"";
  if (rules.fifo) json += ",\"FifoQueue\":\"true\"";
  if (rules.dead_letters) {
    json += R"(,"RedrivePolicy":"{\"deadLetterTargetArn\":\")" +
            arn(queues[*rules.dead_letters].rules.name) + R"(\",\"maxReceiveCount\":)" +
            std::to_string(rules.receives_max) + "}\"";
  }
  json += "}";
  if (rules.tag) {
    json.append(",\"tags\":{\"millrace:durability\":\"").append(to_string(*rules.tag));
    json += "\"}";
  }
  return json + "}";
}

outcome named(std::string_view error) noexcept {
  struct row {
    std::string_view name;
    outcome meaning;
  };
  static constexpr row rows[] = {
      {"ServiceUnavailable", outcome::refused}, {"InternalFailure", outcome::failed},
      {"QueueDoesNotExist", outcome::no_queue}, {"ReceiptHandleIsInvalid", outcome::bad_receipt},
      {"InvalidParameterValue", outcome::late}, {"MessageNotInflight", outcome::not_in_flight}};
  for (const row& each : rows) {
    if (error.starts_with(each.name)) return each.meaning;  // some end in "Exception"
  }
  return outcome::other;
}

std::uint32_t number_at(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return 0;
  return static_cast<std::uint32_t>(std::stoul(found->get_ref<const std::string&>()));
}

received_message read_message(const nlohmann::json& from, const bodies& texts) {
  received_message read;
  const auto& body = from.at("Body").get_ref<const std::string&>();
  std::string digits = body;
  if (const auto attributes = from.find("MessageAttributes"); attributes != from.end()) {
    digits = attributes->at(std::string(number_attribute)).at("StringValue").get<std::string>();
  }
  read.id = bodies::read_number(digits).value_or(0);
  read.intact = texts.is_intact(read.id, body);
  read.receive_count = number_at(from.at("Attributes"), "ApproximateReceiveCount");
  read.receipt = from.at("ReceiptHandle").get<std::string>();
  read.name = std::hash<std::string>()(from.at("MessageId").get<std::string>());
  if (const auto& known = from.at("Attributes"); known.contains("SequenceNumber")) {
    read.sequence = std::stoull(known.at("SequenceNumber").get<std::string>());
  }
  return read;
}

}  // namespace

const char* to_string(action what) noexcept {
  switch (what) {
    case action::send: return "SendMessage";
    case action::send_batch: return "SendMessageBatch";
    case action::receive: return "ReceiveMessage";
    case action::remove: return "DeleteMessage";
    case action::remove_batch: return "DeleteMessageBatch";
    case action::change_visibility: return "ChangeMessageVisibility";
    case action::purge: return "PurgeQueue";
    case action::create_queue: return "CreateQueue";
    case action::delete_queue: return "DeleteQueue";
  }
  return "";
}

std::string queue_url(const perf::endpoint& target, const std::string& name) {
  return "http://" + target.host() + "/" + std::string(account_id) + "/" + name;
}

std::string encode(const request& asked, const roster& queues, const bodies& texts,
                   const perf::endpoint& target) {
  if (asked.what == action::create_queue) {
    return perf::sqs_request(target.host(), "CreateQueue", create_queue(asked, queues));
  }
  std::string json = "{\"QueueUrl\":\"" + queue_url(target, queues[asked.queue].rules.name) + "\"";
  switch (asked.what) {
    case action::send:
    case action::send_batch:
      append_sends(asked, texts, queues[asked.queue].rules.fifo, json);
      break;
    case action::receive:
      json +=
          ",\"AttributeNames\":[\"ApproximateReceiveCount\",\"SequenceNumber\"]"
          ",\"MessageAttributeNames\":[\"All\"]";
      json += ",\"MaxNumberOfMessages\":" + std::to_string(asked.count);
      json += ",\"VisibilityTimeout\":" + std::to_string(asked.visibility_s);
      json += ",\"WaitTimeSeconds\":" + std::to_string(asked.wait_s);
      break;
    case action::change_visibility:
      json += ",\"VisibilityTimeout\":" + std::to_string(asked.visibility_s);
      append_receipts(asked, json);
      break;
    case action::remove:
    case action::remove_batch: append_receipts(asked, json); break;
    case action::purge:
    case action::create_queue:
    case action::delete_queue: break;
  }
  return perf::sqs_request(target.host(), to_string(asked.what), json + "}");
}

std::optional<std::vector<received_message>> read_messages(std::string_view json,
                                                           const bodies& texts) {
  try {
    const auto answer = nlohmann::json::parse(json);
    std::vector<received_message> all;
    const auto messages = answer.find("Messages");
    if (messages == answer.end()) return all;
    for (const auto& each : *messages) all.push_back(read_message(each, texts));
    return all;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

outcome outcome_of(int status, std::string_view json) {
  if (status == 200) return outcome::done;
  const auto answer = nlohmann::json::parse(json, nullptr, false);
  if (!answer.is_object()) return outcome::other;
  const std::string why = answer.value("message", "");
  if (why.find("Message does not exist") != std::string::npos) return outcome::not_in_flight;
  const std::string name = answer.value("__type", "");
  return named(std::string_view(name).substr(name.find('#') + 1));
}

std::vector<outcome> read_entries(std::string_view json, std::size_t count) {
  std::vector<outcome> results(count, outcome::other);
  const auto answer = nlohmann::json::parse(json, nullptr, false);
  if (!answer.is_object()) return results;
  const auto set = [&](const nlohmann::json& entry, outcome result) {
    if (const std::size_t place = number_at(entry, "Id"); place < count) results[place] = result;
  };
  for (const auto& each : answer.value("Successful", nlohmann::json::array())) {
    set(each, outcome::done);
  }
  for (const auto& each : answer.value("Failed", nlohmann::json::array())) {
    set(each, named(each.value("Code", "")));
  }
  return results;
}

queue_facts ask_queue(const perf::endpoint& target, const std::string& name) {
  const auto answer =
      perf::exchange(target, perf::sqs_request(target.host(), "GetQueueAttributes",
                                               "{\"QueueUrl\":\"" + queue_url(target, name) +
                                                   "\",\"AttributeNames\":[\"All\"]}"));
  queue_facts facts;
  facts.status = answer.status;
  if (answer.status != 200) return facts;
  const auto attributes = nlohmann::json::parse(answer.body).at("Attributes");
  for (const char* each : {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                           "ApproximateNumberOfMessagesDelayed"}) {
    facts.messages += number_at(attributes, each);
  }
  facts.visibility_s = number_at(attributes, "VisibilityTimeout");
  if (const auto policy = attributes.find("RedrivePolicy"); policy != attributes.end()) {
    const auto read = nlohmann::json::parse(policy->get<std::string>());
    const auto& maximum = read.at("maxReceiveCount");
    facts.receives_max = maximum.is_string()
                             ? static_cast<std::uint32_t>(std::stoul(maximum.get<std::string>()))
                             : maximum.get<std::uint32_t>();
    const std::string target_arn = read.at("deadLetterTargetArn").get<std::string>();
    facts.dead_letters = target_arn.substr(target_arn.rfind(':') + 1);
  }
  return facts;
}

}  // namespace millrace::crash
