/* The C interface from C alone, compiled as C11: one message through a queue. */
#include <millrace/millrace.h>
#include <string.h>

#define CHECK(condition) \
  if (!(condition)) return __LINE__

int main(void) {
  mr_engine* engine;
  mr_client* client;
  mr_queue orders;
  mr_received* received;
  mr_message message = {.struct_size = sizeof message};
  CHECK(mr_abi_version() == MR_ABI_VERSION);
  CHECK(mr_engine_open(MR_ABI_VERSION, NULL, &engine) == MR_OK);
  CHECK(mr_client_connect(engine, NULL, &client) == MR_OK);
  CHECK(mr_create_queue(client, "orders", NULL, &orders) == MR_OK);
  CHECK(mr_send(client, orders, "one espresso", 12, NULL) == MR_OK);
  CHECK(mr_receive(client, orders, NULL, &received) == 1);
  CHECK(mr_received_message(received, 0, &message) == MR_OK);
  CHECK(message.body.size == 12 && memcmp(message.body.data, "one espresso", 12) == 0);
  CHECK(mr_delete(client, orders, &message.receipt) == MR_OK);
  mr_received_release(received);
  CHECK(mr_client_close(client) == MR_OK);
  CHECK(mr_engine_close(engine) == MR_OK);
  return 0;
}
