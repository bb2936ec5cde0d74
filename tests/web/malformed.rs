//! What a server may send that it should not: the end of the connection, or nothing, and never more.

suite! { "malformed":
    a_malformed_frame_ends_the_connection_and_it_comes_back
    binary_where_none_is_due_and_text_where_it_is_are_parse_errors
    what_is_odd_and_no_error_is_ignored
    an_open_packet_that_cannot_be_lived_by_is_a_transport_error
}
