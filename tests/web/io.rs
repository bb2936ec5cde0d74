//! `io`, Manager and Socket without a chat client: several namespaces over one connection, and the edges at which they are better than the reference.

suite! { "io":
    two_namespaces_share_a_connection_and_one_of_its_own_does_not
    an_auth_function_that_throws_rejects_or_never_answers_is_a_connect_error_and_the_next_attempt_follows
    an_auth_function_that_answers_late_or_twice_sends_one_connect
    what_auth_returns_that_is_no_json_is_a_connect_error
    a_session_is_asked_for_again_and_recovered
    a_manager_that_nobody_uses_holds_nothing_and_can_be_used_again
    what_cannot_be_had_is_refused_with_a_code
    offline_and_online_are_heard_by_every_manager
    listeners_that_throw_harm_nobody_and_may_end_the_connection
    an_engine_is_given_up_by_its_close_and_each_attempt_has_its_own
    a_parser_of_the_application_reads_and_writes_every_packet
    what_a_parser_does_not_read_is_a_parse_error
    a_chat_client_shares_its_connection_with_other_namespaces
    events_that_a_dead_connection_took_are_kept_for_the_next_and_watched_once
    packets_are_told_to_who_watches_the_manager
    events_before_the_connect_answer_wait_in_the_receive_buffer
}
