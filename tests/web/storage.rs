//! localStorage where it is missing, blocked, full or broken: everything works, and `persisted` says what is only in memory.

suite! { "storage":
    without_storage_everything_works_and_persisted_is_false
    storage_memory_does_not_touch_local_storage
    where_storage_is_full_a_message_is_in_memory_until_there_is_room
    a_storage_that_begins_to_fail_later_harms_nothing
    a_full_queue_refuses_the_message_and_touches_nothing
    a_message_is_measured_as_it_is_stored
    what_can_never_be_sent_is_refused_and_not_stored
}
