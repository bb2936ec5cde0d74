//! Conversations and messages on their way: joins, the queue, what settles a message, what comes back.

suite! { "delivery":
    on_connecting_come_connect_then_joins_then_the_queue
    joins_are_repeated_at_every_connection_before_what_is_queued
    an_acknowledgement_settles_a_message_and_an_error_in_it_refuses
    a_message_that_comes_back_settles_it_and_is_heard
    where_sending_is_enough_a_message_is_settled_by_it
    read_marks_are_queued_and_merged_while_they_wait
    a_message_that_the_server_would_not_take_is_failed_and_not_sent
    a_flush_pauses_while_the_network_does_not_take_it
    events_can_have_other_names
    notifications_and_messages_are_the_servers_objects_untouched
    a_message_received_by_the_application_itself_is_complete_and_takes_the_same_path
    messages_that_a_listener_receives_itself_reach_every_listener
}
