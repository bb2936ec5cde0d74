//! The connection: its URL, CONNECT, how it ends, and how it comes back.

suite! { "connection":
    the_url_is_made_of_server_path_and_query
    options_of_the_wrong_kind_are_refused
    nothing_is_connected_before_initialize_socket
    connect_is_sent_after_the_open_packet_with_the_token
    a_namespace_is_part_of_every_packet
    the_server_disconnecting_is_for_good
    a_lost_connection_comes_back_with_growing_delays_that_are_spread
    attempts_end_where_they_are_used_up_or_not_wanted
    timeout_covers_everything_up_to_the_connect_answer
    a_websocket_that_cannot_be_made_is_a_connection_error_and_is_tried_again
    a_browser_without_websocket_is_a_connection_error
    a_connection_that_cannot_be_made_is_told_once
    what_comes_from_a_connection_that_was_given_up_is_not_heard
    disconnect_says_goodbye_and_stays_stopped
    no_frame_is_larger_than_the_server_accepts_whatever_the_names
}
