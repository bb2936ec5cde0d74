//! Whose messages they are where only a provider can tell, how long a token lives, and which tab sends.

suite! { "owners":
    what_is_sent_before_the_provider_answers_is_stored_and_goes_out_as_whoever_it_names
    what_is_sent_while_nobody_is_signed_in_is_shown_and_goes_out_as_whoever_signs_in
    what_a_page_has_left_before_it_knew_its_user_goes_to_who_was_signed_in_before_and_to_nobody_else
    what_a_living_page_holds_unclaimed_is_left_to_it
    another_provider_is_asked_at_once_and_nothing_is_sent_before_it_is_known_whose_it_is
    another_provider_of_the_same_user_leaves_the_connection_alone
    events_that_waited_for_the_connection_of_a_former_user_are_dropped_and_not_shown_any_more
    an_expired_token_is_not_tried
    a_token_that_expires_soon_is_replaced_ahead_of_time
    a_page_that_is_put_away_lets_another_send
    without_web_locks_each_sends_its_own_and_what_tabs_that_are_gone_have_left
    in_mock_mode_each_tab_sends_to_its_own_server
}
