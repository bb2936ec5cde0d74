//! What is written to localStorage and when, and what a reload makes of it.

suite! { "records":
    a_message_is_stored_when_send_message_returns_under_a_key_of_its_own
    the_scope_of_a_key_does_not_change_between_versions
    the_scope_is_of_server_path_namespace_and_owner_and_of_nothing_else
    tokens_are_never_stored_nor_logged
    what_is_accepted_or_discarded_is_removed_and_what_is_refused_is_kept_with_the_reason
    a_reload_finds_everything_and_delivers_it_in_order_once
    messages_of_one_millisecond_come_back_in_the_order_of_the_calls
    values_that_cannot_be_read_are_moved_aside_and_reported_once
    values_under_keys_without_order_or_id_are_moved_aside_too
    a_stored_message_without_id_or_content_is_moved_aside_too
    of_the_values_moved_aside_at_most_20_are_kept
    a_broken_value_that_cannot_be_moved_for_want_of_room_stays_and_blocks_nothing
    other_keys_of_the_page_are_left_alone
}
