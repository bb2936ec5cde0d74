//! Snapshots, as `useSyncExternalStore` needs them: frozen, and the same object until something in them changes.

suite! { "snapshot":
    a_snapshot_is_frozen_all_the_way_down
    it_is_the_same_object_until_something_changes
    what_has_not_changed_keeps_its_identity
    a_change_is_told_and_is_in_the_snapshot_by_then
    every_step_of_a_message_is_told
    a_burst_is_told_message_by_message
    unsubscribing_stops_it
    methods_that_change_lists_do_not_change_those_that_were_handed_out
}
