// The catalogue of seeded bugs: name, what is broken, which promise it breaks.
// To add one: a line here, and MR_MUTANT(name) where the bug is.
#pragma once

// clang-format off
#define MR_MUTANT_TABLE(X) \
  X(sync_skipped, "a sync that a group waits for is not made", "J1") \
  X(durable_write_cached, "a group of level disk stays in the page cache", "J1") \
  X(ack_before_sync, "level disk is reached when the write returns, before its sync", "J1") \
  X(ack_of_next_batch, "an ack reaches one position too far", "J1") \
  X(os_acked_before_write, "level os is reached before the write", "J1") \
  X(send_acked_early, "a send is answered before it is durable", "J1") \
  X(delete_acked_early, "a delete is answered before it is durable", "Q3") \
  X(receive_shows_unsynced, "a receive hands out what is not durable", "Q1") \
  X(receive_at_level_of_queue, "a receive waits for its queue's level, not its messages'", "Q6") \
  X(transfer_sent_unsynced, "a dead letter leaves before its `out` entry is durable", "Q6") \
  X(acked_after_failure, "what a failed journal has not stored is answered with success", "J3") \
  X(failed_sync_retried, "a failed sync is tried again, and what was lost counts as stored", "J3") \
  X(failed_write_ignored, "a failed write counts as done", "J3") \
  X(created_name_not_synced, "no directory sync after a segment was created", "J1") \
  X(renamed_name_not_synced, "no directory sync after a segment was renamed", "J1") \
  X(left_segment_not_synced, "a segment that is left with `os` writes in it is not synced", "J1") \
  X(found_log_not_synced, "a restart builds on what it finds without syncing it", "J1") \
  X(found_log_not_rewritten, "a restart builds on what a failed sync left in the cache", "J1") \
  X(found_names_not_synced, "a restart builds on names that may be in the page cache only", "J1") \
  X(groups_reused, "after a restart a torn tail's group numbers are used again", "J2") \
  X(synced_group_too_high, "a batch says that the group before it is synced, whatever is", "J2") \
  X(torn_tail_accepted, "what follows a torn batch is restored", "J2") \
  X(chain_unchecked, "a batch need not follow the one before it", "J2") \
  X(earlier_life_accepted, "batches of a recycled segment's earlier life are restored", "J2") \
  X(append_cut_short, "of several entries in one append the last is not written", "J2") \
  X(batch_checksum_skipped, "the checksum of batch headers is not looked at", "J4") \
  X(entry_checksum_skipped, "the checksum of entries is not looked at", "J4") \
  X(entry_length_unchecked, "an entry may be longer than its batch", "J4") \
  X(recovery_stops_at_damage, "recovery ends at the first damaged entry", "J4") \
  X(freed_before_carried, "a segment is let go of before its state was carried forward", "J1") \
  X(carried_not_durable, "a segment is let go of before what was carried is durable", "J1") \
  X(oldest_named_too_early, "a batch names a new oldest segment before it may", "J1") \
  X(recycled_too_early, "a segment is used again before the log says that it may", "J1") \
  X(last_epoch_not_carried, "the last segment before the new oldest is not carried", "J1") \
  X(carried_attributes_lost, "a queue is carried forward without its attributes", "J1") \
  X(carried_count_off, "a message is carried forward with one receive less", "Q6") \
  X(carried_receives_lost, "a message is carried forward as never received here", "Q6") \
  X(carried_source_lost, "a dead letter is carried forward without its source", "J1") \
  X(carried_taken_lost, "a slot is carried forward without what it took from others", "Q6") \
  X(disk_full_acked, "what a full disk refuses is answered with success", "J6") \
  X(reserve_not_kept, "sends use up what is kept for deletes and receives", "J6") \
  X(carry_room_not_kept, "deletes use up what is kept for carrying", "J6") \
  X(refused_before_stuck, "a full disk refuses deletes for which carrying makes room", "J6") \
  X(log_gone_through_once, "on a full disk the log is gone through once, and never again", "J6") \
  X(crc_missing_elsewhere, "entries that lie around their bodies get no CRC", "J1") \
  X(copy_forgotten, "the committer leaves out bodies that it should copy", "J1") \
  X(block_not_held, "a batch does not hold the blocks that parts of it lie in", "J1") \
  X(long_round_on_full_disk, "a full disk does not cut a long round of carrying short", "J6") \
  X(current_not_left, "a log that lies in one segment is not carried on a full disk", "J6") \
  X(receipt_key_forgotten, "receipts from before a restart are refused", "Q3") \
  X(receipt_tag_unchecked, "forged receipts are taken for genuine", "Q3") \
  X(receipt_outlives_move, "a receipt of the source queue names the dead letter", "Q3") \
  X(sequence_not_jumped, "sequences that a crash took back are given out again", "Q3") \
  X(delete_not_journaled, "a delete leaves no entry", "Q3") \
  X(delete_not_replayed, "a replay does not apply deletes", "Q3") \
  X(receive_not_journaled, "receives that a redrive policy counts leave no entry", "Q6") \
  X(one_receive_too_many, "a message is received once more than maxReceiveCount", "Q6") \
  X(visible_one_ms_early, "a message becomes visible one millisecond early", "Q2") \
  X(delay_not_replayed, "a restart ends all delays", "Q1") \
  X(retention_not_replayed, "a restart gives all queues the default retention", "Q1") \
  X(transfer_out_not_journaled, "a dead letter leaves for another slot without an entry", "Q6") \
  X(transfer_taken_twice, "a slot takes a dead letter that it has already", "Q6") \
  X(taken_forgotten, "a slot does not remember which dead letters it took", "Q6") \
  X(transfers_not_resumed, "a dead letter that was under way at a crash never arrives", "Q6") \
  X(purge_not_journaled, "a purge leaves no entry", "Q1") \
  X(queue_delete_not_journaled, "the deletion of a queue leaves no entry", "J1") \
  X(attributes_not_journaled, "a change of attributes leaves no entry", "J1") \
  X(bodies_exchanged, "a recovery gives a message another one's body", "J1") \
  X(slot_lost_between_lanes, "with several lanes, some slots are nobody's at a recovery", "J1") \
  X(clock_goes_back, "engine time may go back at a restart", "Q2") \
  X(window_one_ms_short, "a deduplication id counts for a millisecond less", "F2") \
  X(window_one_ms_long, "a deduplication id counts for a millisecond more", "F2") \
  X(window_not_replayed, "a recovery forgets which deduplication ids came", "F2") \
  X(window_not_carried, "deduplication ids are not carried forward", "F2") \
  X(scope_ignored, "a deduplication id counts in all groups whatever its scope", "F2") \
  X(lock_not_released, "a group stays locked after the delete of what locked it", "Q1") \
  X(lock_not_journaled, "a restart unlocks the groups of FIFO queues", "F1") \
  X(lock_passed, "a receive passes over what is in flight in a group", "F1") \
  X(expired_goes_last, "a message whose visibility ends goes to the end of its group", "F1") \
  X(attempt_forgotten, "a receive attempt id is not remembered", "F1") \
  X(attempt_not_hidden, "a receive attempt given again is not hidden anew", "Q2") \
  X(moved_stays, "a message that is moved within a slot stays where it was", "Q8") \
  X(moved_keeps_id, "a message that is moved within a slot keeps its id", "Q8") \
  X(moved_lost_on_its_way, "a message that was being moved at a crash never arrives", "Q8") \
  X(move_not_journaled, "a move within a slot leaves no entry", "Q8") \
  X(move_end_not_journaled, "the end of a move task leaves no entry", "Q8") \
  X(move_not_carried, "move tasks are not carried forward", "Q8") \
  X(move_without_rate, "a move task does not keep to its rate", "Q8") \
  X(noisy_tenant_first, "a receive begins with the noisy tenants", "Q9") \
  X(turn_not_over, "a tenant that was served keeps its place in the rotation", "Q9") \
  X(put_acked_early, "a put of records is acked before the journal has it", "S1") \
  X(record_not_journaled, "a put of records leaves no entry", "S1") \
  X(record_not_carried, "records are not carried forward", "S1") \
  X(records_not_in_order, "a recovery leaves records in the order of their entries", "S1") \
  X(record_numbers_again, "a restart gives numbers again that records have had", "S1") \
  X(trim_not_journaled, "the end of a record's retention leaves no entry", "S1") \
  X(retention_off_by_one, "records are shown a millisecond longer than their retention", "S1") \
  X(reshard_not_journaled, "a change of shards leaves no entry", "S2") \
  X(child_before_parent, "a child shard's numbers may be those of its parent", "S2") \
  X(split_overlaps, "the halves of a shard share a key", "S2") \
  X(publish_acked_early, "a publish is acked before the queues have it", "T1") \
  X(publication_not_journaled, "a publish leaves no entry", "T1") \
  X(publication_not_carried, "deliveries that are under way are not carried forward", "T1") \
  X(publications_not_resumed, "deliveries under way at a crash never arrive", "T1") \
  X(subscription_not_journaled, "a subscription leaves no entry", "T1") \
  X(subscription_not_carried, "subscriptions are not carried forward", "T1") \
  X(return_not_journaled, "a delivery that goes to a dead-letter queue leaves no entry", "T1") \
  X(delivery_taken_twice, "a slot takes a delivery that it has already", "T3") \
  X(delivery_forgotten, "a slot does not remember which deliveries it took", "T3") \
  X(carried_deliveries_lost, "which deliveries a slot took is not carried forward", "T3") \
  X(delivery_overtakes, "a delivery passes one that waits for memory", "T3") \
  X(topic_window_one_ms_short, "a topic's deduplication id counts for a millisecond less", "T3") \
  X(topic_window_not_replayed, "a recovery forgets a topic's deduplication ids", "T3")
// clang-format on
