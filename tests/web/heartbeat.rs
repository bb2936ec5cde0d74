//! Deadlines: the heartbeat, a suspended machine, a clock that is set, and the one timer behind all of it.

suite! { "heartbeat":
    a_ping_is_answered_at_once
    a_server_that_stops_pinging_is_noticed_at_interval_and_timeout
    pings_keep_a_connection_alive
    after_a_suspension_the_first_event_of_any_kind_finds_the_connection_dead
    what_was_sent_after_a_suspension_goes_over_the_next_connection_once
    coming_back_into_view_after_a_suspension_reconnects_at_once
    a_timer_that_fires_late_still_finds_the_connection_dead
    a_clock_that_is_put_back_neither_kills_a_connection_nor_keeps_a_dead_one
    a_delay_longer_than_a_timer_can_take_is_waited_for_to_the_end
    one_timer_serves_all_deadlines
    a_timer_that_is_set_for_an_earlier_time_is_not_missed
    a_message_that_waited_longer_than_its_ttl_is_expired_and_kept
}
