//! The rule of the driver: what a listener does, or throws, harms nothing.

suite! { "listeners":
    any_listener_may_call_anything
    a_listener_that_throws_is_reported_and_the_next_one_runs
    listeners_are_called_in_the_order_in_which_they_were_added
    those_added_or_removed_meanwhile_count_from_the_next_event_on
    the_same_function_added_twice_is_called_twice_and_removed_once
    what_a_listener_causes_is_told_after_the_listeners_of_now
    what_a_listener_sends_is_on_the_wire_when_the_call_returns_and_only_once
    after_close_in_a_listener_nothing_more_is_told
    after_disconnect_in_a_listener_nothing_more_is_sent
    a_message_that_calls_back_while_it_is_serialised_harms_nothing
    a_message_whose_client_is_closed_while_it_is_serialised_is_refused_and_goes_nowhere
    is_auth_error_may_throw_and_may_call_anything
    a_token_provider_may_call_anything
    two_clients_of_one_page_share_the_queue
}
