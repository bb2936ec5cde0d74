//! Mock mode: the same client against the server inside the module.

suite! { "mock":
    another_namespace_than_its_own_is_refused_as_by_a_server
    it_connects_without_any_network_and_says_connected
    without_mock_mode_there_are_no_controls
    frames_take_the_latency_each_way
    a_message_is_acknowledged_and_answered_in_its_conversation
    without_auto_reply_nobody_answers
    every_way_of_delivery_is_answered
    what_refuse_next_names_is_refused_once
    what_is_refused_for_now_goes_again
    the_tokens_invalid_and_expired_are_refused_until_there_is_a_new_one
    five_messages_sent_while_the_link_is_down_arrive_in_order_once_with_a_reload_in_between
    what_was_on_the_wire_when_the_link_dropped_is_in_doubt_and_goes_again
    what_the_mock_emits_is_heard_like_a_servers
    what_is_emitted_while_there_is_no_connection_is_lost
    received_is_what_the_client_has_sent_and_holds_the_last_1000
    bytes_reach_the_mock_and_come_from_it
    names_of_events_and_namespaces_hold_for_the_mock_too
    a_connection_without_traffic_lasts
    a_suspension_is_noticed_and_overcome
    two_clients_have_servers_of_their_own
}
