/* A message that was received too often is a dead letter; a message move brings it back. */
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

static int32_t must(int32_t code) {
  if (code >= 0) return code;
  fprintf(stderr, "millrace: %s\n", mr_error_name(code));
  exit(1);
}

/** A queue whose messages go to `dead` after one receive. */
static mr_queue source_of(mr_client* client, const char* dead) {
  mr_queue orders;
  mr_queue_attributes attributes = {.struct_size = sizeof attributes,
                                    .given = MR_GIVEN_REDRIVE | MR_GIVEN_VISIBILITY_TIMEOUT,
                                    .visibility_timeout = 0,
                                    .dead_letter_queue = dead,
                                    .max_receive_count = 1};
  must(mr_create_queue(client, "orders", &attributes, &orders));
  return orders;
}

/** The task, when it is over. */
static mr_message_move finished(mr_client* client, mr_queue dead) {
  mr_message_move move = {.struct_size = sizeof move};
  do {
    mr_answer* answer;
    must(mr_list_message_moves(client, dead, &answer));
    must(mr_answer_message_move(answer, 0, &move));
    mr_answer_release(answer);
  } while (move.status == MR_MOVE_RUNNING);
  return move;
}

int main(void) {
  mr_engine* engine;
  mr_client* client;
  mr_queue dead;
  mr_received* received;
  mr_message message = {.struct_size = sizeof message};

  must(mr_engine_open(MR_ABI_VERSION, NULL, &engine));
  must(mr_client_connect(engine, NULL, &client));
  must(mr_create_queue(client, "orders-dead", NULL, &dead));
  const mr_queue orders = source_of(client, "orders-dead");

  must(mr_send(client, orders, "one espresso", 12, NULL));
  must(mr_receive(client, orders, NULL, &received)); /* its one receive */
  mr_received_release(received);
  must(mr_receive(client, orders, NULL, &received)); /* finds nothing: it has gone */
  mr_received_release(received);

  must(mr_start_message_move(client, dead, NULL, 0, NULL));
  const mr_message_move move = finished(client, dead);

  must(mr_receive(client, orders, NULL, &received));
  must(mr_received_message(received, 0, &message));
  printf("moved %d of %d: %.*s\n", (int)move.moved, (int)move.to_move, (int)message.body.size,
         (const char*)message.body.data);
  mr_received_release(received);

  must(mr_client_close(client));
  must(mr_engine_close(engine));
}
