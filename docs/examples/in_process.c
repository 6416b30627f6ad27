/* The C example: a queue inside this process, one message through it. */
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program with the error's name if a call has failed. */
static int32_t check(int32_t code) {
  if (code >= 0) return code;
  fprintf(stderr, "millrace: %s\n", mr_error_name(code));
  _Exit(1);
}

int main(void) {
  mr_engine* engine;
  mr_client* client;
  mr_queue orders;
  check(mr_engine_open(MR_ABI_VERSION, NULL, &engine));
  check(mr_client_connect(engine, NULL, &client));
  check(mr_create_queue(client, "orders", NULL, &orders));

  check(mr_send(client, orders, "one espresso", 12, NULL));

  mr_received* received;
  const int32_t count = check(mr_receive(client, orders, NULL, &received));
  for (int32_t i = 0; i < count; ++i) {
    mr_message message = {.struct_size = sizeof message};
    check(mr_received_message(received, (size_t)i, &message));
    printf("%.*s\n", (int)message.body.size, (const char*)message.body.data);
    check(mr_delete(client, orders, &message.receipt));
  }
  mr_received_release(received);

  check(mr_client_close(client));
  return check(mr_engine_close(engine));
}
