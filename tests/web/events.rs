//! The general Socket.IO interface of a client's connection: events, acknowledgements, binary.

suite! { "events":
    events_go_both_ways_with_their_arguments
    an_emit_before_the_connection_waits_for_it_and_a_volatile_one_is_dropped
    reserved_names_are_refused_and_what_is_no_json_too
    acknowledgements_reach_who_asked_once
    one_that_does_not_come_in_time_is_an_error
    those_under_way_fail_when_the_connection_is_lost_and_none_waits_for_ever
    the_server_is_acknowledged_once_over_the_connection_it_asked_over
    bytes_are_sent_as_attachments_behind_their_packet
    bytes_come_as_array_buffers_in_their_places
    acknowledgements_carry_bytes_both_ways
    attachments_that_never_came_do_not_reach_the_next_connection
    early_events_come_after_the_answer_and_before_connect
    the_socket_tells_its_state
    the_manager_tells_of_attempts
}
