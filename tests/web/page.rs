//! The page's lifecycle: network, visibility, the back-forward cache.

suite! { "page":
    coming_back_reconnects_without_waiting_for_the_delay
    being_hidden_does_nothing
    none_of_them_disturbs_a_living_connection
    none_of_them_starts_a_second_attempt_beside_the_first
    going_offline_is_the_loss_of_the_link
    attempts_while_offline_are_not_counted
    a_browser_that_says_it_is_offline_from_the_start_tries_all_the_same_and_counts_nothing
    nothing_is_listened_to_before_initialize_socket_and_after_disconnect
    where_sign_in_is_required_nothing_of_them_starts_an_attempt
    every_client_of_the_page_hears_of_it
}
